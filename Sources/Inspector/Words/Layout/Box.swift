import KVFacts

/// A rectangle of cells that a pane draws into; never has a negative size.
package struct Box: Hashable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    package var isEmpty: Bool { width == 0 || height == 0 }

    /// Cuts lines off the top and returns them.
    package mutating func takeTop(_ lines: Int) -> Box {
        let taken = min(max(0, lines), height)
        let top = Box(x: x, y: y, width: width, height: taken)
        self = Box(x: x, y: y + taken, width: width, height: height - taken)
        return top
    }

    /// Cuts lines off the bottom and returns them.
    package mutating func takeBottom(_ lines: Int) -> Box {
        let taken = min(max(0, lines), height)
        height -= taken
        return Box(x: x, y: y + height, width: width, height: taken)
    }

    /// Cuts columns off the right, with a gap before them, and returns them.
    package mutating func takeRight(_ columns: Int, gap: Int = 0) -> Box {
        let taken = min(max(0, columns), width)
        let right = Box(x: x + width - taken, y: y, width: taken, height: height)
        self = Box(x: x, y: y, width: width - taken - gap, height: height)
        return right
    }

    /// Cuts columns off the left, with a gap behind them, and returns them.
    package mutating func takeLeft(_ columns: Int, gap: Int = 0) -> Box {
        let taken = min(max(0, columns), width)
        let left = Box(x: x, y: y, width: taken, height: height)
        let used = min(width, taken + gap)
        self = Box(x: x + used, y: y, width: width - used, height: height)
        return left
    }
}
