import InspectorUpdate
import InspectorWords
import KVFacts

/// KL of every step, a line for each branch and one for the control, over one axis of steps with the cursor.
package struct CompareLanes {
    private static let labelWidth = 9
    private let comparison: ComparisonState
    private let first: Int
    private let count: Int

    package init(_ comparison: ComparisonState, width: Int) {
        self.comparison = comparison
        let room = max(1, width - Self.labelWidth - 14)
        count = min(room, comparison.steps.count)
        // The selected step stays in view, the newest where possible.
        let last = comparison.steps.count - count
        first = min(last, max(0, (comparison.selected ?? 0) - room / 2))
    }

    /// Branches, control and axis.
    package var lines: Int { comparison.totals.count + 2 }

    /// The scale in words, as many as there is room for.
    package static func legend(width: Int) -> String {
        [
            "KL(full || branch) of every step, log scale: 0 exact, . below .0003, then 1 to 8, each 3 x more, 8 from 1 nat on",
            "KL a step, log scale: 0 exact, . below .0003, 1-8 each 3 x, 8 from 1 nat",
            "KL a step, log: . < .0003, 1-8 each 3 x", "KL, log scale",
        ].first { $0.count + 6 <= width } ?? ""
    }

    package func draw(_ canvas: inout Canvas, _ box: Box) {
        let look = canvas.look
        let shown = comparison.steps[first..<(first + count)]
        for branch in comparison.totals.indices {
            canvas.text(
                "KL \(ComparisonState.letter(branch))", 1, branch, in: box,
                branch == comparison.focus ? look.strong : look.plain)
            for (column, step) in shown.enumerated() {
                let divergence = step.step.branches[branch].divergence
                let style =
                    divergence.map { !$0.agrees } == true ? look.event : look.unicode ? look.plain : look.dim
                canvas.text(
                    Self.glyph(divergence?.kl, look), Self.labelWidth + column, branch, in: box, style)
            }
        }
        let line = comparison.totals.count
        canvas.text("control", 1, line, in: box, look.dim)
        for (column, step) in shown.enumerated() {
            canvas.text(
                Self.glyph(step.step.control?.kl, look), Self.labelWidth + column, line, in: box, look.dim)
        }
        axis(&canvas, box, line + 1)
    }

    /// `!` where the tokens differ, and the cursor.
    private func axis(_ canvas: inout Canvas, _ box: Box, _ line: Int) {
        let look = canvas.look
        canvas.text("differ", 1, line, in: box, look.dim)
        for step in comparison.differences where step >= first && step < first + count {
            canvas.text("!", Self.labelWidth + step - first, line, in: box, look.event)
        }
        guard let selected = comparison.selected else { return }
        let column = Self.labelWidth + selected - first
        let differs = comparison.differences.contains(selected)
        canvas.text("^", column, line, in: box, look.selected)
        canvas.placeCursor(column, line, in: box)
        // Behind the axis, where it covers no mark.
        canvas.text(
            "^\(selected)\(differs ? " differ" : "")", Self.labelWidth + count + 1, line, in: box, look.strong
        )
    }

    private static let thresholds = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]

    /// A character for a divergence: `0` exact, `.` below the scale, then eight steps; `-` where nothing was measured.
    package static func glyph(_ kl: Double?, _ look: Look) -> String {
        guard let kl else { return "-" }
        if kl == 0 { return "0" }
        let level = thresholds.count { kl >= $0 }
        if level == 0 { return "." }
        return look.unicode ? look.level((Double(level) - 0.5) / 8) : String(level)
    }
}
