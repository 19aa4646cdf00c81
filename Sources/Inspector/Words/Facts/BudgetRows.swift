import KVFacts

/// What the live plan and the draft come to: counted from the plans, or measured by a verification.
package enum BudgetRows {
    package struct Row {
        package let name: String
        package let live: String
        package let draft: String
        package let source: String
    }

    /// - Parameter isShort: leaves out what other places say too.
    package static func rows(_ model: InspectorModel, isShort: Bool) -> [Row] {
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
    package static func words(_ run: VerifiedRun) -> [(name: String, text: String)] {
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
