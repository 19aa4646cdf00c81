import InspectorUpdate
import InspectorWords
import KVFacts

/// A rectangle of character cells: what a view draws and a terminal shows. Knows no terminal.
package struct Screen: Sendable, Hashable {
    /// Columns.
    package let width: Int
    /// Lines.
    package let height: Int
    /// [height, width], row by row. A glyph of two columns is followed by a cell with an empty glyph.
    package private(set) var cells: [ScreenCell]
    /// Where the terminal's cursor stands, so that magnifiers and screen readers follow the selection.
    package var cursor: (x: Int, y: Int)? {
        get { cursorPlace.map { ($0 % max(width, 1), $0 / max(width, 1)) } }
        set { cursorPlace = newValue.map { $0.y * width + $0.x } }
    }
    private var cursorPlace: Int?

    /// A blank screen.
    package init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
        cells = Array(repeating: ScreenCell(), count: self.width * self.height)
    }

    /// One cell. Reading outside gives a blank; writing outside does nothing.
    package subscript(x: Int, y: Int) -> ScreenCell {
        get { contains(x, y) ? cells[y * width + x] : ScreenCell() }
        set { if contains(x, y) { cells[y * width + x] = newValue } }
    }

    private func contains(_ x: Int, _ y: Int) -> Bool { 0..<width ~= x && 0..<height ~= y }
}

/// One character cell.
package struct ScreenCell: Sendable, Hashable {
    /// What is shown; nil in the second column of a wide glyph.
    package var glyph: Unicode.Scalar?
    /// Colours and attributes.
    package var style: Style

    /// A glyph in a style; blank by default.
    package init(_ glyph: Unicode.Scalar? = " ", _ style: Style = Style()) {
        self.glyph = glyph
        self.style = style
    }
}

/// Colours and attributes of a cell.
package struct Style: Sendable, Hashable {
    /// Colour of the glyph: an index of the terminal's palette (0...15, or 0...255); nil for the terminal's own.
    package var foreground: UInt8?
    /// Colour behind the glyph.
    package var background: UInt8?
    /// Attributes.
    package var attributes: Attributes

    /// The terminal's own colours, plain.
    package init(foreground: UInt8? = nil, background: UInt8? = nil, attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// What a terminal without colours can show too.
    package struct Attributes: OptionSet, Sendable, Hashable {
        /// The bits.
        package let rawValue: UInt8
        /// From bits.
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Bold.
        package static let bold = Attributes(rawValue: 1)
        /// Foreground and background exchanged.
        package static let reverse = Attributes(rawValue: 2)
        /// Underlined.
        package static let underline = Attributes(rawValue: 4)
        /// Dimmed.
        package static let dim = Attributes(rawValue: 8)
    }
}
