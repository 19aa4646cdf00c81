import KVFacts

/// Turns bytes that a model or a file made into text that can be shown without being obeyed.
package enum TokenText {
    /// The text of some bytes: control characters, bidirectional overrides, invalid UTF-8 and, when
    /// `asciiOnly`, everything beyond ASCII become `<0x1B>`; newline and tab become `\n` and `\t`.
    package static func visible(_ bytes: some Sequence<UInt8>, asciiOnly: Bool) -> String {
        var text = ""
        var decoder = UTF8Decoder(bytes: Array(bytes))
        var hasBase = false
        while let piece = decoder.next() {
            switch piece {
            case .invalid(let byte):
                text += escape(UInt32(byte))
                hasBase = false
            case .scalar(let scalar):
                // A mark without a character to sit on would change the character that is drawn before it.
                let isLoneMark = DisplayWidth.isCombining(scalar) && !hasBase
                if scalar == "\n" {
                    text += "\\n"
                } else if scalar == "\t" {
                    text += "\\t"
                } else if DisplayWidth.isUnsafe(scalar) || isLoneMark || (asciiOnly && !scalar.isASCII) {
                    text += escape(scalar.value)
                    hasBase = false
                    continue
                } else {
                    text.unicodeScalars.append(scalar)
                }
                hasBase = true
            }
        }
        return text
    }

    /// The same for a string, e.g. a file name.
    package static func visible(_ text: String, asciiOnly: Bool) -> String {
        visible(text.utf8, asciiOnly: asciiOnly)
    }

    private static func escape(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return "<0x\(digits.count < 2 ? "0" : "")\(digits)>"
    }
}

/// Decodes UTF-8 and reports what cannot be decoded byte by byte, which `String(decoding:)` hides.
private struct UTF8Decoder {
    package enum Piece {
        case scalar(Unicode.Scalar)
        case invalid(UInt8)
    }

    package let bytes: [UInt8]
    package var place = 0

    package mutating func next() -> Piece? {
        guard place < bytes.count else { return nil }
        let first = bytes[place]
        let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0
        if length > 0, place + length <= bytes.count {
            let sequence = bytes[place..<(place + length)]
            if let text = String(validating: sequence, as: UTF8.self), let scalar = text.unicodeScalars.first
            {
                place += length
                return .scalar(scalar)
            }
        }
        place += 1
        return .invalid(first)
    }
}
