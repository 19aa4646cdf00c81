import InspectorUpdate
import InspectorWords
import KVFacts

/// Where the kept sets of the selected head differ, on the grids of the pictures.
package enum ComparePictures {
    /// Title: the head, the step at which the sets were taken, and their overlap; as much as there is room for.
    package static func title(_ model: InspectorModel, width: Int) -> String {
        let comparison = model.comparison
        guard let grid = comparison.grid else { return "" }
        let head = "\(model.cursor)"
        guard let snapshot = comparison.snapshot else { return "KEPT in \(head): no snapshot yet" }
        let step = "after step \(max(0, snapshot.steps - 1))"
        switch grid {
        case .sets(let first, let second):
            let letters = "\(ComparisonState.letter(first)) and \(ComparisonState.letter(second))"
            var parts = ["KEPT by \(letters) in \(head) \(step)"]
            if let place = model.geometry?.index(of: model.cursor),
                snapshot.branches[first].residentTokens.indices.contains(place)
            {
                parts.append("overlap \(NumberText.share(snapshot.overlap(first, second, head: place)))")
                parts.append("all heads \(NumberText.share(snapshot.overlap(first, second)))")
            }
            return TextWrap.join(parts, gap: ", ", width)
        case .attention(let branch):
            return "READ by \(ComparisonState.letter(branch)) in \(head) \(step)"
        }
    }

    package static func legend(_ model: InspectorModel, width: Int, merged: Int) -> String {
        guard let grid = model.comparison.grid else { return "" }
        let rows = merged > 1 ? "\(merged) rows a line; " : ""
        let texts: [String]
        switch grid {
        case .sets(let first, let second):
            let (a, b) = (ComparisonState.letter(first), ComparisonState.letter(second))
            let mixed = merged > 1 ? "  * A and B" : ""
            let short = "= both \(a) \(b) one . none"
            texts = [
                "\(rows)= both  \(a) only \(a)  \(b) only \(b)  . neither\(mixed)  (d: other grids, [ ] pictures)",
                "\(rows)= both  \(a) only \(a)  \(b) only \(b)  . neither\(mixed)", "\(rows)\(short)",
                "\(merged) rows/line \(short)", "\(merged) rows a line, = both . none",
            ]
        case .attention:
            texts = [
                "\(rows)0-9 attention of the last step, 9 = most; . not resident  (d: other grids)",
                "\(rows)0-9 attention, 9 most; . not resident", "\(rows)0-9 attention; . gone",
            ]
        }
        return texts.first { $0.count <= width } ?? ""
    }

    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let segments = model.visualSegments
        let look = canvas.look
        guard !segments.isEmpty else {
            canvas.text("The prompt has no picture.", 1, 0, in: box, look.dim)
            return
        }
        guard let painter = CompareGridPainter(model, model.comparison.grid, look) else {
            canvas.text("Kept sets come with the first snapshot.", 1, 0, in: box, look.dim)
            return
        }
        var area = box
        _ = area.takeLeft(1)
        let legend = area.takeBottom(area.height >= 4 ? 1 : 0)
        let plan = Arrangement(segments, front: model.pictureIndex, in: area)
        for (place, index) in plan.shown.enumerated() {
            let segment = segments[index]
            var cell = Box(
                x: area.x + place % plan.perLine * (plan.width + 2),
                y: area.y + place / plan.perLine * (plan.lines + 1), width: plan.width, height: plan.lines + 1
            )
            cell.height = min(cell.height, max(0, area.y + area.height - cell.y))
            let title = cell.takeTop(1)
            let isFront = index == min(model.pictureIndex, segments.count - 1)
            let name = InspectorModel.name(segment)
            let column = canvas.text(
                isFront ? ">\(name)<" : " \(name) ", 0, 0, in: title, isFront ? look.selected : look.strong)
            let share = painter.sets.count(segment)
            if column + 1 + share.count <= title.width {
                canvas.text(share, column + 1, 0, in: title, look.dim)
            }
            let isImage = segment.kind == .image && model.pictures.indices.contains(segment.index)
            painter.draw(
                segment, isImage && look.colours == .palette ? model.pictures[segment.index] : nil,
                columns: plan.columns, merged: plan.merged, &canvas, cell)
        }
        let page = plan.pages > 1 ? "\(plan.page + 1)/\(plan.pages)  " : ""
        canvas.text(
            page + Self.legend(model, width: legend.width - page.count - 1, merged: plan.merged), 0, 0,
            in: legend,
            look.dim)
    }

    /// Which pictures are in view, how wide a token is and how many rows share a line.
    package struct Arrangement {
        package let columns: Int
        package let merged: Int
        package let width: Int
        package let lines: Int
        package let perLine: Int
        package let shown: Range<Int>
        package let page: Int
        package let pages: Int

        private static let leastWidth = 12

        package init(_ segments: [PromptSegment], front: Int, in area: Box) {
            let grids = segments.compactMap(\.grid)
            let gridColumns = max(1, grids.map(\.columns).max() ?? 1)
            let rows = max(1, grids.map { $0.rows * $0.frames }.max() ?? 1)
            columns = gridColumns * 2 <= area.width ? 2 : 1
            let room = max(1, area.height - 1)
            merged = max(1, (rows + room - 1) / room)
            width = max(Self.leastWidth, gridColumns * columns)
            lines = (rows + merged - 1) / merged
            perLine = max(1, (area.width + 2) / (width + 2))
            let count = perLine * max(1, area.height / (lines + 1))
            pages = max(1, (segments.count + count - 1) / count)
            page = min(max(0, front), segments.count - 1) / count
            shown = (page * count)..<min(segments.count, (page + 1) * count)
        }
    }
}
