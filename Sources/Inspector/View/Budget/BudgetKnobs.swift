import InspectorUpdate
import InspectorWords
import KVFacts

/// The list of knobs with their live and drafted values.
package enum BudgetKnobs {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let look = canvas.look
        let value = max(10, (box.width - 17) / 2)
        let columns = (live: 17, draft: 17 + value)
        canvas.text("KNOB", 1, 0, in: box, look.title)
        canvas.text("LIVE", columns.live, 0, in: box, look.title)
        canvas.text(draftTitle(model), columns.draft, 0, in: box, titleStyle(model, look))
        let knobs = model.knobs
        let room = box.height - 1
        let shown = BudgetArrangement.window(knobs.count, room, around: model.knobIndex)
        for (row, place) in shown.enumerated() {
            let knob = knobs[place]
            let line = row + 1
            let isSelected = place == model.knobIndex
            let style = isSelected ? look.strong : look.plain
            let live = knob.value(in: model.liveSettings)
            let draft = knob.value(in: model.draftSettings)
            let hasKnob = knob.key == "budget" || knob.key == "method" || isKnown(knob.key, model)
            canvas.text(isSelected ? ">" : " ", 0, line, in: box, style)
            canvas.text(knob.key, 1, line, in: box, style)
            canvas.text(
                hasKnob ? fit(live, value - 1, look) : "-", columns.live, line, in: box,
                hasKnob ? style : look.dim)
            let differs = model.budget.draft != nil && (live != draft || !hasKnob)
            let text = fit(draft, value - 3, look) + (differs ? " *" : "")
            let end = canvas.text(
                text, columns.draft, line, in: box, differs ? look.event : isSelected ? style : look.dim)
            if isSelected {
                canvas.placeCursor(0, line, in: box)
                if end < box.width - 1 { canvas.text(" <", end, line, in: box, style) }
            }
        }
        if shown.lowerBound > 0 { canvas.text(look.unicode ? "↑" : "^", 6, 0, in: box, look.dim) }
        if shown.upperBound < knobs.count {
            let more = "\(knobs.count - shown.upperBound) more"
            canvas.text(more, 7, 0, in: box, look.dim)
        }
    }

    /// Whether the live method has the knob too.
    private static func isKnown(_ key: String, _ model: InspectorModel) -> Bool {
        model.methods.first { $0.name == model.liveSettings.name }?.parameters.contains { $0.key == key }
            ?? false
    }

    private static func draftTitle(_ model: InspectorModel) -> String {
        switch model.budget.draft?.outcome {
        case nil: "DRAFT = live"
        case .pending: "DRAFT planning"
        case .plan: "DRAFT"
        case .refused: "DRAFT invalid"
        }
    }

    private static func titleStyle(_ model: InspectorModel, _ look: Look) -> Style {
        switch model.budget.draft?.outcome {
        case nil: look.dim
        case .pending, .plan: look.title
        case .refused: look.event
        }
    }

    /// A value that is too long loses whole words of its camel case: `allTextAfter..`.
    package static func fit(_ text: String, _ width: Int, _ look: Look) -> String {
        guard DisplayWidth.of(text) > width else { return text }
        let room = width - look.ellipsis.count
        let starts = text.indices.filter {
            text[$0].isUppercase && text.distance(from: text.startIndex, to: $0) <= room
        }
        guard let end = starts.last, end > text.startIndex else { return TextWrap.clip(text, width, look) }
        return text[..<end] + look.ellipsis
    }
}
