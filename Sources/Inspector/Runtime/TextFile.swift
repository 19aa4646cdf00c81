import CTerminal

/// Text files that a person asked for.
enum TextFile {
    /// Writes a file, replacing it; the system's reason when that fails.
    static func write(_ text: String, to path: String) -> String? {
        var text = text
        let error = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { kvt_write_file(path, $0.baseAddress, Int64($0.count)) }
        }
        return error == 0 ? nil : String(cString: kvt_error_text(error))
    }
}
