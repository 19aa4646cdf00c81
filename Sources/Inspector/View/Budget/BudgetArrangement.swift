/// Where the parts of the budget screen lie. What explains goes last when there is little room: knobs, sums and checks
/// stay.
struct BudgetArrangement {
    /// Lines that the parts would like.
    struct Wanted {
        var knobs: Int
        var kinds: Int
        var layers: Int
        var heads: Int
        /// Lines of checks and of what the draft changes.
        var checks: Int
    }

    /// Header and a window of the list.
    let knobs: Box
    /// Counted and measured numbers, right of the knobs.
    let numbers: Box
    let rule: Box
    /// Total and classes.
    let sums: Box
    let layers: Box
    /// Columns of layers.
    let layerColumns: Int
    /// The selected layer's heads: a table, or one line.
    let heads: Box
    let why: Box
    let checks: Box

    static func isCompact(_ box: Box) -> Bool { box.width < 76 || box.height < 14 }

    init(_ box: Box, _ wanted: Wanted) {
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
    static func window(_ count: Int, _ room: Int, around selected: Int) -> Range<Int> {
        guard count > room else { return 0..<count }
        let first = min(max(0, selected - room / 2), count - max(0, room))
        return first..<first + max(0, room)
    }
}
