import InspectorUpdate
import InspectorWords
import KVFacts

/// What every session would say next at the selected step, and the texts so far.
package struct CompareTokens {
    package let comparison: ComparisonState
    package let look: Look

    package init(_ model: InspectorModel, _ look: Look) {
        comparison = model.comparison
        self.look = look
    }

    /// The full cache first, then the branches.
    private var sessions: Int { comparison.totals.count + 1 }

    private func label(_ session: Int) -> String {
        session == 0 ? "full" : ComparisonState.letter(session - 1)
    }

    // MARK: The next token

    /// Title of the distributions.
    package var title: String {
        guard let selected = comparison.selected else { return "NEXT TOKEN: no step yet" }
        return "NEXT TOKEN at step \(selected)"
            + (selected == 0 ? ", from the prefill: all caches are whole" : "")
    }

    /// A line for every session: its candidates, then KL and the rank of the full cache's token.
    package func drawLines(_ canvas: inout Canvas, _ box: Box) {
        guard let selected = comparison.selected else { return }
        let step = comparison.steps[selected]
        for session in 0..<sessions {
            canvas.text(label(session), 1, session, in: box, look.title)
            let candidates = self.candidates(step, session).map {
                "\($0.text)\($0.isReference && session > 0 ? "*" : "") \($0.share)"
            }
            let end = session == 0 ? "* full's token" : verdict(step, session - 1)
            let room = box.width - 8 - DisplayWidth.of(end) - 2
            canvas.text(TextWrap.join(candidates, gap: "  ", room), 7, session, in: box)
            canvas.textRight(end + " ", session, in: box, look.dim)
        }
    }

    /// A column for every session with bars.
    package func drawColumns(_ canvas: inout Canvas, _ box: Box) {
        guard let selected = comparison.selected else { return }
        let step = comparison.steps[selected]
        let width = (box.width - 1) / sessions
        for session in 0..<sessions {
            var column = Box(x: box.x + 1 + session * width, y: box.y, width: width - 2, height: box.height)
            let end = session == 0 ? "" : "  " + verdict(step, session - 1)
            let place = canvas.text(label(session), 0, 0, in: column, look.title)
            canvas.text(TextWrap.clip(end, column.width - place, look), place, 0, in: column, look.dim)
            _ = column.takeTop(1)
            for (line, candidate) in candidates(step, session).prefix(column.height).enumerated() {
                let mark = candidate.isReference ? "*" : " "
                let name = TextWrap.clip(candidate.text, 16, look)
                canvas.text(
                    mark + NumberText.left(name, 17) + NumberText.right(candidate.share, 4) + " ", 0, line,
                    in: column, candidate.isReference ? look.strong : look.plain)
                canvas.text(
                    bar(candidate.probability, column.width - 23), 23, line, in: column, look.dim)
            }
        }
    }

    /// A bar without a background: its end is its value.
    private func bar(_ share: Double, _ width: Int) -> String {
        String(look.bar(share, width: width).prefix { $0 != "." && $0 != "·" })
    }

    private struct Candidate {
        package let text: String
        package let probability: Double
        package let isReference: Bool
        package var share: String { NumberText.share(probability) }
    }

    private func candidates(_ step: LiveComparisonStep, _ session: Int) -> [Candidate] {
        let token = session == 0 ? step.step.reference : step.step.branches[session - 1].token
        let bytes = session == 0 ? step.reference : step.branches[session - 1]
        return zip(token.top.list, bytes.candidates).map { candidate, bytes in
            Candidate(
                text: CompareText.quoted(bytes, asciiOnly: !look.unicode),
                probability: Exponential.of(Double(candidate.logprob)),
                isReference: candidate.token == step.step.reference.token)
        }
    }

    /// `KL .31, full's token is 2nd`.
    private func verdict(_ step: LiveComparisonStep, _ branch: Int) -> String {
        let own = step.step.branches[branch]
        guard own.isRunning else { return "its answer is complete" }
        guard let divergence = own.divergence else {
            return step.step.index == 0
                ? "as full" : comparison.start?.isForced == false ? "KL n/a: another text" : "KL n/a"
        }
        return "KL \(NumberText.nats(divergence.kl)), full's token is number \(divergence.rank)"
    }

    // MARK: Texts

    /// Behind the labels, and what says that there is more before.
    private static let textColumn = 7

    /// Lines of one block of texts.
    package var blockLines: Int { sessions }

    /// The tokens of all sessions under each other, step by step; one block around the selected step.
    package func drawBlock(_ canvas: inout Canvas, _ box: Box) {
        guard let selected = comparison.selected else { return }
        let room = box.width - Self.textColumn - 1
        var range = selected..<(selected + 1)
        var used = width(selected)
        // Grow to both sides while there is room.
        while true {
            let left = range.lowerBound - 1
            let right = range.upperBound
            if right < comparison.steps.count, used + width(right) <= room {
                used += width(right)
                range = range.lowerBound..<(right + 1)
            } else if left >= 0, used + width(left) <= room {
                used += width(left)
                range = left..<range.upperBound
            } else {
                break
            }
        }
        draw(range, &canvas, box)
        guard range.lowerBound > 0 else { return }
        canvas.text(look.ellipsis, Self.textColumn - look.ellipsis.count, 0, in: box, look.dim)
    }

    /// All steps, in as many blocks as there is room for; the one with the selected step is among them.
    package func drawBlocks(_ canvas: inout Canvas, _ box: Box) {
        guard let selected = comparison.selected else { return }
        var blocks: [Range<Int>] = []
        var start = 0
        var used = 0
        for step in comparison.steps.indices {
            if used + width(step) > box.width - Self.textColumn - 1, step > start {
                blocks.append(start..<step)
                start = step
                used = 0
            }
            used += width(step)
        }
        blocks.append(start..<comparison.steps.count)
        let fitting = max(1, (box.height + 1) / (sessions + 1))
        let place = blocks.firstIndex { $0.contains(selected) } ?? 0
        let first = min(max(0, blocks.count - fitting), max(0, place - fitting + 1))
        for (row, block) in blocks[first...].prefix(fitting).enumerated() {
            let line = row * (sessions + 1)
            draw(
                block, &canvas,
                Box(x: box.x, y: box.y + line, width: box.width, height: min(sessions, box.height - line)))
        }
    }

    private func draw(_ range: Range<Int>, _ canvas: inout Canvas, _ box: Box) {
        for session in 0..<sessions {
            canvas.text(label(session), 1, session, in: box, look.title)
            var column = Self.textColumn
            for step in range {
                cell(step, session, &canvas, box, column)
                column += width(step)
            }
        }
    }

    /// A token; in brackets where it is not the full cache's, between marks where the cursor is.
    private func cell(_ step: Int, _ session: Int, _ canvas: inout Canvas, _ box: Box, _ column: Int) {
        let tokens = comparison.steps[step].step.tokens
        let differs = tokens[session] != tokens[0]
        let isSelected = step == comparison.selected
        let isCursor = isSelected && session == 0
        let style = isCursor ? look.selected : differs ? look.event : isSelected ? look.strong : look.plain
        let text = self.text(step, session)
        let marks = isCursor ? (">", "<") : differs ? ("[", "]") : (" ", String(look.vertical))
        canvas.text(marks.0, column, session, in: box, style)
        canvas.text(text, column + 1, session, in: box, style)
        canvas.text(
            marks.1, column + 1 + DisplayWidth.of(text), session, in: box,
            isCursor || differs ? style : look.dim)
    }

    private func text(_ step: Int, _ session: Int) -> String {
        let bytes =
            session == 0 ? comparison.steps[step].reference : comparison.steps[step].branches[session - 1]
        let isOver = session > 0 && !comparison.steps[step].step.branches[session - 1].isRunning
        let text = isOver ? "" : TokenText.visible(bytes.bytes, asciiOnly: !look.unicode)
        return text.isEmpty ? (isOver ? "" : "<>") : text
    }

    /// Columns that a step takes: its widest token, and a mark on either side.
    private func width(_ step: Int) -> Int {
        2 + ((0..<sessions).map { DisplayWidth.of(text(step, $0)) }.max() ?? 0)
    }
}
