import InspectorUpdate
import InspectorWords
import KVFacts

/// What every branch keeps, costs and loses, a column each.
package struct CompareTable {
    private struct Row {
        package let label: String
        /// For every branch its texts, longest first: the first that fits is shown.
        package let cells: [[String]]
    }

    private static let labelWidth = 19
    private let comparison: ComparisonState
    private let rows: [Row]
    private let column: Int

    /// - Parameters:
    ///   - isBrief: only KL and recall, where the pictures need the room.
    ///   - isTight: as few lines as the numbers take.
    package init(_ comparison: ComparisonState, width: Int, isBrief: Bool, isTight: Bool) {
        self.comparison = comparison
        column = max(1, (width - Self.labelWidth - 1) / max(1, comparison.totals.count))
        let isWide = column >= 44
        let branches = comparison.totals.indices
        let facts = branches.map { BranchFacts(comparison, $0) }
        var rows = [Row(label: "", cells: branches.map { Self.header($0, comparison) })]
        if !isBrief {
            rows.append(
                Row(
                    label: "res + off + meta",
                    cells: facts.map {
                        isWide ? ["\($0.memory), \($0.time) ms p50"] : [$0.memory, $0.shortMemory]
                    }))
            if !isWide, !isTight { rows.append(Row(label: "ms/token p50", cells: facts.map { [$0.time] })) }
        }
        rows.append(Row(label: "KL mean, max", cells: facts.map { $0.divergence }))
        if !isBrief { rows.append(Row(label: "top-1 as full", cells: facts.map { $0.agreement })) }
        let withBest = isWide && !isBrief
        rows.append(
            Row(
                label: "recall mean, least",
                cells: facts.map { fact in
                    fact.recall.map { withBest ? "\($0), best possible \(fact.best)" : $0 }
                }))
        if !isWide, !isBrief, isTight {
            rows.append(
                Row(label: "best; ms p50", cells: facts.map { ["best \($0.best); \($0.time) ms"] }))
        }
        if !isWide, !isBrief, !isTight {
            rows.append(Row(label: "best possible", cells: facts.map { [$0.best] }))
        }
        self.rows = rows
    }

    package var lines: Int { rows.count }

    package func draw(_ canvas: inout Canvas, _ box: Box) {
        for (line, row) in rows.enumerated() {
            canvas.text(row.label, 1, line, in: box, canvas.look.dim)
            // The same wording in all columns, so that they can be compared.
            let most = row.cells.map(\.count).max() ?? 0
            let wording = (0..<most).first { place in
                row.cells.allSatisfy { DisplayWidth.of($0[min(place, $0.count - 1)]) < column }
            }
            for (branch, texts) in row.cells.enumerated() {
                let text = texts[min(wording ?? most, texts.count - 1)]
                let isFocus = branch == comparison.focus
                let style = line > 0 ? canvas.look.plain : isFocus ? canvas.look.selected : canvas.look.strong
                // Names stand between the marks of the focus, and above their numbers all the same.
                let start = Self.labelWidth + 1 + branch * column - (line == 0 ? 1 : 0)
                canvas.text(TextWrap.clip(text, column - 1, canvas.look), start, line, in: box, style)
            }
        }
    }

    private static func header(_ branch: Int, _ comparison: ComparisonState) -> [String] {
        let name = CompareText.name(branch, comparison)
        let text = branch == comparison.focus ? ">\(name)<" : " \(name) "
        guard let start = comparison.start, start.plans.indices.contains(branch) else { return [text] }
        let full = SettingsText.full(start.plans[branch].settings)
        let letter = ComparisonState.letter(branch)
        return [branch == comparison.focus ? ">\(letter) \(full)<" : " \(letter) \(full) ", text]
    }
}
