import HybridKV

/// The list of knobs with their live and drafted values.
enum BudgetKnobs {
    static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let look = canvas.look
        let value = max(10, (box.width - 17) / 2)
        let columns = (live: 17, draft: 17 + value)
        canvas.text("KNOB", 1, 0, in: box, look.title)
        canvas.text("LIVE", columns.live, 0, in: box, look.title)
        canvas.text(draftTitle(model), columns.draft, 0, in: box, titleStyle(model, look))
        let knobs = model.knobs
        let room = box.height - 1
        let shown = BudgetArrangement.window(knobs.count, room, around: model.knobIndex)
        for (row, place) in shown.enumerated() {
            let knob = knobs[place]
            let line = row + 1
            let isSelected = place == model.knobIndex
            let style = isSelected ? look.strong : look.plain
            let live = knob.value(in: model.liveSettings)
            let draft = knob.value(in: model.draftSettings)
            let hasKnob = knob.key == "budget" || knob.key == "method" || isKnown(knob.key, model)
            canvas.text(isSelected ? ">" : " ", 0, line, in: box, style)
            canvas.text(knob.key, 1, line, in: box, style)
            canvas.text(
                hasKnob ? fit(live, value - 1, look) : "-", columns.live, line, in: box,
                hasKnob ? style : look.dim)
            let differs = model.budget.draft != nil && (live != draft || !hasKnob)
            let text = fit(draft, value - 3, look) + (differs ? " *" : "")
            let end = canvas.text(
                text, columns.draft, line, in: box, differs ? look.event : isSelected ? style : look.dim)
            if isSelected {
                canvas.placeCursor(0, line, in: box)
                if end < box.width - 1 { canvas.text(" <", end, line, in: box, style) }
            }
        }
        if shown.lowerBound > 0 { canvas.text(look.unicode ? "↑" : "^", 6, 0, in: box, look.dim) }
        if shown.upperBound < knobs.count {
            let more = "\(knobs.count - shown.upperBound) more"
            canvas.text(more, 7, 0, in: box, look.dim)
        }
    }

    /// Whether the live method has the knob too.
    private static func isKnown(_ key: String, _ model: InspectorModel) -> Bool {
        model.methods.first { $0.name == model.liveSettings.name }?.parameters.contains { $0.key == key }
            ?? false
    }

    private static func draftTitle(_ model: InspectorModel) -> String {
        switch model.budget.draft?.answer {
        case nil: "DRAFT = live"
        case .pending: "DRAFT planning"
        case .plan: "DRAFT"
        case .refused: "DRAFT invalid"
        }
    }

    private static func titleStyle(_ model: InspectorModel, _ look: Look) -> Style {
        switch model.budget.draft?.answer {
        case nil: look.dim
        case .pending, .plan: look.title
        case .refused: look.event
        }
    }

    /// A value that is too long loses whole words of its camel case: `allTextAfter..`.
    static func fit(_ text: String, _ width: Int, _ look: Look) -> String {
        guard DisplayWidth.of(text) > width else { return text }
        let room = width - look.ellipsis.count
        let starts = text.indices.filter {
            text[$0].isUppercase && text.distance(from: text.startIndex, to: $0) <= room
        }
        guard let end = starts.last, end > text.startIndex else { return TextWrap.clip(text, width, look) }
        return text[..<end] + look.ellipsis
    }
}

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
            model.budget.isVerifying
            ? "measuring" : (runs.draft ?? runs.live).map { "measured, \($0.steps) steps" } ?? "V measures"
        func measured(_ name: String, _ text: (VerifiedRun) -> String) -> Row {
            Row(
                name: name, live: runs.live.map(text) ?? "n/a",
                draft: draft == nil ? "" : runs.draft.map(text) ?? "n/a", source: source)
        }
        rows.append(measured("KL to full") { reading($0.meanKL) { NumberText.fixed($0, 4) } })
        if isShort {
            rows.append(measured("recall/min") { "\(share($0.meanRecall))/\(share($0.leastRecall))" })
        } else {
            rows.append(measured("recall") { share($0.meanRecall) })
            rows.append(measured("  least") { share($0.leastRecall) })
        }
        rows.append(measured("ms p50") { reading($0.medianMilliseconds) { NumberText.milliseconds($0) } })
        rows.append(
            measured("moved/step") { reading($0.movedBytesPerStep) { NumberText.bytes(Int($0.rounded())) } })
        return rows
    }

    private static func share(_ value: Reading) -> String { reading(value) { NumberText.share($0) } }

    private static func reading(_ value: Reading, _ text: (Double) -> String) -> String {
        value.value.map(text) ?? "n/a"
    }
}
