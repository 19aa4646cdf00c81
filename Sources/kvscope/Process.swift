#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes to standard error.
enum StandardError {
    /// Prints a line.
    static func print(_ line: String) {
        Swift.print(line, to: &StandardErrorStream.shared)
    }

    /// Shows how far something is, in place; nothing where nobody watches.
    static func progress(_ line: String) {
        guard isatty(2) == 1 else { return }
        Swift.print("\r\(line)", terminator: "", to: &StandardErrorStream.shared)
    }

    /// Ends the line of `progress`.
    static func endProgress() {
        if isatty(2) == 1 { print("") }
    }

    private struct StandardErrorStream: TextOutputStream {
        nonisolated(unsafe) static var shared = StandardErrorStream()

        mutating func write(_ text: String) {
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                bytes = bytes.dropFirst(count)
            }
        }
    }
}

/// Ends the process at once.
func leave(_ code: Int32) -> Never {
    fflush(nil)
    exit(code)
}

/// Facts about this process and its machine.
enum ThisProcess {
    /// Whether standard output is a terminal.
    static var printsToTerminal: Bool { isatty(1) == 1 }

    /// Sends what `print` holds back.
    static func flush() { fflush(nil) }

    /// The path of the running executable.
    static var executable: String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    /// Whether a file can be read.
    static func canRead(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Bytes of this process that are in memory now and belong to it alone, or nil when the system does not say.
    /// Files that are only mapped, such as weights, are not among them.
    static var privateBytes: Int? {
        guard let file = fopen("/proc/self/smaps_rollup", "r") else { return nil }
        defer { fclose(file) }
        var kibibytes: Int?
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .split(separator: " ")
            guard words.count > 1, words[0] == "Anonymous:" else { continue }
            kibibytes = Int(words[1])
        }
        return kibibytes.map { $0 * 1024 }
    }

    /// Bytes of memory that the machine could still give, or nil when it does not say.
    static var availableMemory: Int? {
        let pages = sysconf(Int32(_SC_AVPHYS_PAGES))
        let size = sysconf(Int32(_SC_PAGESIZE))
        return pages > 0 && size > 0 ? Int(pages) * Int(size) : nil
    }
}
