import InspectorUpdate
import InspectorWords
import KVFacts

/// The heads of the selected layer.
package enum BudgetHeads {
    package static func draw(
        _ plan: CompressionPlan, _ draft: CompressionPlan?, _ model: InspectorModel, _ canvas: inout Canvas,
        _ box: Box
    ) {
        guard !box.isEmpty else { return }
        if box.height == 1 {
            oneLine(plan, draft, model, &canvas, box)
        } else {
            table(plan, draft, model, &canvas, box)
        }
    }

    private static func range(_ plan: CompressionPlan, _ room: Int, _ model: InspectorModel) -> Range<Int> {
        BudgetArrangement.window(plan.kvHeads, room, around: model.cursor.head)
    }

    /// `L02  kv0 D 16  kv1>s 102<  kv2 d 16`.
    private static func oneLine(
        _ plan: CompressionPlan, _ draft: CompressionPlan?, _ model: InspectorModel, _ canvas: inout Canvas,
        _ box: Box
    ) {
        let look = canvas.look
        let layer = model.cursor.layer
        let all = (0..<plan.kvHeads).map { text(plan[HeadID(layer: layer, head: $0)], plan, draft, look) }
        let room = max(1, (box.width - 5) / ((all.map(\.count).max() ?? 1) + 2))
        var column = canvas.text("L\(layer < 10 ? "0" : "")\(layer)", 1, 0, in: box, look.strong) + 1
        for head in range(plan, room, model) {
            let isSelected = head == model.cursor.head
            let style =
                isSelected ? look.selected : look.style(of: plan[HeadID(layer: layer, head: head)].headClass)
            column = canvas.text(isSelected ? ">" : " ", column, 0, in: box, style)
            column = canvas.text(all[head], column, 0, in: box, style)
            column = canvas.text(isSelected ? "<" : " ", column, 0, in: box, style)
        }
    }

    private static func text(
        _ head: HeadPlan, _ plan: CompressionPlan, _ draft: CompressionPlan?, _ look: Look
    ) -> String {
        let live = "kv\(head.id.head) \(head.letter(threshold: plan.threshold)) \(head.budget)"
        guard let draft else { return live }
        let other = draft[head.id]
        let letter = other.headClass == head.headClass ? "" : "\(other.letter(threshold: draft.threshold)) "
        return other.budget == head.budget && letter.isEmpty
            ? live : "\(live)\(look.arrow)\(letter)\(other.budget)"
    }

    /// A line for each head: class, rows, and how they came about.
    private static func table(
        _ plan: CompressionPlan, _ draft: CompressionPlan?, _ model: InspectorModel, _ canvas: inout Canvas,
        _ box: Box
    ) {
        let look = canvas.look
        let layer = model.cursor.layer
        canvas.text("HEADS OF L\(layer < 10 ? "0" : "")\(layer)", 1, 0, in: box, look.title)
        if draft != nil { canvas.text("how, live", 30, 0, in: box, look.dim) }
        for (row, head) in range(plan, box.height - 1, model).enumerated() {
            let live = plan[HeadID(layer: layer, head: head)]
            let isSelected = head == model.cursor.head
            let line = row + 1
            canvas.text(isSelected ? ">" : " ", 0, line, in: box, look.strong)
            let style = isSelected ? look.selected : look.plain
            canvas.text("kv\(head)", 1, line, in: box, style)
            let end = canvas.text(
                live.letter(threshold: plan.threshold), 5, line, in: box, look.style(of: live.headClass))
            var text = NumberText.right(String(live.budget), 6)
            if let other = draft?[live.id] {
                let letter =
                    other.headClass == live.headClass ? " " : other.letter(threshold: draft?.threshold)
                text += " \(look.arrow) \(letter)\(NumberText.right(String(other.budget), 6))"
            }
            let shown = canvas.text(text, end, line, in: box, isSelected ? look.strong : nil)
            let note = HeadReasons(plan, live).row
            canvas.text(
                TextWrap.join(
                    note.split(separator: "  ").map { $0.drop { $0 == " " } }.map(String.init), gap: "  ",
                    box.width - shown - 3),
                shown + 3, line, in: box, look.dim)
        }
    }
}
