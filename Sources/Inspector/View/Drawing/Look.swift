import InspectorUpdate
import InspectorWords
import KVFacts

/// Colours and glyphs for what the terminal can show.
///
/// Lightness carries magnitude, hue carries class, and a letter or digit repeats either, so that every screen
/// survives grey printing, any colour vision and a terminal without colours.
package struct Look: Sendable {
    package let colours: Capabilities.Colours
    package let unicode: Bool
    package let theme: Theme

    package init(_ capabilities: Capabilities, _ theme: Theme) {
        colours = capabilities.colours
        unicode = capabilities.unicode
        self.theme = theme
    }

    package var isDark: Bool { theme == .dark }

    // MARK: Styles

    package let plain = Style()
    package var strong: Style { Style(attributes: .bold) }
    package var title: Style { Style(attributes: .bold) }
    package var dim: Style { pick(palette: isDark ? 245 : 241, sixteen: nil, attributes: [], without: []) }
    package var selected: Style { Style(attributes: [.reverse, .bold]) }
    package var good: Style { pick(palette: isDark ? 71 : 22, sixteen: 2, attributes: .bold, without: .bold) }
    package var event: Style {
        pick(palette: 166, sixteen: 1, attributes: .bold, without: [.bold, .reverse])
    }
    package var key: Style {
        pick(palette: isDark ? 255 : 16, sixteen: nil, attributes: .bold, without: .bold)
    }

    package func style(of headClass: HeadClass) -> Style {
        switch headClass {
        case .static: pick(palette: isDark ? 32 : 25, sixteen: 6, attributes: .bold, without: [])
        case .dynamic: pick(palette: isDark ? 214 : 130, sixteen: 3, attributes: .bold, without: [])
        case .full: pick(palette: isDark ? 175 : 90, sixteen: 5, attributes: .bold, without: [])
        }
    }

    /// A background whose lightness says how much, with a glyph colour that can be read on it.
    package func magnitude(_ share: Double) -> Style {
        guard colours == .palette else { return plain }
        let step = Magnitude.level(share, of: Self.ramp.count)
        let index = isDark ? step : Self.ramp.count - 1 - step
        return Style(foreground: index < 4 ? 255 : 16, background: Self.ramp[index])
    }

    /// Fills in the theme's own colours where a style leaves them open.
    package func over(_ style: Style) -> Style {
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

    package var horizontal: Unicode.Scalar { unicode ? "─" : "-" }
    package var vertical: Unicode.Scalar { unicode ? "│" : "|" }
    package var corners: (topLeft: String, topRight: String, bottomLeft: String, bottomRight: String) {
        unicode ? ("┌", "┐", "└", "┘") : ("+", "+", "+", "+")
    }
    package var ellipsis: String { unicode ? "…" : ".." }
    package var threshold: String { unicode ? "≥" : ">=" }
    package var arrow: String { unicode ? "→" : "->" }

    /// One cell for a share in 0...1: a digit in ASCII, a bar of eight heights otherwise.
    package func level(_ share: Double) -> String {
        unicode
            ? String(Self.heights[Magnitude.level(share, of: Self.heights.count)]) : Magnitude.digit(share)
    }

    /// A horizontal bar of at most `width` cells.
    package func bar(_ share: Double, width: Int) -> String {
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

    private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let parts: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
