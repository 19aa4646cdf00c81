/// Turns tokens into text one at a time, without ever cutting a character's UTF-8 bytes apart.
///
/// All pieces together, `finish()` included, are what `Tokenizer.decode` gives for all tokens at once.
public struct StreamingDetokenizer: Sendable {
    private let tokenizer: Tokenizer
    private let skipSpecial: Bool
    /// At most 3 bytes: the beginning of a character.
    private var pending: [UInt8] = []

    /// Starts with no text.
    ///
    /// - Parameters:
    ///   - tokenizer: gives each token's bytes.
    ///   - skipSpecial: leaves control tokens out of the text.
    public init(_ tokenizer: Tokenizer, skipSpecial: Bool = true) {
        self.tokenizer = tokenizer
        self.skipSpecial = skipSpecial
    }

    /// The text that became certain with this token; empty while a character is incomplete.
    public mutating func append(_ token: Int32) -> String {
        if skipSpecial, tokenizer.isSpecial(token) { return "" }
        pending += tokenizer.bytes(of: token)
        let whole = pending.count - Self.incompleteSuffix(pending)
        let text = String(decoding: pending[..<whole], as: UTF8.self)
        pending.removeFirst(whole)
        return text
    }

    /// The rest: U+FFFD when the tokens end inside a character, otherwise nothing.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes at the end begin a character that more bytes could complete.
    private static func incompleteSuffix(_ bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let lead = bytes[bytes.count - count]
            if lead & 0xC0 == 0x80 { continue }
            return isIncomplete(bytes.suffix(count)) ? count : 0
        }
        return 0
    }

    /// True for a lead byte with fewer, but valid, continuation bytes than it needs.
    private static func isIncomplete(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let lead = bytes.first else { return false }
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return false
        }
        guard bytes.count < length else { return false }
        return bytes.dropFirst().first.map(second.contains) ?? true
    }
}
