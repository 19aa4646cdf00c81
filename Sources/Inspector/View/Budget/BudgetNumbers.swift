import HybridKV

/// What the live plan and the draft come to: counted from the plans, or measured by a verification.
enum BudgetNumbers {
    struct Row {
        let name: String
        let live: String
        let draft: String
        let source: String
    }

    static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let look = canvas.look
        let columns = (live: 11, draft: 21, source: 33)
        canvas.text(NumberText.right("LIVE", 9), columns.live, 0, in: box, look.title)
        canvas.text(NumberText.right("DRAFT", 9), columns.draft, 0, in: box, look.title)
        for (row, content) in rows(model, isShort: box.height < 8).prefix(box.height - 1).enumerated() {
            canvas.text(content.name, 0, row + 1, in: box)
            canvas.text(NumberText.right(content.live, 9), columns.live, row + 1, in: box)
            canvas.text(NumberText.right(content.draft, 9), columns.draft, row + 1, in: box)
            if box.width > 45 { canvas.text(content.source, columns.source, row + 1, in: box, look.dim) }
        }
        if box.width <= 45 { canvas.text("c counted", 0, 0, in: box, look.dim) }
    }

    /// - Parameter isShort: leaves out what other places say too.
    static func rows(_ model: InspectorModel, isShort: Bool) -> [Row] {
        guard let plan = model.plan, let geometry = model.geometry else { return [] }
        let draft = model.budget.draft
        let plans = (live: PlanTally(plan), draft: draft?.plan.map(PlanTally.init))
        // Without a draft the column is empty; a draft without a plan is not known.
        func other(_ text: (PlanTally) -> String) -> String {
            draft == nil ? "" : plans.draft.map(text) ?? "n/a"
        }
        func counted(_ name: String, _ text: (PlanTally) -> String) -> Row {
            Row(name: name, live: text(plans.live), draft: other(text), source: "counted")
        }
        var rows = [
            counted(isShort ? "resident c" : "resident") {
                NumberText.bytes($0.residentRows * geometry.rowBytes)
            }
        ]
        if !isShort { rows.insert(counted("rows") { String($0.residentRows) }, at: 0) }
        let runs = (live: model.budget.measured(plan), draft: model.budget.measured(draft?.plan))
        let source =
            model.commands.isVerifying
            ? "measuring" : (runs.draft ?? runs.live).map { "measured, \($0.steps) steps" } ?? "V measures"
        func measured(_ place: Int) -> Row {
            let live = runs.live.map { words($0)[place].text } ?? "n/a"
            let other = runs.draft.map { words($0)[place].text } ?? "n/a"
            return Row(
                name: names[place], live: live, draft: draft == nil ? "" : other, source: source)
        }
        rows.append(measured(0))
        if isShort {
            let (mean, least) = (measured(1), measured(2))
            let join = { (left: String, right: String) in
                left == right && left.allSatisfy { !$0.isNumber } ? left : "\(left)/\(right)"
            }
            rows.append(
                Row(
                    name: "recall/min", live: join(mean.live, least.live),
                    draft: join(mean.draft, least.draft), source: source))
        } else {
            rows += [measured(1), measured(2)]
        }
        return rows + [measured(3), measured(4)]
    }

    private static let names = ["KL to full", "recall", "  least", "ms p50", "moved/step"]

    /// What a verification measured, in words and in the order of `names`.
    static func words(_ run: VerifiedRun) -> [(name: String, text: String)] {
        [
            ("KL to full", reading(run.meanKL) { NumberText.fixed($0, 4) }),
            ("recall", reading(run.meanRecall) { NumberText.share($0) }),
            ("least recall", reading(run.leastRecall) { NumberText.share($0) }),
            ("ms p50", reading(run.medianMilliseconds) { NumberText.milliseconds($0) }),
            ("moved a step", reading(run.movedBytesPerStep) { NumberText.bytes(Int($0.rounded())) }),
        ]
    }

    private static func reading(_ value: Reading, _ text: (Double) -> String) -> String {
        value.value.map(text) ?? "n/a"
    }
}
