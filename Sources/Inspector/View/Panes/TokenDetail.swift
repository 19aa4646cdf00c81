import InspectorUpdate
import InspectorWords
import KVFacts

/// The card of the selected generated token.
package enum TokenDetail {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let lines = self.lines(model, look: canvas.look)
        var row = 0
        for (place, text) in lines.enumerated() {
            for piece in TextWrap.lines(text, box.width - 2, indent: 6) where row < box.height {
                canvas.text(piece, 1, row, in: box, place == 0 ? canvas.look.title : nil)
                row += 1
            }
        }
    }

    package static func lines(_ model: InspectorModel, look: Look) -> [String] {
        guard let place = model.selectedStep else { return ["TOKEN no token yet"] }
        let step = model.answer.steps[place]
        let follows = model.tokenCursor == nil && !model.mode.isDone ? ", the newest" : ""
        var lines = [
            "STEP \(step.index) of \(model.answer.lastIndex ?? 0)\(follows)  \(quoted(step.token.bytes, look))"
                + "  id \(step.token.id)  p \(step.token.share)"
        ]
        let list = step.candidates?.map { "\(quoted($0.bytes, look)) \($0.share)" } ?? ["n/a"]
        if !list.isEmpty { lines.append("next  " + list.joined(separator: "  ")) }
        lines += reads(model, step.index, look)
        lines.append(cost(step))
        return lines
    }

    private static func reads(_ model: InspectorModel, _ step: Int, _ look: Look) -> [String] {
        guard let read = model.snapshot?.reads.last(where: { $0.step == step }),
            let shares = model.attention(read.attentionBySegment), let prompt = model.prompt
        else {
            let reason =
                step == 0
                ? "step 0 comes from the prefill, before the cache is compressed"
                : "only the reads of recent tokens are kept"
            return ["reads n/a: \(reason)"]
        }
        var lines = [
            "reads " + shares.all.map { "\($0.name) \(NumberText.share($0.share))" }.joined(separator: "  ")
        ]
        var cells: [String] = []
        var words: [String] = []
        for source in read.top where prompt.layout.tokens.indices.contains(source.tokenIndex) {
            let segment = prompt.layout.segments[prompt.layout.segmentIndex(of: source.tokenIndex)]
            if let cell = segment.cell(of: source.tokenIndex) {
                let frame = segment.kind == .video ? "t\(cell.frame) " : ""
                cells.append(
                    "\(InspectorModel.name(segment)) \(frame)r\(cell.row)c\(cell.column) \(NumberText.share(Double(source.attention)))"
                )
            } else if prompt.tokenBytes.indices.contains(source.tokenIndex) {
                words.append(
                    "\(quoted(prompt.tokenBytes[source.tokenIndex], look)) \(NumberText.share(Double(source.attention)))"
                )
            }
        }
        if !cells.isEmpty { lines.append("cells " + cells.joined(separator: "  ")) }
        if !words.isEmpty { lines.append("words " + words.joined(separator: "  ")) }
        return lines
    }

    private static func cost(_ step: StepFact) -> String {
        guard step.index > 0 else { return "cost  counted with the prefill" }
        let cache = step.cache
        let loads =
            switch (cache.selectedChunks, cache.loadedChunks) {
            case (0, _): "no chunks chosen"
            case (let selected?, let loaded?):
                "\(loaded) of \(selected) chunks loaded (\(NumberText.known(cache.movedBytes)))"
            default: "chunks n/a"
            }
        let hit = cache.hitRate.map { ", hit \(NumberText.share($0))" } ?? ""
        return "cost  \(step.time.milliseconds) ms, \(loads)\(hit)"
    }

    private static func quoted(_ bytes: [UInt8], _ look: Look) -> String {
        // Spaces that belong to the token must not be broken at.
        let text = TokenText.visible(bytes, asciiOnly: !look.unicode)
        let mark = look.unicode ? "\u{2423}" : "_"
        return "\"" + text.map { $0 == " " ? mark : String($0) }.joined() + "\""
    }
}
