import InspectorUpdate
import InspectorWords
import KVFacts

/// Total, classes and layers as bars that live plan and draft share.
package enum BudgetWaterfall {
    /// Total and classes.
    package static func sums(
        _ plan: CompressionPlan, _ draft: CompressionPlan?, _ canvas: inout Canvas, _ box: Box
    ) {
        let live = PlanTally(plan)
        let other = draft.map(PlanTally.init)
        let kinds = BudgetPane.kinds(plan, draft)
        let rows = kinds.flatMap { [live.kinds[$0]?.rows ?? 0, other?.kinds[$0]?.rows ?? 0] }
        let scale = ([plan.totalRows, draft?.totalRows ?? 0] + rows).max() ?? 1
        let formula = "= \(live.sharingHeads) x \(live.uniformRows)"
        let drafted = other.map {
            $0.sharingHeads == live.sharingHeads
                ? String($0.uniformRows) : "\($0.sharingHeads) x \($0.uniformRows)"
        }
        line(
            name: "total", heads: (nil, nil), rows: (plan.totalRows, draft?.totalRows), scale: scale,
            note: formula + (drafted.map { " \(canvas.look.arrow) \($0)" } ?? ""), 0, &canvas, box,
            canvas.look.plain)
        for (place, kind) in kinds.enumerated() {
            let sums = (live.kinds[kind] ?? PlanTally.Sum(), other.map { $0.kinds[kind] ?? PlanTally.Sum() })
            line(
                name: kind.name, heads: (sums.0.heads, sums.1?.heads), rows: (sums.0.rows, sums.1?.rows),
                scale: scale, note: kind == .outside ? "whole, not of the total" : "", place + 1, &canvas,
                box,
                canvas.look.style(of: kind.headClass))
        }
    }

    private static func line(
        name: String, heads: (Int?, Int?), rows: (Int, Int?), scale: Int, note: String, _ line: Int,
        _ canvas: inout Canvas, _ box: Box, _ style: Style
    ) {
        let arrow = canvas.look.arrow
        canvas.text(name, 1, line, in: box, style)
        if let live = heads.0 {
            let text =
                if let other = heads.1, other != live { "\(live) \(arrow) \(other) heads" } else {
                    NumberText.count(live, "head")
                }
            canvas.text(text, 9, line, in: box)
        } else {
            canvas.text(note, 9, line, in: box)
        }
        let bound = box.width >= 110 ? 42 : 35
        canvas.text(pair(rows.0, rows.1, arrow, width: 7), bound, line, in: box)
        let column = bound + (rows.1 == nil ? 8 : 8 + arrow.count + 9)
        let tail = heads.0 == nil ? "" : note
        let width = max(0, box.width - column - 3 - (tail.isEmpty ? 0 : tail.count + 1))
        let end = BudgetBar(live: rows.0, draft: rows.1, scale: scale, width: width)
            .draw(&canvas, column, line, in: box, style)
        canvas.text(tail, end + 1, line, in: box, canvas.look.dim)
    }

    /// `  1008 ->    604`.
    package static func pair(_ live: Int, _ draft: Int?, _ arrow: String, width: Int) -> String {
        let left = NumberText.right(String(live), width)
        return draft.map { "\(left) \(arrow) \(NumberText.right(String($0), width))" } ?? left
    }

    // MARK: Layers

    package static func layers(
        _ plan: CompressionPlan, _ draft: CompressionPlan?, _ model: InspectorModel, _ canvas: inout Canvas,
        _ arrangement: BudgetArrangement
    ) {
        let box = arrangement.layers
        guard !box.isEmpty else { return }
        let live = PlanTally(plan).layers
        let other = draft.map { PlanTally($0).layers }
        let scale = max(1, (live + (other ?? [])).max() ?? 1)
        let columns = arrangement.layerColumns
        let shown = BudgetArrangement.window(
            plan.layers, box.height * columns, around: model.cursor.layer)
        let width = (box.width - 2 * (columns - 1)) / columns
        let perColumn = (shown.count + columns - 1) / columns
        for (place, layer) in shown.enumerated() {
            let area = Box(
                x: box.x + (place / perColumn) * (width + 2), y: box.y + place % perColumn, width: width,
                height: 1)
            drawLayer(
                layer, rows: (live[layer], other?[layer]), scale: scale, plan, draft, model, &canvas, area)
        }
    }

    private static func drawLayer(
        _ layer: Int, rows: (Int, Int?), scale: Int, _ plan: CompressionPlan, _ draft: CompressionPlan?,
        _ model: InspectorModel, _ canvas: inout Canvas, _ box: Box
    ) {
        let look = canvas.look
        let isSelected = layer == model.cursor.layer
        let style = isSelected ? look.strong : look.plain
        let name = "\(isSelected ? ">" : " ")L\(layer < 10 ? "0" : "")\(layer)"
        canvas.text(name, 0, 0, in: box, style)
        let digits = 6
        canvas.text(pair(rows.0, rows.1, look.arrow, width: digits), 4, 0, in: box, style)
        let column = 4 + digits + 1 + (rows.1 == nil ? 0 : digits + look.arrow.count + 2)
        let heads = plan.heads[(layer * plan.kvHeads)..<((layer + 1) * plan.kvHeads)]
        let letters = heads.map { $0.letter(threshold: plan.threshold) }.joined()
        let drafted = draft.map { draft in
            draft.heads[(layer * plan.kvHeads)..<((layer + 1) * plan.kvHeads)].map {
                $0.letter(threshold: draft.threshold)
            }.joined()
        }
        let change = drafted.map { $0 == letters ? "" : " \(look.arrow) \($0)" } ?? ""
        let budgets = draft == nil ? " " + heads.map { String($0.budget) }.joined(separator: "/") : ""
        // All bars of the list have one width, so the room behind them is that of the longest text.
        let most = tailWidth(plan, draft, look)
        let showsBudgets = most.budgets <= box.width / 3
        let tail = draft == nil ? (showsBudgets ? most.budgets : 0) + plan.kvHeads : most.letters
        let width = max(0, box.width - column - 4 - tail)
        let end = BudgetBar(live: rows.0, draft: rows.1, scale: scale, width: width)
            .draw(&canvas, column, 0, in: box, look.dim)
        var place = end + 1
        for head in heads {
            place = canvas.text(
                head.letter(threshold: plan.threshold), place, 0, in: box, look.style(of: head.headClass))
        }
        canvas.text(change + (showsBudgets ? budgets : ""), place, 0, in: box, style)
    }

    /// Columns of the longest list of budgets, and of the letters of live plan and draft.
    private static func tailWidth(_ plan: CompressionPlan, _ draft: CompressionPlan?, _ look: Look)
        -> (budgets: Int, letters: Int)
    {
        let budgets = (0..<plan.layers).map { layer in
            plan.heads[(layer * plan.kvHeads)..<((layer + 1) * plan.kvHeads)].reduce(0) {
                $0 + String($1.budget).count + 1
            }
        }
        return (budgets.max() ?? 0, plan.kvHeads * 2 + look.arrow.count + 2)
    }
}
