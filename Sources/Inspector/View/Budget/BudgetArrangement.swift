import InspectorUpdate
import InspectorWords
import KVFacts

/// Where the parts of the budget screen lie. What explains goes last when there is little room: knobs, sums and checks
/// stay.
package struct BudgetArrangement {
    /// Lines that the parts would like.
    package struct Wanted {
        package var knobs: Int
        package var kinds: Int
        package var layers: Int
        package var heads: Int
        /// Lines of checks and of what the draft changes.
        package var checks: Int
    }

    /// Header and a window of the list.
    package let knobs: Box
    /// Counted and measured numbers, right of the knobs.
    package let numbers: Box
    package let rule: Box
    /// Total and classes.
    package let sums: Box
    package let layers: Box
    /// Columns of layers.
    package let layerColumns: Int
    /// The selected layer's heads: a table, or one line.
    package let heads: Box
    package let why: Box
    package let checks: Box

    package static func isCompact(_ box: Box) -> Bool { box.width < 76 || box.height < 14 }

    package init(_ box: Box, _ wanted: Wanted) {
        var rest = box
        let isWide = box.width >= 110
        checks = rest.takeBottom(wanted.checks)
        let hasTable = box.height >= 24
        var foot = rest.takeBottom(
            hasTable ? max(wanted.heads + 1, isWide ? 6 : 0) + (isWide ? 0 : 4) : 3)
        if hasTable, isWide {
            why = foot.takeRight(box.width * 2 / 5, gap: 2)
            heads = foot
        } else {
            heads = foot.takeTop(hasTable ? wanted.heads + 1 : 1)
            why = foot
        }
        let sumLines = wanted.kinds + 1
        let free = rest.height - 1 - sumLines
        let least = isWide ? 8 : 6
        let isOneColumn = !isWide || wanted.layers <= free - least
        layerColumns = isOneColumn ? 1 : 2
        let layerLines = (wanted.layers + layerColumns - 1) / layerColumns
        var top = rest.takeTop(min(max(least, free - layerLines), max(least, wanted.knobs + 1)))
        numbers = top.takeRight(isWide ? 52 : 32, gap: 1)
        knobs = top
        rule = rest.takeTop(1)
        sums = rest.takeTop(sumLines)
        layers = rest.takeTop(layerLines)
    }

    /// The part of a list of `count` that is shown in `room` lines so that `selected` is in it.
    package static func window(_ count: Int, _ room: Int, around selected: Int) -> Range<Int> {
        guard count > room else { return 0..<count }
        let first = min(max(0, selected - room / 2), count - max(0, room))
        return first..<first + max(0, room)
    }
}
