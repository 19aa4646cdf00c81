import InspectorUpdate
import InspectorWords
import KVFacts

/// What is shown before there is a plan: how far the run is, or why it failed.
package enum ProgressPane {
    private static let phases: [LivePhase] = [.opening, .preparing, .vision, .prefill, .planning]

    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let look = canvas.look
        if case .failed(let reason) = model.mode {
            canvas.text("The run cannot go on.", 1, 0, in: box, look.event)
            let lines = TextWrap.lines(TokenText.visible(reason, asciiOnly: !look.unicode), box.width - 3)
            for (line, text) in lines.enumerated() { canvas.text(text, 1, line + 2, in: box) }
            canvas.text(
                "r tries again   n opens the next prompt   q leaves", 1, lines.count + 3, in: box, look.dim)
            return
        }
        guard case .loading(let current, let fraction) = model.mode else { return }
        let place = phases.firstIndex(of: current) ?? 0
        for (line, phase) in phases.enumerated() {
            let isCurrent = line == place
            canvas.text(
                "\(isCurrent ? ">" : " ") \(RunMode.name(phase))", 1, line, in: box,
                isCurrent ? look.strong : look.dim)
            if isCurrent {
                let share =
                    fraction.map { NumberText.right(NumberText.fixed($0 * 100, 0) + " %", 6) } ?? "  ... "
                let width = min(40, max(0, box.width - 24))
                canvas.text("|\(look.bar(fraction ?? 0, width: width))| \(share)", 12, line, in: box)
            } else {
                canvas.text(line < place ? "done" : "waits", 12, line, in: box, look.dim)
            }
        }
        facts(model, &canvas, box)
    }

    private static func facts(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        var lines: [String] = []
        if let geometry = model.geometry {
            lines.append(
                "\(TokenText.visible(geometry.name, asciiOnly: !canvas.look.unicode)): \(geometry.layers) layers, "
                    + "\(geometry.kvHeads) KV heads for \(geometry.queryHeads) query heads, "
                    + "\(NumberText.bytes(geometry.kvBytesPerToken)) of KV a token")
        }
        if let layout = model.prompt?.layout {
            lines.append(
                "prompt: \(layout.tokenCount) tokens, \(layout.visualTokenCount) of them in "
                    + NumberText.count(layout.visualSegments.count, "picture"))
        }
        lines.append("then: \(SettingsText.full(model.settings))")
        for (line, text) in lines.enumerated() {
            canvas.text(TextWrap.clip(text, box.width - 2, canvas.look), 1, phases.count + 1 + line, in: box)
        }
    }
}
