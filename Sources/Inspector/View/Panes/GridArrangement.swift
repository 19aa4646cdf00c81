import InspectorUpdate
import InspectorWords
import KVFacts

/// Which pictures are in view at which zoom, and where.
package struct GridArrangement {
    package struct Place {
        /// Place in the prompt's visual segments.
        package let index: Int
        /// Title line and grid.
        package let box: Box
    }

    package let zoom: Zoom
    package let places: [Place]
    package let page: Int
    package let pages: Int

    private static let gap = 2
    /// Room for the title: `>img1< 36/36`.
    private static let leastWidth = 12

    /// - Parameter zoom: nil takes the largest zoom that shows every picture as squares, else the largest that
    ///   shows the picture in front.
    package init(_ segments: [PromptSegment], front: Int, zoom: Zoom?, in area: Box) {
        let chosen = zoom ?? Self.fit(segments, front, area)
        let size = Self.size(segments, chosen)
        let capacity = Self.capacity(size, area)
        let count = max(1, capacity.columns * capacity.rows)
        self.zoom = chosen
        pages = max(1, (segments.count + count - 1) / count)
        page = min(max(0, front), max(0, segments.count - 1)) / count
        let first = page * count
        places = (first..<min(first + count, segments.count)).map { index in
            let row = (index - first) / capacity.columns
            let column = (index - first) % capacity.columns
            let x = column * (size.width + Self.gap)
            return Place(
                index: index,
                box: Box(
                    x: area.x + x, y: area.y + row * size.height, width: min(size.width, area.width - x),
                    height: min(size.height, area.height - row * size.height)))
        }
    }

    private static func fit(_ segments: [PromptSegment], _ front: Int, _ area: Box) -> Zoom {
        let large = Zoom.allCases.reversed()
        let all = large.first { zoom in
            let size = size(segments, zoom)
            let capacity = capacity(size, area)
            return size.width <= area.width && size.height <= area.height
                && capacity.columns * capacity.rows >= segments.count
        }
        if let all, all.columns >= 2 { return all }
        let one = segments.indices.contains(front) ? [segments[front]] : segments
        return large.first { zoom in
            let size = size(one, zoom)
            return size.width <= area.width && size.height <= area.height
        } ?? .half
    }

    private static func capacity(_ size: (width: Int, height: Int), _ area: Box) -> (columns: Int, rows: Int)
    {
        (max(1, (area.width + gap) / (size.width + gap)), max(1, area.height / max(1, size.height)))
    }

    private static func size(_ segments: [PromptSegment], _ zoom: Zoom) -> (width: Int, height: Int) {
        let grids = segments.compactMap(\.grid)
        let width = (grids.map(\.columns).max() ?? 0) * zoom.columns
        let height = grids.map { zoom.lines($0.rows * $0.frames) }.max() ?? 0
        return (max(leastWidth, width), height + 1)
    }
}
