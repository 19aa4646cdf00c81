import InspectorUpdate
import InspectorWords
import KVFacts

/// A bar of rows in whole cells, live and draft in one: what both have, what the draft adds, what it takes.
package struct BudgetBar: Sendable, Hashable {
    package let both: Int
    package let added: Int
    package let taken: Int
    package let width: Int

    /// - Parameters:
    ///   - draft: nil without a draft.
    ///   - scale: rows of a full bar.
    package init(live: Int, draft: Int?, scale: Int, width: Int) {
        let live = Self.cells(live, scale, width)
        let draft = draft.map { Self.cells($0, scale, width) } ?? live
        both = min(live, draft)
        added = max(0, draft - live)
        taken = max(0, live - draft)
        self.width = max(0, width)
    }

    /// Cells of a number of rows, to the nearest.
    package static func cells(_ rows: Int, _ scale: Int, _ width: Int) -> Int {
        guard scale > 0, width > 0 else { return 0 }
        return min(width, max(0, Int((Double(rows) / Double(scale) * Double(width)).rounded())))
    }

    /// Draws the bar between two bounds, and returns the column behind it.
    @discardableResult
    package func draw(_ canvas: inout Canvas, _ column: Int, _ line: Int, in box: Box, _ style: Style) -> Int
    {
        let look = canvas.look
        func cells(_ glyph: String, _ count: Int) -> String { String(repeating: glyph, count: count) }
        var end = canvas.text("|", column, line, in: box, look.dim)
        end = canvas.text(cells(look.unicode ? "█" : "#", both), end, line, in: box, style)
        end = canvas.text(cells("+", added), end, line, in: box, look.good)
        end = canvas.text(cells("-", taken), end, line, in: box, look.event)
        return canvas.text(
            cells(" ", width - both - added - taken) + "|", end, line, in: box, look.dim)
    }
}
