/// What a terminal shows: glyphs with colours and attributes.
package struct ScreenImage: Sendable, Hashable {
    /// One character, where it stands, and how it looks.
    package struct Glyph: Sendable, Hashable {
        /// The character.
        package let scalar: Unicode.Scalar
        /// Cells that it takes: 1 or 2.
        package let width: Int
        /// Colours and attributes.
        package let style: CellStyle

        /// A glyph.
        package init(_ scalar: Unicode.Scalar, width: Int = 1, style: CellStyle = CellStyle()) {
            self.scalar = scalar
            self.width = width
            self.style = style
        }
    }

    /// The lines from top to bottom, their glyphs from left to right.
    package var lines: [[Glyph]]

    /// An image.
    package init(lines: [[Glyph]]) { self.lines = lines }

    /// A line as text, without blanks at its end.
    package func text(_ line: Int) -> String {
        var text = ""
        for glyph in lines[line] { text.unicodeScalars.append(glyph.scalar) }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    /// All lines as text.
    package var texts: [String] { lines.indices.map(text) }

    /// The style of every cell of a line, as far as it can be seen: a blank has no colour of its own and is not bold.
    func styles(_ line: Int) -> [CellStyle] {
        lines[line].flatMap { glyph in
            var style = glyph.style
            if glyph.scalar == " ", !style.isReverse {
                (style.foreground, style.isBold) = (.own, false)
            }
            return Array(repeating: style, count: glyph.width)
        }
    }

    /// The colours as a script shows them: only lines that have any, letters in the order of their appearance.
    package var colours: ColourBlock {
        var block = ColourBlock()
        var letters: [CellStyle: Character] = [CellStyle(): "."]
        var free = Self.letters[...]
        for line in lines.indices {
            var row = ""
            for style in styles(line) {
                if letters[style] == nil {
                    // Beyond the alphabet characters go on from a part of Unicode that is nothing but letters.
                    let letter = free.popFirst() ?? Self.further(letters.count)
                    letters[style] = letter
                    block.legend.append(ColourBlock.Entry(letter: letter, style: style))
                }
                row.append(letters[style] ?? ".")
            }
            while row.hasSuffix(".") { row.removeLast() }
            if !row.isEmpty { block.rows.append(ColourBlock.Row(line: line + 1, letters: row)) }
        }
        return block
    }

    private static let letters = Array(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789αβγδεζηθικλμνξοπρστυφχψω")

    private static func further(_ place: Int) -> Character {
        Character(Unicode.Scalar(0x4E00 + UInt32(place)) ?? "?")
    }
}
