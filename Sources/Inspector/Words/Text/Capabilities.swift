import KVFacts

/// What the terminal can show; decided once, before the first frame.
package struct Capabilities: Sendable, Hashable {
    /// How many colours.
    package enum Colours: String, Sendable, Hashable, CaseIterable {
        /// None: letters and digits say everything.
        case none
        /// The 16 (or 8) colours of the palette's beginning.
        case sixteen
        /// The 256 colours of xterm.
        case palette
    }

    /// How many colours.
    package var colours: Colours
    /// Whether box drawing, blocks and half blocks can be shown.
    package var unicode: Bool

    /// States what can be shown.
    package init(colours: Colours, unicode: Bool) {
        self.colours = colours
        self.unicode = unicode
    }
}

/// Light or dark; chosen at the start and toggled by a person.
package enum Theme: String, Sendable, Hashable, CaseIterable {
    /// The terminal's own background, taken for dark.
    case dark
    /// Black on white, for projectors and light terminals.
    case light
}
