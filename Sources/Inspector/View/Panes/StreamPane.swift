import InspectorUpdate
import InspectorWords
import KVFacts

/// The answer below the map and the head: its end, and how probable each token was.
package enum StreamPane {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let look = canvas.look
        let title = box.height > 1 ? "ANSWER " : "A "
        canvas.text(title, 1, 0, in: box, look.title)
        var area = box
        _ = area.takeLeft(title.count + 1)
        area.width = max(0, area.width - 1)
        guard !model.answer.steps.isEmpty else {
            canvas.text(model.mode.isLoading ? "not begun" : "no token yet", 0, 0, in: area, look.dim)
            return
        }
        let showsProbability = area.height > 1
        let rows = showsProbability ? area.height / 2 : 1
        // A single line moves with the answer, so that it is never almost empty after a break.
        let start = rows == 1 ? AnswerFlow.startOfLastLine(model, width: area.width) : 0
        let flow = AnswerFlow.lines(model, width: area.width, from: start)
        let first = max(0, flow.lines.count - rows)
        for (row, line) in flow.lines[first...].enumerated() {
            TokensPane.drawAnswer(
                line, model, &canvas, area, at: showsProbability ? row * 2 : row,
                withProbability: showsProbability)
        }
        if start + first > 0 {
            canvas.text(look.unicode ? look.ellipsis : "<", title.count, 0, in: box, look.dim)
        }
    }
}
