import InspectorUpdate
import InspectorWords
import KVFacts

/// One head: its tokens on every picture's own grid, why it is what it is, and what it read lately.
package enum HeadPane {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        var area = box
        if box.width >= 60 {
            let panel = area.takeRight(min(46, max(33, box.width * 2 / 5)), gap: 1)
            drawPanel(model, &canvas, panel)
        } else if box.height >= 6 {
            let title = area.takeTop(1)
            let lines = HeadLines.lines(model, width: 200)
            canvas.text(
                lines.prefix(2).map(\.text).joined(separator: "  "), 1, 0, in: title,
                lines.first.flatMap { HeadFactsPanel.style(of: $0.kind, canvas.look) })
        }
        guard let marks = GridMarks(model) else { return }
        let segments = model.visualSegments
        guard !segments.isEmpty else {
            canvas.text(
                "The prompt has no picture: screen 3 shows its text.", 1, 0, in: area, canvas.look.dim)
            return
        }
        let legend = area.takeBottom(area.height >= 6 ? 1 : 0)
        _ = area.takeLeft(1)
        let arrangement = GridArrangement(segments, front: model.pictureIndex, zoom: model.zoom, in: area)
        for place in arrangement.places {
            picture(segments[place.index], at: place, arrangement, marks, model, &canvas)
        }
        let page = arrangement.pages > 1 ? "page \(arrangement.page + 1)/\(arrangement.pages)  " : ""
        let text = page + marks.legend(width: legend.width - 1 - page.count)
        canvas.text(text, 1, 0, in: legend, canvas.look.dim)
    }

    private static func picture(
        _ segment: PromptSegment, at place: GridArrangement.Place, _ arrangement: GridArrangement,
        _ marks: GridMarks,
        _ model: InspectorModel, _ canvas: inout Canvas
    ) {
        var box = place.box
        let title = box.takeTop(1)
        let isFront = place.index == model.pictureIndex
        let held = segment.range.count { marks.isResident($0) }
        let name = isFront ? ">\(InspectorModel.name(segment))<" : " \(InspectorModel.name(segment)) "
        let column = canvas.text(name, 0, 0, in: title, isFront ? canvas.look.selected : canvas.look.strong)
        var texts = [" \(held)/\(segment.count)", " \(held)"]
        if model.pictures.indices.contains(segment.index), let prompt = model.prompt,
            prompt.pictures.indices.contains(segment.index), let grid = segment.grid
        {
            let image = prompt.pictures[segment.index]
            let size = "\(image.width)x\(image.height) = \(grid.columns)x\(grid.rows)"
            texts.insert(" \(held)/\(segment.count) held", at: 0)
            texts.insert(" \(held)/\(segment.count) held, \(size)", at: 0)
        }
        // A number that is cut off would be another number.
        let text = texts.first { column + $0.count <= title.width } ?? ""
        canvas.text(text, column, 0, in: title, canvas.look.dim)
        GridPainter(model, marks, segment, arrangement.zoom, canvas.look)?.draw(&canvas, box)
    }

    private static func drawPanel(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let width = box.width - 2
        var lines = HeadLines.lines(model, width: width)
        let history =
            model.patch == nil
            ? self.history(model, width: width - 1) : PatchFacts.lines(model, width: width - 1)
        // The facts give way where both do not fit: their first lines say why.
        let room = max(4, box.height - history.count)
        if lines.count > room { lines = compact(model, room, width) }
        HeadFactsPanel.draw(lines + history, &canvas, box)
    }

    /// Class, why, budget and what is resident, in as few lines as they take.
    private static func compact(_ model: InspectorModel, _ room: Int, _ width: Int) -> [HeadLines.Line] {
        let look = Look(model.capabilities, model.theme)
        guard let plan = model.plan, let head = model.headPlan(model.cursor) else { return [] }
        let all = HeadLines.lines(model, width: width)
        var texts = [
            HeadLines.reasons(head, plan, unicode: look.unicode).joined(separator: ", "),
            HeadLines.budget(head, plan).joined(separator: ", "),
        ]
        if let status = model.status(of: head.id) {
            var text =
                "resident \(status.residentPromptRows)+\(status.generatedRows), used \(status.used)"
            if head.headClass == .dynamic {
                text += ", hit \(NumberText.share(status.hitRate)), recall \(NumberText.share(status.recall))"
            }
            texts.append(text)
        }
        var lines = Array(all.prefix(1))
        for text in texts {
            let pieces = TextWrap.lines(text, width - 1, indent: 1)
            // A fact that does not fit is left out: half a fact could be read as another one.
            guard lines.count + pieces.count <= room else { continue }
            lines += pieces.map { HeadLines.Line(text: $0, kind: .known) }
        }
        return lines
    }

    /// Attention of the last steps, a digit or bar a step, by segment; loads below.
    private static func history(_ model: InspectorModel, width: Int) -> [HeadLines.Line] {
        let look = Look(model.capabilities, model.theme)
        guard let focus = model.focus, let first = focus.history.first, let last = focus.history.last else {
            return [HeadLines.Line(text: "attention over steps: no step yet", kind: .unknown)]
        }
        let steps = focus.history.suffix(max(0, width - 5))
        let start = steps.first?.step ?? first.step
        var lines = [
            HeadLines.Line(text: "attention, steps \(start) to \(last.step)", kind: .heading)
        ]
        let folded = steps.map { model.attention($0.attentionBySegment)?.all ?? [] }
        for (place, name) in (folded.last ?? []).map(\.name).enumerated() {
            let bars = folded.map { $0.indices.contains(place) ? look.level($0[place].share) : "?" }.joined()
            lines.append(HeadLines.Line(text: NumberText.left(name, 5) + bars, kind: .known))
        }
        if model.headPlan(model.cursor)?.headClass == .dynamic {
            let loads = steps.map {
                $0.loadedChunks == 0 ? "." : $0.loadedChunks > 9 ? "+" : String($0.loadedChunks)
            }
            lines.append(HeadLines.Line(text: "loads" + loads.joined(), kind: .known))
        }
        return lines
    }
}

/// What is known of the selected patch.
package enum PatchFacts {
    package static func lines(_ model: InspectorModel, width: Int) -> [HeadLines.Line] {
        guard let patch = model.patch, let layout = model.prompt?.layout,
            layout.tokens.indices.contains(patch),
            let marks = GridMarks(model)
        else { return [] }
        let segment = layout.segments[layout.segmentIndex(of: patch)]
        guard let cell = segment.cell(of: patch) else { return [] }
        var texts = [
            "\(InspectorModel.name(segment)) row \(cell.row) column \(cell.column) = prompt token \(patch)"
        ]
        if let retrieval = model.headPlan(model.cursor)?.retrieval {
            let chunk = patch / max(1, retrieval.chunkSize)
            texts.append(
                chunk < retrieval.chunkCount
                    ? "chunk \(chunk): tokens \(chunk * retrieval.chunkSize) to \((chunk + 1) * retrieval.chunkSize - 1)"
                    : "in the tail, always resident")
        }
        texts.append("here: \(name(marks.state(patch)))")
        if let focus = model.focus, focus.attention.indices.contains(patch) {
            let value = focus.attention[patch]
            let rank = focus.attention.count { $0 > value } + 1
            texts.append(
                marks.isResident(patch)
                    ? "attention \(NumberText.fixed(Double(value), 3)), rank \(rank) of \(focus.attention.count)"
                    : "attention n/a: not resident, not read")
        }
        if let focus = model.focus, focus.evidence.indices.contains(patch) {
            let value = focus.evidence[patch]
            let rank = focus.evidence.count { $0 > value } + 1
            texts.append(
                "in prefill \(NumberText.fixed(Double(value), 3)), rank \(rank) of \(focus.evidence.count)")
        }
        if let count = model.holders(of: patch) {
            texts.append("resident in \(count) of \(model.plan?.heads.count ?? 0) heads")
        }
        return [HeadLines.Line(text: "PATCH (Esc ends)", kind: .heading)]
            + texts.flatMap { TextWrap.lines($0, width, indent: 1) }.map {
                HeadLines.Line(text: $0, kind: .known)
            }
    }

    private static func name(_ state: RowState) -> String {
        switch state {
        case .dropped: "dropped for good"
        case .kept: "kept"
        case .offloaded: "offloaded only"
        case .resident: "resident"
        case .loaded: "resident, loaded this step"
        }
    }
}
