import CTerminal
import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Text files that a person asked for.
package enum TextFile {
    /// Writes a file, replacing it; the system's reason when that fails.
    package static func write(_ text: String, to path: String) -> String? {
        var text = text
        let error = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { kvt_write_file(path, $0.baseAddress, Int64($0.count)) }
        }
        return error == 0 ? nil : String(cString: kvt_error_text(error))
    }
}
