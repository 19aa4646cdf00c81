import InspectorUpdate
import InspectorWords
import KVFacts

/// Heads by the difference in recall at the selected step, and what was measured of blame.
package struct CompareHeads {
    private let model: InspectorModel
    private let look: Look

    package init(_ model: InspectorModel, _ look: Look) {
        self.model = model
        self.look = look
    }

    package var title: String {
        let comparison = model.comparison
        let (first, second) = comparison.pair
        return
            "HEADS, \(ComparisonState.letter(first)) and \(ComparisonState.letter(second)) at step \(comparison.selected ?? 0)"
    }

    package func draw(_ canvas: inout Canvas, _ box: Box) {
        var area = box
        let blames = self.blames(width: box.width - 2)
        let shown = min(blames.count, max(1, box.height / 2))
        for (line, text) in blames.prefix(shown).enumerated() {
            canvas.text(text, 1, line, in: area, look.strong)
        }
        _ = area.takeTop(blames.isEmpty ? 0 : shown)
        guard let step = model.comparison.selected, !area.isEmpty else { return }
        let heads = model.comparison.heads(at: step)
        guard heads.contains(where: { $0.difference != nil }) else {
            let reason =
                step == 0 ? "nothing is measured at step 0: all caches are whole" : "recall is not measured"
            for (line, text) in TextWrap.lines(reason, area.width - 2).enumerated() {
                canvas.text(text, 1, line, in: area, look.dim)
            }
            return
        }
        // As many columns as there is room for, the list going on in the next one.
        let width = Self.rowWidth(model.comparison) + 2
        let needed = (heads.count + area.height - 2) / max(1, area.height - 1)
        let columns = max(1, min(needed, (area.width + 2) / width))
        for place in 0..<columns { canvas.text(header, place * width + 1, 0, in: area, canvas.look.dim) }
        _ = area.takeTop(1)
        guard !area.isEmpty else { return }
        rows(heads, columns, &canvas, area)
    }

    /// Columns of one line of the list.
    package static func rowWidth(_ comparison: ComparisonState) -> Int { 26 + 5 * comparison.totals.count }

    private var header: String {
        let letters = model.comparison.totals.indices.map { NumberText.right(ComparisonState.letter($0), 5) }
        return NumberText.left("recall", 8) + letters.joined() + "   diff overlap"
    }

    /// The first heads, or those around the selected one when it is not among them.
    private func rows(_ heads: [ComparedHead], _ columns: Int, _ canvas: inout Canvas, _ box: Box) {
        let room = box.height * columns
        let selected = heads.firstIndex { $0.id == model.cursor } ?? 0
        let first = selected < room ? 0 : min(heads.count - room, selected - room / 2)
        for (place, head) in heads.dropFirst(first).prefix(room).enumerated() {
            let isSelected = head.id == model.cursor
            let recalls = head.recalls.map { NumberText.right($0.map { NumberText.share($0) } ?? "n/a", 5) }
            let difference = head.difference.map { NumberText.signed($0, NumberText.share) } ?? "n/a"
            let overlap = head.overlap.map { NumberText.share($0) } ?? "n/a"
            let text =
                NumberText.left("\(head.id)", 8) + recalls.joined() + NumberText.right(difference, 7)
                + NumberText.right(overlap, 8)
            let column = place / box.height * (Self.rowWidth(model.comparison) + 2)
            if isSelected { canvas.text(">", column, place % box.height, in: box, look.selected) }
            canvas.text(
                text, column + 1, place % box.height, in: box, isSelected ? look.selected : look.plain)
        }
    }

    /// What is being measured, then what was: the most to blame first.
    private func blames(width: Int) -> [String] {
        let comparison = model.comparison
        let open = (comparison.isOpen ? model.commands.blames : []).map {
            let text = "\(ComparisonState.letter($0.branch)) with \($0.head) full: measuring"
            return text.count <= width ? text : "measuring \($0.head)"
        }
        let done = comparison.blames.sorted { $0.change < $1.change }.map { result in
            let start = "\(ComparisonState.letter(result.branch)) \(result.head) full "
            let change = NumberText.signed(result.change) { NumberText.nats($0, decimals: 4) }
            return [
                CompareText.sentence(result), "\(start)\(CompareText.change(result))", "\(start)\(change)",
            ].first { $0.count <= width } ?? ""
        }
        return open + done
    }
}
