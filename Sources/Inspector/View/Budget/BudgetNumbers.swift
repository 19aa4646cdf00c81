import InspectorUpdate
import InspectorWords
import KVFacts

/// The numbers of live plan and draft beside each other.
package enum BudgetNumbers {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let look = canvas.look
        let columns = (live: 11, draft: 21, source: 33)
        canvas.text(NumberText.right("LIVE", 9), columns.live, 0, in: box, look.title)
        canvas.text(NumberText.right("DRAFT", 9), columns.draft, 0, in: box, look.title)
        for (row, content) in BudgetRows.rows(model, isShort: box.height < 8).prefix(box.height - 1)
            .enumerated()
        {
            canvas.text(content.name, 0, row + 1, in: box)
            canvas.text(NumberText.right(content.live, 9), columns.live, row + 1, in: box)
            canvas.text(NumberText.right(content.draft, 9), columns.draft, row + 1, in: box)
            if box.width > 45 { canvas.text(content.source, columns.source, row + 1, in: box, look.dim) }
        }
        if box.width <= 45 { canvas.text("c counted", 0, 0, in: box, look.dim) }
    }
}
