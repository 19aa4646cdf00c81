/// Colours and attributes of one cell of a terminal.
package struct CellStyle: Sendable, Hashable {
    /// A colour as the program named it.
    package enum Colour: Sendable, Hashable {
        /// The terminal's own.
        case own
        /// A place in its palette.
        case palette(Int)
        /// Red, green and blue.
        case direct(Int)
    }

    /// Colour of the glyph.
    package var foreground = Colour.own
    /// Colour behind it.
    package var background = Colour.own
    /// Bold.
    package var isBold = false
    /// Underlined.
    package var isUnderlined = false
    /// Foreground and background exchanged.
    package var isReverse = false

    /// The terminal's own colours, plain.
    package init() {}

    /// `fg 32 bg 0 bold underline reverse`, in any order; nil when a word is none of these.
    package init?(_ text: String) {
        var words = text.split(separator: " ")[...]
        while let word = words.popFirst() {
            switch word {
            case "plain": break
            case "bold": isBold = true
            case "underline": isUnderlined = true
            case "reverse": isReverse = true
            case "fg":
                guard let colour = words.popFirst().flatMap(Self.colour) else { return nil }
                foreground = colour
            case "bg":
                guard let colour = words.popFirst().flatMap(Self.colour) else { return nil }
                background = colour
            default: return nil
            }
        }
    }

    private static func colour(_ word: Substring) -> Colour? {
        if word.first == "#" { return Int(word.dropFirst(), radix: 16).map { .direct($0) } }
        return Int(word).map { .palette($0) }
    }
}

extension CellStyle: CustomStringConvertible {
    package var description: String {
        var words: [String] = []
        for (name, colour) in [("fg", foreground), ("bg", background)] {
            switch colour {
            case .own: break
            case .palette(let place): words.append("\(name) \(place)")
            case .direct(let value):
                let digits = String(value, radix: 16)
                words.append("\(name) #" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits)
            }
        }
        if isBold { words.append("bold") }
        if isUnderlined { words.append("underline") }
        if isReverse { words.append("reverse") }
        return words.isEmpty ? "plain" : words.joined(separator: " ")
    }
}
