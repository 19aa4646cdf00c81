import HybridKV

/// Light or dark; chosen at the start and toggled by a person.
public enum Theme: String, Sendable, Hashable, CaseIterable {
    /// The terminal's own background, taken for dark.
    case dark
    /// Black on white, for projectors and light terminals.
    case light
}

/// Colours and glyphs for what the terminal can show.
///
/// Lightness carries magnitude, hue carries class, and a letter or digit repeats either, so that every screen
/// survives grey printing, any colour vision and a terminal without colours.
struct Look: Sendable {
    let colours: Capabilities.Colours
    let unicode: Bool
    let theme: Theme

    init(_ capabilities: Capabilities, _ theme: Theme) {
        colours = capabilities.colours
        unicode = capabilities.unicode
        self.theme = theme
    }

    var isDark: Bool { theme == .dark }

    // MARK: Styles

    let plain = Style()
    var strong: Style { Style(attributes: .bold) }
    var title: Style { Style(attributes: .bold) }
    var dim: Style { pick(palette: isDark ? 245 : 241, sixteen: nil, attributes: [], without: []) }
    var selected: Style { Style(attributes: [.reverse, .bold]) }
    var good: Style { pick(palette: isDark ? 71 : 22, sixteen: 2, attributes: .bold, without: .bold) }
    var event: Style { pick(palette: 166, sixteen: 1, attributes: .bold, without: [.bold, .reverse]) }
    var key: Style { pick(palette: isDark ? 255 : 16, sixteen: nil, attributes: .bold, without: .bold) }

    func style(of headClass: HeadClass) -> Style {
        switch headClass {
        case .static: pick(palette: isDark ? 32 : 25, sixteen: 6, attributes: .bold, without: [])
        case .dynamic: pick(palette: isDark ? 214 : 130, sixteen: 3, attributes: .bold, without: [])
        case .full: pick(palette: isDark ? 175 : 90, sixteen: 5, attributes: .bold, without: [])
        }
    }

    /// A background whose lightness says how much, with a glyph colour that can be read on it.
    func magnitude(_ share: Double) -> Style {
        guard colours == .palette else { return plain }
        let step = Self.level(share, of: Self.ramp.count)
        let index = isDark ? step : Self.ramp.count - 1 - step
        return Style(foreground: index < 4 ? 255 : 16, background: Self.ramp[index])
    }

    /// Fills in the theme's own colours where a style leaves them open.
    func over(_ style: Style) -> Style {
        guard !isDark, colours != .none else { return style }
        var style = style
        style.foreground = style.foreground ?? (colours == .palette ? 16 : 0)
        style.background = style.background ?? (colours == .palette ? 231 : 15)
        return style
    }

    private func pick(
        palette: UInt8?, sixteen: UInt8?, attributes: Style.Attributes, without: Style.Attributes
    ) -> Style {
        switch colours {
        case .palette: Style(foreground: palette, attributes: attributes)
        case .sixteen: Style(foreground: sixteen, attributes: attributes)
        case .none: Style(attributes: without)
        }
    }

    /// Greys of the xterm palette in steps that look equal.
    private static let ramp: [UInt8] = [234, 237, 240, 243, 246, 249, 252, 255]

    // MARK: Glyphs

    var horizontal: Unicode.Scalar { unicode ? "─" : "-" }
    var vertical: Unicode.Scalar { unicode ? "│" : "|" }
    var corners: (topLeft: String, topRight: String, bottomLeft: String, bottomRight: String) {
        unicode ? ("┌", "┐", "└", "┘") : ("+", "+", "+", "+")
    }
    var ellipsis: String { unicode ? "…" : ".." }
    var threshold: String { unicode ? "≥" : ">=" }
    var arrow: String { unicode ? "→" : "->" }

    /// One cell for a share in 0...1: a digit in ASCII, a bar of eight heights otherwise.
    func level(_ share: Double) -> String {
        unicode
            ? String(Self.heights[Self.level(share, of: Self.heights.count)]) : Self.digit(share)
    }

    /// A horizontal bar of at most `width` cells.
    func bar(_ share: Double, width: Int) -> String {
        guard width > 0 else { return "" }
        let clipped = share.isFinite ? min(max(share, 0), 1) : 0
        guard unicode else {
            let full = Int((clipped * Double(width)).rounded())
            return String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
        }
        let eighths = Int((clipped * Double(width) * 8).rounded())
        var text = String(repeating: "█", count: eighths / 8)
        if eighths % 8 > 0 { text += String(Self.parts[eighths % 8 - 1]) }
        return text + String(repeating: "·", count: width - DisplayWidth.of(text))
    }

    /// 0...9 for a share in 0...1.
    static func digit(_ share: Double) -> String { String(level(share, of: 10)) }

    /// One of `count` equal steps for a share in 0...1; 0 only for the lowest step.
    static func level(_ share: Double, of count: Int) -> Int {
        guard share.isFinite else { return 0 }
        return min(count - 1, max(0, Int(share * Double(count))))
    }

    private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let parts: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
