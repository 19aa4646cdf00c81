/// Keys as people name them, and the bytes that a terminal sends for them.
package enum KeyName {
    /// What is typed for a key as a script writes it: `Down`, `Down*3`, `Ctrl-L`, `F1`, `x`, `"text"`.
    /// nil when there is no such key.
    package static func bytes(_ written: String) -> String? {
        if written.count >= 2, written.first == "\"" {
            return (try? Words(written[...], 0))?.list.first?.text
        }
        if let bytes = single(written) { return bytes }
        // `Down*3` presses a key three times.
        guard let star = written.lastIndex(of: "*"), let count = Int(written[written.index(after: star)...]),
            1...1000 ~= count, let bytes = single(String(written[..<star]))
        else { return nil }
        return String(repeating: bytes, count: count)
    }

    private static func single(_ name: String) -> String? {
        if let bytes = named[name] { return bytes }
        if name.count == 1 { return name }
        guard name.hasPrefix("Ctrl-"), name.count == 6,
            let letter = name.uppercased().unicodeScalars.last, "A"..."Z" ~= letter
        else { return nil }
        return String(Character(Unicode.Scalar(UInt8(letter.value) - 64)))
    }

    private static let named = [
        "Space": " ", "Enter": "\r", "Tab": "\t", "Shift-Tab": "\u{1B}[Z", "Esc": "\u{1B}",
        "Backspace": "\u{7F}", "Delete": "\u{1B}[3~", "Up": "\u{1B}OA", "Down": "\u{1B}OB",
        "Right": "\u{1B}OC", "Left": "\u{1B}OD", "Home": "\u{1B}OH", "End": "\u{1B}OF",
        "PgUp": "\u{1B}[5~", "PgDn": "\u{1B}[6~", "F1": "\u{1B}OP",
    ]
}
