import InspectorUpdate
import InspectorWords
import KVFacts

/// How the map's cells are spread over the room there is.
package struct MapGrid: Sendable, Hashable {
    /// Columns of one layer: 1 (letters only), 2...4 (letter and digit), 8 and more (bar and number).
    package let cellWidth: Int
    /// Columns of the labels on the left.
    package let labelWidth: Int
    /// Layers in view.
    package let layers: Range<Int>
    /// KV heads in view.
    package let heads: Range<Int>
    /// Lanes below each class line.
    package let lanes: Int
    /// Lines of the layer numbers.
    package let rulerLines: Int

    package var width: Int { labelWidth + layers.count * cellWidth }
    package var lines: Int { rulerLines + heads.count * (1 + lanes) }

    /// Fits `layerCount` x `headCount` cells around the cursor; narrower cells first, then scrolling.
    package init(width: Int, height: Int, layerCount: Int, headCount: Int, cursor: HeadID, mostLanes: Int) {
        let roomy = [12, 10, 8, 4, 3, 2].first { 8 + layerCount * $0 <= width }
        let isDense = roomy == nil
        let cell = roomy ?? 1
        let label = isDense ? min(5, max(0, width - layerCount)) : 8
        let ruler = height < 2 ? 0 : cell < 3 && height > headCount + 1 ? 2 : 1
        let room = max(0, height - ruler)
        let most = headCount == 0 ? 0 : room / headCount - 1
        lanes = min(max(0, most), mostLanes)
        cellWidth = cell
        labelWidth = label
        rulerLines = ruler
        layers = Self.window(layerCount, room: max(0, width - label) / cell, around: cursor.layer)
        heads = Self.window(headCount, room: room / (1 + lanes), around: cursor.head)
    }

    /// The part of `count` things that is in view, with the cursor in the middle where possible.
    private static func window(_ count: Int, room: Int, around place: Int) -> Range<Int> {
        let shown = min(max(0, room), count)
        let start = min(max(0, place - shown / 2), count - shown)
        return start..<(start + shown)
    }
}
