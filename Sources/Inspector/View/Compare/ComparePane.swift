import InspectorUpdate
import InspectorWords
import KVFacts

/// Methods in lockstep: what each keeps, costs and loses, where their predictions part, and in which head.
package enum ComparePane {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let comparison = model.comparison
        guard comparison.start != nil else {
            waiting(model, &canvas, box)
            return
        }
        if box.width < 60 || box.height < 14 {
            compact(model, &canvas, box)
            return
        }
        var area = box
        let isOverview = comparison.panel == .overview
        let table = CompareTable(
            comparison, width: area.width, isBrief: !isOverview,
            isTight: box.height < 16 + comparison.totals.count)
        table.draw(&canvas, area.takeTop(table.lines))
        if isOverview { reference(comparison, &canvas, area.takeTop(1)) }
        canvas.rule(0, in: area.takeTop(1), title: CompareLanes.legend(width: area.width))
        let lanes = CompareLanes(comparison, width: area.width)
        lanes.draw(&canvas, area.takeTop(lanes.lines))
        parting(model, &canvas, area.takeTop(1))
        switch comparison.panel {
        case .overview: overview(model, &canvas, area)
        case .pictures: pictures(model, &canvas, area)
        case .heads:
            let heads = CompareHeads(model, canvas.look)
            canvas.rule(0, in: area.takeTop(1), title: heads.title)
            heads.draw(&canvas, area)
        case .texts:
            let tokens = CompareTokens(model, canvas.look)
            canvas.rule(0, in: area.takeTop(1), title: textTitle(comparison))
            tokens.drawBlocks(&canvas, area)
        }
    }

    /// Nothing to show yet, and why.
    private static func waiting(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let look = canvas.look
        var lines: [String]
        switch model.comparison.phase {
        case .asked: lines = ["Planning every branch from the stored prefill: no step was compared yet."]
        case .refused(let reason):
            lines = [
                "The engine refused: \(reason)", "r tries again, :a :b :c METHOD@BUDGET change a branch.",
            ]
        default: lines = ["Nothing was compared yet; r begins."]
        }
        for (branch, settings) in model.comparison.wishes.enumerated() {
            lines.append("\(ComparisonState.letter(branch)): \(SettingsText.full(settings))")
        }
        var row = 0
        for (place, text) in lines.enumerated() {
            for piece in TextWrap.lines(text, box.width - 2, indent: 3) where row < box.height {
                canvas.text(piece, 1, row, in: box, place == 0 ? look.strong : look.plain)
                row += 1
            }
        }
    }

    private static func reference(_ comparison: ComparisonState, _ canvas: inout Canvas, _ box: Box) {
        canvas.text("full (reference)", 1, 0, in: box, canvas.look.dim)
        canvas.text(
            TextWrap.join(CompareText.reference(comparison), gap: ", ", box.width - 21), 20, 0, in: box)
    }

    /// The answer to "at which token, and in which head".
    private static func parting(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let texts = CompareText.parting(model.comparison, asciiOnly: !canvas.look.unicode)
        let text = texts.first { DisplayWidth.of($0) <= box.width - 2 } ?? texts.last ?? ""
        canvas.text(text, 1, 0, in: box, canvas.look.strong)
    }

    private static func textTitle(_ comparison: ComparisonState) -> String {
        comparison.start?.isForced == false
            ? "TEXT of every session, [ ] where it is not full's"
            : "CHOICES of every session on full's text, [ ] where it is not full's"
    }

    // MARK: Everything there is room for

    private static func overview(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        var area = box
        let tokens = CompareTokens(model, canvas.look)
        let sessions = model.comparison.totals.count + 1
        let isWide = area.width / sessions >= 30 && area.height >= 16
        if area.height > sessions { canvas.rule(0, in: area.takeTop(1), title: tokens.title) }
        let next = area.takeTop(isWide ? 5 : sessions)
        if isWide { tokens.drawColumns(&canvas, next) } else { tokens.drawLines(&canvas, next) }
        guard area.height >= sessions else { return }
        if area.height >= sessions + 10, !isWide {
            canvas.rule(0, in: area.takeTop(1), title: textTitle(model.comparison))
        }
        tokens.drawBlock(&canvas, area.takeTop(tokens.blockLines))
        guard area.height >= 4 else { return }
        if area.width >= 100 {
            pictures(model, &canvas, area)
        } else {
            let lines = min(area.height, max(8, area.height / 2))
            canvas.rule(0, in: area.takeTop(1), title: ComparePictures.title(model, width: area.width - 6))
            ComparePictures.draw(model, &canvas, area.takeTop(lines - 1))
            guard area.height >= 4 else { return }
            let heads = CompareHeads(model, canvas.look)
            canvas.rule(0, in: area.takeTop(1), title: heads.title)
            heads.draw(&canvas, area)
        }
    }

    /// Pictures, and the heads beside them.
    private static func pictures(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        var area = box
        let width = CompareHeads.rowWidth(model.comparison)
        let title = area.takeTop(1)
        canvas.rule(0, in: title, title: ComparePictures.title(model, width: title.width - 6))
        let right = area.takeRight(width, gap: 1)
        canvas.verticalRule(in: Box(x: right.x - 1, y: right.y, width: 1, height: right.height))
        ComparePictures.draw(model, &canvas, area)
        CompareHeads(model, canvas.look).draw(&canvas, right)
    }

    // MARK: Small terminals

    /// What matters most, a line each.
    private static func compact(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let comparison = model.comparison
        var line = 0
        for branch in comparison.totals.indices {
            let facts = BranchFacts(comparison, branch)
            let totals = comparison.totals[branch]
            let letter = ComparisonState.letter(branch)
            let mean = "KL \(totals.meanKL.map { NumberText.nats($0) } ?? "n/a")"
            let most = totals.largestKL.map { " max \(NumberText.nats($0.value)) @\($0.step)" } ?? ""
            let texts = [
                "\(CompareText.name(branch, comparison)), \(mean), \(facts.agreement.last ?? "")",
                "\(letter) \(mean)\(most)", "\(letter) \(mean)",
            ]
            canvas.text(
                texts.first { $0.count <= box.width } ?? "", 0, line, in: box,
                branch == comparison.focus ? canvas.look.strong : canvas.look.plain)
            line += 1
        }
        let texts = CompareText.parting(comparison, asciiOnly: !canvas.look.unicode)
        canvas.text(
            texts.first { DisplayWidth.of($0) <= box.width } ?? "", 0, line, in: box, canvas.look.strong)
        line += 1
        let lanes = CompareLanes(comparison, width: box.width)
        guard box.height - line >= lanes.lines else { return }
        lanes.draw(&canvas, Box(x: box.x, y: box.y + line, width: box.width, height: lanes.lines))
    }
}
