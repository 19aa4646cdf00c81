import InspectorUpdate
import InspectorWords
import KVFacts

/// Where the rows go: knobs with a draft beside the live values, the waterfall from the total to every head, why the
/// selected head has its rows, and the checks.
package enum BudgetPane {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard let plan = model.plan, !box.isEmpty else { return }
        if BudgetArrangement.isCompact(box) {
            drawCompact(plan, model, &canvas, box)
            return
        }
        let draft = model.comparableDraft
        let checks = checkLines(model, plan, width: box.width - 2)
        let arrangement = BudgetArrangement(
            box,
            .init(
                knobs: model.knobs.count, kinds: kinds(plan, draft).count, layers: plan.layers,
                heads: min(8, plan.kvHeads), checks: checks.count))
        BudgetKnobs.draw(model, &canvas, arrangement.knobs)
        BudgetNumbers.draw(model, &canvas, arrangement.numbers)
        canvas.rule(0, in: arrangement.rule, title: knobTitle(model, width: box.width - 6))
        BudgetWaterfall.sums(plan, draft, &canvas, arrangement.sums)
        BudgetWaterfall.layers(plan, draft, model, &canvas, arrangement)
        BudgetHeads.draw(plan, draft, model, &canvas, arrangement.heads)
        drawWhy(model, &canvas, arrangement.why)
        for (line, check) in checks.enumerated() {
            canvas.text(
                check.text, 1, line, in: arrangement.checks, check.isOK ? nil : canvas.look.event)
        }
    }

    /// The kinds of heads that live plan or draft has, in their order.
    package static func kinds(_ plan: CompressionPlan, _ draft: CompressionPlan?) -> [PlanTally.Kind] {
        let live = PlanTally(plan).kinds
        let other = draft.map { PlanTally($0).kinds } ?? [:]
        return PlanTally.Kind.allCases.filter { live[$0] != nil || other[$0] != nil }
    }

    /// What the selected knob changes, cut where a sentence may end.
    private static func knobTitle(_ model: InspectorModel, width: Int) -> String {
        let knob = model.knobs[model.knobIndex]
        let clauses = "\(knob.key): \(knob.meaning)".split(separator: ";").map { part in
            String(part.drop { $0 == " " })
        }
        return joined(clauses, "; ", width)
    }

    /// As many of the parts as fit, each whole. `TextWrap.join` would give up the separator for one more part.
    private static func joined(_ parts: [String], _ separator: String, _ width: Int) -> String {
        var text = ""
        for part in parts {
            let longer = text.isEmpty ? part : text + separator + part
            guard DisplayWidth.of(longer) <= width else { break }
            text = longer
        }
        return text
    }

    // MARK: Why

    private static func drawWhy(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        for (line, text) in whyLines(model, width: box.width - 2, room: box.height).enumerated() {
            canvas.text(text, 1, line, in: box)
        }
    }

    /// Whole sentences, as many as there is room for; the overlay of `x` has all of them.
    package static func whyLines(_ model: InspectorModel, width: Int, room: Int) -> [String] {
        var lines: [String] = []
        let parts = model.reasons
        for (place, part) in parts.enumerated() {
            // Every part gets at least its share of the lines.
            let sentences = part.reasons.sentences
            let left = room - lines.count
            let share = place + 1 == parts.count ? left : (left + 1) / 2
            var found: [String] = []
            for count in 1...max(1, sentences.count) {
                let text = "\(part.title): " + sentences.prefix(count).joined(separator: " ")
                let wrapped = TextWrap.lines(text, width, indent: 2)
                if wrapped.count > share { break }
                found = wrapped
            }
            if found.isEmpty { found = ["\(part.title): x tells why"] }
            lines += found.prefix(max(0, share))
        }
        return lines
    }

    // MARK: Checks

    package struct CheckLine {
        package let text: String
        package let isOK: Bool
    }

    /// The checks of the draft's plan, or of the live one, and what the draft changes.
    package static func checkLines(_ model: InspectorModel, _ plan: CompressionPlan, width: Int)
        -> [CheckLine]
    {
        let draft = model.budget.draft
        if let refusal = draft?.refusal {
            let lines = TextWrap.lines("DRAFT INVALID: \(refusal)", width, indent: 2).prefix(3)
            return [line("CHECKS ", plan, width)] + lines.map { CheckLine(text: $0, isOK: false) }
        }
        guard let drafted = draft?.plan else {
            let first = line("CHECKS ", plan, width)
            return draft == nil ? [first] : [first, CheckLine(text: "DRAFT is being planned", isOK: true)]
        }
        var lines = [line("DRAFT ", drafted, width)]
        if let change = PlanChange(from: plan, to: drafted) {
            lines.append(CheckLine(text: changeText(change, width), isOK: true))
        }
        return lines
    }

    private static func line(_ title: String, _ plan: CompressionPlan, _ width: Int) -> CheckLine {
        // What fails must not be what is left out for want of room.
        let checks = BudgetCheck.all(plan)
        let ordered = checks.filter { !$0.isOK } + checks.filter(\.isOK)
        let list = checks.allSatisfy(\.isOK) ? checks : ordered
        let text = title + joined(list.map(\.text), " | ", width - title.count)
        return CheckLine(text: text, isOK: checks.allSatisfy(\.isOK))
    }

    private static func changeText(_ change: PlanChange, _ width: Int) -> String {
        let classes =
            change.reclassed.isEmpty
            ? "no class changes"
            : "class of \(NumberText.count(change.reclassed.count, "head")) changes"
        return joined(
            [
                "+ adds \(change.added) to \(NumberText.count(change.gaining, "head"))",
                "- takes \(change.taken) from \(NumberText.count(change.losing, "head"))", classes,
            ], " | ", width)
    }

    // MARK: Small terminals

    /// One fact a line, most wanted first.
    private static func drawCompact(
        _ plan: CompressionPlan, _ model: InspectorModel, _ canvas: inout Canvas, _ box: Box
    ) {
        let width = box.width - 1
        let arrow = canvas.look.arrow
        let draft = model.comparableDraft
        let given =
            "rows \(plan.budgetedRows)" + (draft.map { " \(arrow) \($0.budgetedRows)" } ?? "")
        let total = " of \(draft?.totalRows ?? plan.totalRows)"
        var texts = [knobText(model, width, arrow), given + (given.count + total.count < width ? total : "")]
        if let head = model.headPlan(model.cursor) {
            let after = draft.map { " \(arrow) \($0[model.cursor].budget)" } ?? ""
            texts.append("\(head.id) \(head.letter(threshold: plan.threshold)) \(head.budget)\(after)")
        }
        texts += checkLines(model, plan, width: width - 1).map(\.text)
        let room = box.height - texts.count
        if draft == nil, room > 0 { texts += whyLines(model, width: width - 1, room: room) }
        for (line, text) in texts.prefix(box.height).enumerated() {
            let isKnob = line == 0
            canvas.text(
                TextWrap.lines(text, width).first ?? "", isKnob || width < 30 ? 0 : 1, line, in: box,
                isKnob ? canvas.look.strong : nil)
        }
        canvas.placeCursor(0, 0, in: box)
    }

    /// The selected knob, and that a draft differs, as far as it fits.
    private static func knobText(_ model: InspectorModel, _ width: Int, _ arrow: String) -> String {
        let knob = model.knobs[model.knobIndex]
        let live = knob.value(in: model.liveSettings)
        let value = knob.value(in: model.draftSettings)
        guard model.budget.draft != nil else { return "\(knob.key) \(live)" }
        let change = live == value ? "\(knob.key) \(live)" : "\(knob.key) \(live) \(arrow) \(value) *"
        return ["DRAFT differs: \(change)", "DRAFT \(change)", "DRAFT \(knob.key) \(value)"]
            .first { $0.count <= width } ?? "DRAFT differs"
    }
}
