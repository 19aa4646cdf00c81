import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Compares drawn screens with the text files that were recorded and looked at.
enum ScreenFiles {
    static let folder = Repository.path("Tests/InspectorTests/Screens")

    /// Records with RECORD_SCREENS=1; a missing file is recorded too, and fails once.
    static func check(_ name: String, _ text: String, location: SourceLocation = #_sourceLocation) {
        let path = "\(folder)/\(name).txt"
        if getenv("RECORD_SCREENS") != nil {
            write(path, text)
            return
        }
        guard let expected = read(path) else {
            write(path, text)
            Issue.record(
                "\(name).txt was missing and is recorded now; look at it and run again",
                sourceLocation: location)
            return
        }
        guard expected != text else { return }
        Issue.record("\(name) differs:\n\(difference(expected, text))", sourceLocation: location)
    }

    /// Lines that differ, the expected one above the found one.
    private static func difference(_ expected: String, _ found: String) -> String {
        let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let new = found.split(separator: "\n", omittingEmptySubsequences: false)
        return (0..<max(old.count, new.count)).compactMap { line in
            let left = line < old.count ? old[line] : "(no line)"
            let right = line < new.count ? new[line] : "(no line)"
            return left == right ? nil : "\(line + 1) - \(left)\n\(line + 1) + \(right)"
        }.joined(separator: "\n")
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk.prefix(count)
        }
    }

    private static func write(_ path: String, _ text: String) {
        guard let file = fopen(path, "wb") else {
            Issue.record("cannot write \(path)")
            return
        }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        fwrite(bytes, 1, bytes.count, file)
    }
}
