import InspectorUpdate
import InspectorWords
import KVFacts

/// Layers times KV heads: the class of every head, and one or more lanes of numbers.
package enum MapPane {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard let plan = model.plan, !box.isEmpty else { return }
        var area = box
        if box.width >= 56 {
            let panelWidth = panelWidth(layers: plan.layers, room: box.width - 1)
            let panel = area.takeRight(panelWidth, gap: 1)
            HeadFactsPanel.draw(HeadLines.lines(model, width: panel.width - 1), &canvas, panel)
        }
        let legendLines = area.height >= plan.kvHeads + 3 ? 2 : 0
        let legend = area.takeBottom(legendLines)
        let grid = MapGrid(
            width: area.width, height: area.height, layerCount: plan.layers, headCount: plan.kvHeads,
            cursor: model.cursor, mostLanes: area.height >= 14 ? 4 : 1)
        ruler(grid, model, &canvas, area)
        for (row, head) in grid.heads.enumerated() {
            drawHead(head, at: grid.rulerLines + row * (1 + grid.lanes), grid, model, &canvas, area)
        }
        // The legend follows the map instead of standing at the bottom of a tall pane.
        let gap = grid.lines < area.height ? 1 : 0
        let place = Box(
            x: legend.x, y: min(legend.y, area.y + grid.lines + gap), width: legend.width,
            height: legend.height)
        drawLegend(grid, model, &canvas, place)
    }

    /// The panel gets what the widest cells leave that still show every layer.
    private static func panelWidth(layers: Int, room: Int) -> Int {
        let wide = room - (8 + layers * 8)
        if wide >= 23 { return min(40, max(23, wide - layers * 4)) }
        let usual = room - (8 + layers * 2)
        return min(26, max(15, usual >= 15 ? usual : room - (5 + layers)))
    }

    private static func ruler(_ grid: MapGrid, _ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard grid.rulerLines > 0 else { return }
        let look = canvas.look
        for (place, layer) in grid.layers.enumerated() {
            let column = grid.labelWidth + place * grid.cellWidth
            let style = layer == model.cursor.layer ? look.selected : look.dim
            if grid.cellWidth >= 3 {
                let number = (layer < 10 ? "0" : "") + String(layer)
                canvas.text(grid.cellWidth >= 8 ? "L" + number : number, column, 0, in: box, style)
            } else {
                if grid.rulerLines > 1, layer % 10 == 0 || place == 0 {
                    canvas.text(String(layer / 10), column, 0, in: box, look.dim)
                }
                canvas.text(String(layer % 10), column, grid.rulerLines - 1, in: box, style)
            }
        }
        if grid.layers.lowerBound > 0 { canvas.text("<", grid.labelWidth - 1, 0, in: box, look.strong) }
        if let plan = model.plan, grid.layers.upperBound < plan.layers {
            canvas.text(">", min(grid.width, box.width - 1), 0, in: box, look.strong)
        }
    }

    private static func drawHead(
        _ head: Int, at line: Int, _ grid: MapGrid, _ model: InspectorModel, _ canvas: inout Canvas,
        _ box: Box
    ) {
        guard let plan = model.plan else { return }
        let look = canvas.look
        let isRow = head == model.cursor.head
        if grid.labelWidth >= 4 {
            let label = "kv\(head)" + (grid.labelWidth < 8 && isRow ? ">" : "")
            canvas.text(label, 0, line, in: box, isRow ? look.strong : look.plain)
        }
        if grid.labelWidth >= 8 { canvas.text("cls", 4, line, in: box, look.dim) }
        let lanes = (0..<grid.lanes).map { Cycle.next(model.lane, in: Lane.allCases, by: $0) }
        for (row, lane) in lanes.enumerated() where grid.labelWidth >= 8 {
            canvas.text(lane.label, 4, line + 1 + row, in: box, look.dim)
        }
        for (place, layer) in grid.layers.enumerated() {
            let id = HeadID(layer: layer, head: head)
            let column = grid.labelWidth + place * grid.cellWidth
            let headPlan = plan[id]
            let isSelected = id == model.cursor
            let letter =
                headPlan.letter(threshold: plan.threshold)
                + (headPlan.isForced && grid.cellWidth >= 3 ? "*" : "")
            var style = look.style(of: headPlan.headClass)
            if isSelected { style.attributes.formUnion([.reverse, .bold]) }
            canvas.text(letter, column, line, in: box, style)
            let hasInline = grid.lanes == 0 && grid.cellWidth >= 4
            if hasInline {
                inline(model.value(of: model.lane, for: id), &canvas, box, column + letter.count, line)
            }
            for (row, lane) in lanes.enumerated() {
                drawLane(model.value(of: lane, for: id), grid, &canvas, box, column, line + 1 + row)
            }
            guard isSelected else { continue }
            canvas.placeCursor(column, line, in: box)
            guard grid.cellWidth > 1 else { continue }
            canvas.text(">", column - 1, line, in: box, style)
            canvas.text("<", column + letter.count + (hasInline ? 1 : 0), line, in: box, style)
        }
    }

    private static func inline(
        _ value: LaneValue, _ canvas: inout Canvas, _ box: Box, _ column: Int, _ line: Int
    ) {
        let (text, style) = glyph(value, canvas.look)
        canvas.text(text, column, line, in: box, style)
    }

    private static func glyph(_ value: LaneValue, _ look: Look) -> (String, Style) {
        switch value {
        case .known(let share, _):
            let style = look.unicode ? look.plain : look.magnitude(share)
            return (look.level(share), style)
        case .notApplicable: return ("-", look.dim)
        case .unknown: return ("?", look.dim)
        }
    }

    private static func drawLane(
        _ value: LaneValue, _ grid: MapGrid, _ canvas: inout Canvas, _ box: Box, _ column: Int, _ line: Int
    ) {
        let look = canvas.look
        guard grid.cellWidth >= 8 else {
            let (text, style) = glyph(value, look)
            canvas.text(text, column, line, in: box, style)
            return
        }
        let barWidth = grid.cellWidth - 5
        switch value {
        case .known(let share, let text):
            canvas.text(look.bar(share, width: barWidth), column, line, in: box, look.dim)
            canvas.text(NumberText.right(text, 4), column + barWidth, line, in: box)
        case .notApplicable: canvas.text("-", column + barWidth + 3, line, in: box, look.dim)
        case .unknown: canvas.text("?", column + barWidth + 3, line, in: box, look.dim)
        }
    }

    private static func drawLegend(
        _ grid: MapGrid, _ model: InspectorModel, _ canvas: inout Canvas, _ box: Box
    ) {
        guard !box.isEmpty, let plan = model.plan else { return }
        let look = canvas.look
        var column = 0
        for headClass in HeadClass.allCases {
            let count = plan.heads.count { $0.headClass == headClass }
            guard count > 0 || headClass != .full else { continue }
            column = canvas.text(headClass.letter, column, 0, in: box, look.style(of: headClass))
            column = canvas.text(" \(headClass.rawValue) \(count)  ", column, 0, in: box)
        }
        let rest =
            [" lower case: query heads disagree", " s d: votes differ", ""]
            .first { column + $0.count <= box.width } ?? ""
        canvas.text(rest, column - 1, 0, in: box, look.dim)
        let scale = grid.cellWidth >= 8 ? "" : look.unicode ? "; bars low..high" : "; 0-9 low..high"
        let text =
            [
                "\(model.lane.meaning)\(scale); - none, ? unknown (m next)",
                "\(model.lane.meaning)\(scale) (m next)",
                model.lane.meaning,
            ].first { $0.count <= box.width } ?? "lane \(model.lane.rawValue)"
        canvas.text(text, 0, 1, in: box, look.dim)
    }
}
