/// The one heap of the engine: indices in an array that the caller reserved, so that nothing is allocated.
///
/// The order is the caller's: `isAbove` says which of two indices is nearer to the top.
package enum Heap {
    /// Moves the index at `start` down until what is below it, before `end`, belongs there.
    @inlinable @inline(__always)
    package static func siftDown(
        _ items: inout [Int32], from start: Int = 0, end: Int, _ isAbove: (Int32, Int32) -> Bool
    ) {
        var place = start
        while 2 * place + 1 < end {
            var top = place
            for child in 2 * place + 1..<min(2 * place + 3, end) where isAbove(items[child], items[top]) {
                top = child
            }
            guard top != place else { return }
            items.swapAt(place, top)
            place = top
        }
    }

    /// Moves the last index up to where it belongs.
    @inlinable @inline(__always)
    package static func siftUp(_ items: inout [Int32], _ isAbove: (Int32, Int32) -> Bool) {
        var place = items.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard isAbove(items[place], items[parent]) else { return }
            items.swapAt(place, parent)
            place = parent
        }
    }

    /// Keeps the best `limit` of all indices that were offered; the worst of them is on top.
    @inlinable @inline(__always)
    package static func offer(
        _ index: Int32, to items: inout [Int32], limit: Int, isWorse: (Int32, Int32) -> Bool
    ) {
        if items.count < limit {
            items.append(index)
            siftUp(&items, isWorse)
        } else if limit > 0, isWorse(items[0], index) {
            items[0] = index
            siftDown(&items, end: items.count, isWorse)
        }
    }
}
