import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The scripts of Tests/Screens.
enum ScreenFiles {
    static let folder = Repository.path("Tests/Screens")

    /// Names without the ending; the variable SCREENS picks those that contain it.
    static let names: [String] = {
        let wanted = variable("SCREENS") ?? ""
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".screen"), wanted.isEmpty || name.contains(wanted) else { continue }
            names.append(String(name.dropLast(7)))
        }
        return names.sorted()
    }()

    /// Whether the files are to be written and not compared.
    static let areMade = variable("MAKE_SCREENS") != nil

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    static func read(_ name: String) throws -> String {
        let file = try #require(fopen("\(folder)/\(name).screen", "rb"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk.prefix(count)
        }
    }

    static func write(_ name: String, _ text: String) throws {
        let file = try #require(fopen("\(folder)/\(name).screen", "wb"))
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }
}
