import InspectorUpdate
import InspectorWords
import KVFacts

/// Draws why a head has its class and its budget, and what it does with it.
package enum HeadFactsPanel {
    /// Draws lines behind a vertical rule.
    package static func draw(_ lines: [HeadLines.Line], _ canvas: inout Canvas, _ box: Box) {
        guard box.width > 2 else { return }
        canvas.verticalRule(in: box)
        for (line, content) in lines.prefix(box.height).enumerated() {
            canvas.text(content.text, 2, line, in: box, style(of: content.kind, canvas.look))
        }
    }

    /// How a line looks; nil for plain text.
    package static func style(of kind: HeadLines.Line.Kind, _ look: Look) -> Style? {
        switch kind {
        case .title(let headClass): look.style(of: headClass)
        case .heading: look.strong
        case .known: nil
        case .unknown: look.dim
        }
    }
}
