import InspectorUpdate
import InspectorWords
import KVFacts

/// Cuts that show that something was left out.
extension TextWrap {
    /// The beginning of a text, with an ellipsis when something was left out.
    package static func clip(_ text: String, _ width: Int, _ look: Look) -> String {
        guard DisplayWidth.of(text) > width else { return text }
        return prefix(text, max(0, width - look.ellipsis.count))
            + (width >= look.ellipsis.count ? look.ellipsis : "")
    }

    /// The end of a text, with an ellipsis when something was left out.
    package static func tail(_ text: String, _ width: Int, _ look: Look) -> String {
        guard DisplayWidth.of(text) > width else { return text }
        guard width > look.ellipsis.count else { return "" }
        var kept: [Unicode.Scalar] = []
        var columns = look.ellipsis.count
        for scalar in text.unicodeScalars.reversed() {
            columns += DisplayWidth.of(scalar)
            if columns > width { break }
            kept.append(scalar)
        }
        return look.ellipsis + String(String.UnicodeScalarView(kept.reversed()))
    }
}
