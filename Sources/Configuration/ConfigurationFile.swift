import Configuration
import Foundation
import Yams

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A configuration file, read once: its values as a provider, and its names with their lines.
///
/// The file is somebody's input: its size, its depth and the nodes that its aliases make are limited before anything
/// walks it.
package struct ConfigurationFile: Sendable {
    /// A name that stands in the file, with all names above it.
    package struct Entry: Sendable, Hashable {
        /// Names from the top down.
        package let path: [String]
        /// The line, counted from 1.
        package let line: Int
        /// The text of a single value, or nil for a section or a list.
        package let value: String?
        /// Whether nothing stands behind the name.
        package let isEmpty: Bool
    }

    /// Where it was read.
    package let path: String
    /// Every name, sections before what stands in them.
    package let entries: [Entry]
    /// Its values, as swift-configuration reads YAML.
    private let values: YAMLSnapshot

    /// Bytes that a file may have.
    package static let byteLimit = 1 << 16
    private static let nodeLimit = 4096
    private static let depthLimit = 8

    /// Reads a file; nil when there is none.
    package init?(path: String) throws(ConfigurationError) {
        guard let bytes = try Self.read(path) else { return nil }
        self.path = path
        do {
            guard let root = try Yams.Parser(yaml: Data(bytes)).singleRoot(), !Self.isNull(root) else {
                // Nothing but comments sets nothing.
                entries = []
                values = try Self.snapshot(Array("{}".utf8), path)
                return
            }
            guard root.mapping != nil else {
                throw ConfigurationError.malformed(
                    place: "\(path):\(root.mark?.line ?? 1)",
                    reason: "expected keys with values, as in budget: 20%")
            }
            entries = try Self.entries(of: root, path: path)
            values = try Self.snapshot(bytes, path)
        } catch let error as ConfigurationError {
            throw error
        } catch let error as YamlError {
            throw Self.error(error, path: path)
        } catch {
            throw .malformed(place: path, reason: "\(error)")
        }
    }

    /// Where a name stands, as errors say it: `path:line`.
    package func place(of names: [String]) -> String {
        guard let entry = entries.first(where: { $0.path == names }) else { return path }
        return "\(path):\(entry.line)"
    }

    private static func snapshot(_ bytes: [UInt8], _ path: String) throws -> YAMLSnapshot {
        try YAMLSnapshot(data: bytes.span.bytes, providerName: path, parsingOptions: .default)
    }

    private static func isNull(_ node: Node) -> Bool { node.null != nil }

    /// Walks the nodes, aliases followed as often as they are used.
    private static func entries(of root: Node, path: String) throws(ConfigurationError) -> [Entry] {
        var entries: [Entry] = []
        var waiting: [(path: [String], node: Node)] = [([], root)]
        var count = 0
        while let (names, node) = waiting.popLast() {
            guard names.count <= depthLimit else {
                throw .malformed(
                    place: "\(path):\(node.mark?.line ?? 1)",
                    reason: "more than \(depthLimit) sections lie in each other")
            }
            var sections: [(path: [String], node: Node)] = []
            for (key, value) in node.mapping ?? [:] {
                count += 1 + (value.sequence?.count ?? 0)
                let line = key.mark?.line ?? 1
                guard count <= nodeLimit else {
                    throw .malformed(place: "\(path):\(line)", reason: "more than \(nodeLimit) values")
                }
                guard let name = key.scalar?.string else {
                    throw .malformed(place: "\(path):\(line)", reason: "a key is no word")
                }
                let here = names + [name]
                entries.append(
                    Entry(path: here, line: line, value: value.scalar?.string, isEmpty: isNull(value)))
                if value.mapping != nil { sections.append((here, value)) }
            }
            waiting += sections.reversed()
        }
        return entries
    }

    private static func error(_ error: YamlError, path: String) -> ConfigurationError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return .malformed(place: "\(path):\(mark.line):\(mark.column)", reason: problem)
        case .duplicatedKeysInMapping(let names, let context):
            return .malformed(
                place: "\(path):\(context.mark.line)",
                reason: "stands there twice: \(names.sorted().joined(separator: ", "))")
        case .dataCouldNotBeDecoded: return .malformed(place: path, reason: "expected UTF-8")
        case .reader(let problem, _, _, _): return .malformed(place: path, reason: problem)
        default: return .malformed(place: path, reason: "\(error)")
        }
    }

    /// The bytes of a regular file; nil when there is none.
    private static func read(_ path: String) throws(ConfigurationError) -> [UInt8]? {
        // Without waiting: a named pipe would hold the program up for ever.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "it is no file; expected YAML")
        }
        var bytes = [UInt8](repeating: 0, count: byteLimit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes[count...].withUnsafeMutableBytes {
                Foundation.read(descriptor, $0.baseAddress, $0.count)
            }
            guard got >= 0 else {
                if errno == EINTR { continue }
                throw .unreadable(path: path, reason: String(cString: strerror(errno)))
            }
            guard got > 0 else { return Array(bytes[..<count]) }
            count += got
        }
        throw .tooLarge(path: path, limit: byteLimit)
    }
}

extension ConfigurationFile: ConfigProvider {
    package var providerName: String { path }

    package func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
        // A name with nothing behind it sets nothing, nor does one that only spells its sections with dots.
        guard let entry = entries.first(where: { $0.path == key.components }), !entry.isEmpty else {
            return LookupResult(encodedKey: key.components.joined(separator: "."), value: nil)
        }
        return try values.value(forKey: key, type: type)
    }

    package func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
        try value(forKey: key, type: type)
    }

    package func watchValue<Return: ~Copyable>(
        forKey key: AbsoluteConfigKey, type: ConfigType,
        updatesHandler: (ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>) async throws ->
            Return
    ) async throws -> Return {
        try await watchValueFromValue(forKey: key, type: type, updatesHandler: updatesHandler)
    }

    package func snapshot() -> any ConfigSnapshot { values }

    package func watchSnapshot<Return: ~Copyable>(
        updatesHandler: (ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>) async throws -> Return
    ) async throws -> Return {
        try await watchSnapshotFromSnapshot(updatesHandler: updatesHandler)
    }
}
