import InspectorUpdate
import InspectorWords
import KVFacts

/// Prompt and answer as tokens, and what the selected token read.
package enum TokensPane {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let areas = TokensAreas(box)
        drawPrompt(model, &canvas, areas.prompt)
        drawAnswer(model, &canvas, areas.answer)
        if box.width >= 110 { canvas.verticalRule(in: areas.detail) }
        var detail = areas.detail
        if box.width >= 110 { _ = detail.takeLeft(1) }
        TokenDetail.draw(model, &canvas, detail)
    }

    // MARK: Prompt

    private static func drawPrompt(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty, let prompt = model.prompt else { return }
        let look = canvas.look
        let parts = summary(prompt.layout)
        canvas.text("PROMPT ", 1, 0, in: box, look.title)
        canvas.text(
            TextWrap.clip("\(prompt.layout.tokenCount) tokens = \(parts)", box.width - 10, look), 8, 0,
            in: box)
        var area = box
        _ = area.takeTop(1)
        _ = area.takeLeft(1)
        let pieces = pieces(prompt, look)
        let flow = TokenFlow(pieces.map(\.text), width: area.width - 1, gap: 0)
        // The question is at the end, so a prompt that does not fit shows its end.
        let first = max(0, flow.lines.count - area.height)
        for (line, content) in flow.lines[first...].enumerated() {
            for item in content.items {
                let style = pieces[item.index].isVisual ? look.strong : look.plain
                canvas.text(item.text, item.column, line, in: area, style)
            }
        }
        if first > 0 { canvas.text(look.ellipsis, 0, 0, in: area, look.strong) }
    }

    /// `text 31, img1 25, img2 30`; many pictures of one size are folded into `img1 to img6 25 each`.
    package static func summary(_ layout: PromptLayout) -> String {
        let text = layout.tokenCount - layout.visualTokenCount
        let pictures = layout.visualSegments
        if pictures.count > 2, let first = pictures.first, let last = pictures.last,
            pictures.allSatisfy({ $0.kind == first.kind && $0.count == first.count })
        {
            return
                "text \(text), \(InspectorModel.name(first)) to \(InspectorModel.name(last)) \(first.count) each"
        }
        return (["text \(text)"] + pictures.map { "\(InspectorModel.name($0)) \($0.count)" })
            .joined(separator: ", ")
    }

    private static func pieces(_ prompt: PromptView, _ look: Look) -> [(text: String, isVisual: Bool)] {
        prompt.layout.segments.flatMap { segment -> [(text: String, isVisual: Bool)] in
            if segment.isVisual {
                return [("[\(InspectorModel.name(segment)): \(segment.count) patches]", true)]
            }
            return segment.range.compactMap { token in
                guard prompt.tokenBytes.indices.contains(token) else { return nil }
                return (TokenText.visible(prompt.tokenBytes[token], asciiOnly: !look.unicode), false)
            }
        }
    }

    // MARK: Answer

    private static func drawAnswer(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let look = canvas.look
        canvas.text("ANSWER", 1, 0, in: box, look.title)
        let state = model.mode.isDone ? "complete" : model.answer.steps.isEmpty ? "not begun" : ""
        let hint = box.height > 2 ? "the number below a token is its probability" : ""
        canvas.text([state, hint].filter { !$0.isEmpty }.joined(separator: ", "), 9, 0, in: box, look.dim)
        var area = box
        _ = area.takeTop(1)
        _ = area.takeLeft(1)
        let flow = AnswerFlow.lines(model, width: box.width)
        guard let selected = model.selectedStep, area.height > 0 else { return }
        let withProbability = area.height > 1
        let rows = withProbability ? area.height / 2 : 1
        let first = min(max(0, flow.line(of: selected) - rows + 1), max(0, flow.lines.count - rows))
        for (row, line) in flow.lines[first...].prefix(rows).enumerated() {
            drawAnswer(
                line, model, &canvas, area, at: withProbability ? row * 2 : row,
                withProbability: withProbability, selected: selected)
        }
    }

    /// One line of tokens, and their probabilities below.
    package static func drawAnswer(
        _ line: TokenFlow.Line, _ model: InspectorModel, _ canvas: inout Canvas, _ box: Box, at row: Int,
        withProbability: Bool, selected: Int? = nil
    ) {
        let look = canvas.look
        for item in line.items where model.answer.steps.indices.contains(item.index) {
            let step = model.answer.steps[item.index]
            let isSelected = item.index == selected
            let isUnlikely = step.token.probability.map { $0 < 0.5 } ?? false
            let style =
                isSelected
                ? look.selected : step.token.isSpecial ? look.dim : isUnlikely ? look.event : look.plain
            canvas.text(item.text, item.column, row, in: box, style)
            canvas.text(
                isSelected ? "<" : String(look.vertical), item.column + item.width, row, in: box,
                isSelected ? look.selected : look.dim)
            if isSelected {
                canvas.placeCursor(item.column, row, in: box)
                if item.column > 0 { canvas.text(">", item.column - 1, row, in: box, look.selected) }
            }
            guard withProbability else { continue }
            canvas.text(
                step.token.share, item.column, row + 1, in: box, isUnlikely ? look.event : look.dim)
        }
    }
}
