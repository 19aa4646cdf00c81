/// A rectangle of character cells: what a view draws and a terminal shows. Knows no terminal.
public struct Screen: Sendable, Hashable {
    /// Columns.
    public let width: Int
    /// Lines.
    public let height: Int
    /// [height, width], row by row. A glyph of two columns is followed by a cell with an empty glyph.
    public private(set) var cells: [ScreenCell]
    /// Where the terminal's cursor stands, so that magnifiers and screen readers follow the selection.
    public var cursor: (x: Int, y: Int)? {
        get { cursorPlace.map { ($0 % max(width, 1), $0 / max(width, 1)) } }
        set { cursorPlace = newValue.map { $0.y * width + $0.x } }
    }
    private var cursorPlace: Int?

    /// A blank screen.
    public init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
        cells = Array(repeating: ScreenCell(), count: self.width * self.height)
    }

    /// One cell. Reading outside gives a blank; writing outside does nothing.
    public subscript(x: Int, y: Int) -> ScreenCell {
        get { contains(x, y) ? cells[y * width + x] : ScreenCell() }
        set { if contains(x, y) { cells[y * width + x] = newValue } }
    }

    private func contains(_ x: Int, _ y: Int) -> Bool { 0..<width ~= x && 0..<height ~= y }
}

/// One character cell.
public struct ScreenCell: Sendable, Hashable {
    /// What is shown; nil in the second column of a wide glyph.
    public var glyph: Unicode.Scalar?
    /// Colours and attributes.
    public var style: Style

    /// A glyph in a style; blank by default.
    public init(_ glyph: Unicode.Scalar? = " ", _ style: Style = Style()) {
        self.glyph = glyph
        self.style = style
    }
}

/// Colours and attributes of a cell.
public struct Style: Sendable, Hashable {
    /// Colour of the glyph: an index of the terminal's palette (0...15, or 0...255); nil for the terminal's own.
    public var foreground: UInt8?
    /// Colour behind the glyph.
    public var background: UInt8?
    /// Attributes.
    public var attributes: Attributes

    /// The terminal's own colours, plain.
    public init(foreground: UInt8? = nil, background: UInt8? = nil, attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// What a terminal without colours can show too.
    public struct Attributes: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt8
        /// From bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Bold.
        public static let bold = Attributes(rawValue: 1)
        /// Foreground and background exchanged.
        public static let reverse = Attributes(rawValue: 2)
        /// Underlined.
        public static let underline = Attributes(rawValue: 4)
        /// Dimmed.
        public static let dim = Attributes(rawValue: 8)
    }
}

/// What the terminal can show; decided once, before the first frame.
public struct Capabilities: Sendable, Hashable {
    /// How many colours.
    public enum Colours: String, Sendable, Hashable, CaseIterable {
        /// None: letters and digits say everything.
        case none
        /// The 16 (or 8) colours of the palette's beginning.
        case sixteen
        /// The 256 colours of xterm.
        case palette
    }

    /// How many colours.
    public var colours: Colours
    /// Whether box drawing, blocks and half blocks can be shown.
    public var unicode: Bool

    /// States what can be shown.
    public init(colours: Colours, unicode: Bool) {
        self.colours = colours
        self.unicode = unicode
    }
}
