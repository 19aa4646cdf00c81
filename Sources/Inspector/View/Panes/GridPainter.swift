import InspectorUpdate
import InspectorWords
import KVFacts

/// Paints one picture's tokens: the picture where the terminal can show it, and the overlay's glyphs over it.
package struct GridPainter {
    package let model: InspectorModel
    package let marks: GridMarks
    package let segment: PromptSegment
    package let grid: CellGrid
    package let picture: PictureThumbnail?
    package let zoom: Zoom
    package let look: Look
    /// Tokens per chunk where outlines are asked for.
    package let chunkSize: Int?

    package init?(
        _ model: InspectorModel, _ marks: GridMarks, _ segment: PromptSegment, _ zoom: Zoom, _ look: Look
    ) {
        guard let grid = segment.grid else { return nil }
        self.model = model
        self.marks = marks
        self.segment = segment
        self.grid = grid
        self.zoom = zoom
        self.look = look
        let isImage = segment.kind == .image && model.pictures.indices.contains(segment.index)
        picture = isImage && look.colours == .palette ? model.pictures[segment.index] : nil
        chunkSize = model.showsChunks ? model.headPlan(model.cursor)?.retrieval?.chunkSize : nil
    }

    private var rows: Int { grid.rows * grid.frames }

    package func draw(_ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let (firstRow, firstColumn) = scroll(box)
        if zoom == .half {
            for line in 0..<min(box.height, zoom.lines(rows - firstRow)) {
                for column in 0..<min(box.width, grid.columns - firstColumn) {
                    half(row: firstRow + line * 2, firstColumn + column, &canvas, box, column, line)
                }
            }
            return
        }
        let lines = zoom.lines(1)
        for row in firstRow..<rows where (row - firstRow) * lines < box.height {
            for column in firstColumn..<grid.columns where (column - firstColumn) * zoom.columns < box.width {
                block(
                    row, column, &canvas, box, (column - firstColumn) * zoom.columns, (row - firstRow) * lines
                )
            }
        }
    }

    /// The first row and column in view, so that the selected patch is.
    private func scroll(_ box: Box) -> (row: Int, column: Int) {
        guard let patch = model.patch, let cell = segment.cell(of: patch) else { return (0, 0) }
        let row = cell.frame * grid.rows + cell.row
        let roomRows = zoom == .half ? box.height * 2 : box.height / zoom.lines(1)
        let roomColumns = box.width / zoom.columns
        let top = min(max(0, row - roomRows / 2), max(0, rows - roomRows))
        // Half blocks hold two rows, which must stay together.
        return (
            zoom == .half ? top / 2 * 2 : top,
            min(max(0, cell.column - roomColumns / 2), max(0, grid.columns - roomColumns))
        )
    }

    private func token(_ row: Int, _ column: Int) -> Int? {
        guard row < rows else { return nil }
        return segment.start + row * grid.columns + column
    }

    // MARK: One token, one or more cells

    private func block(_ row: Int, _ column: Int, _ canvas: inout Canvas, _ box: Box, _ x: Int, _ y: Int) {
        guard let token = token(row, column) else { return }
        let mark = marks.mark(token)
        let isSelected = token == model.patch
        let width = zoom.columns
        let lines = zoom.lines(1)
        for line in 0..<lines {
            for place in 0..<width {
                let back = background(token, mark, row, column, place..<(place + 1), line..<(line + 1))
                var glyph = " "
                if line == 0, place == 0 || width >= 4 {
                    glyph = self.glyph(mark, place, width)
                } else if picture == nil || mark.level != nil {
                    // Without a picture the glyph fills the block, so that shapes can be seen from afar.
                    glyph = mark.level == nil && place < width - 1 ? mark.glyph : " "
                } else if look.unicode {
                    glyph = "▀"
                }
                if place == width - 1, width > 1, let chunkSize, (token + 1) % chunkSize == 0 {
                    glyph = String(look.vertical)
                }
                canvas.text(glyph, x + place, y + line, in: box, style(glyph, back, mark))
            }
        }
        if isSelected { select(&canvas, box, x, y) }
        if width == 1, let chunkSize, token / chunkSize % 2 == 1 {
            canvas.restyle(x, y, in: box) { $0.attributes.insert(.underline) }
        }
    }

    /// What the first line of a block shows at a place: the glyph, or the number where there is room for it.
    private func glyph(_ mark: GridMarks.Mark, _ place: Int, _ width: Int) -> String {
        if width < 4 { return mark.glyph }
        if mark.level != nil, !mark.number.isEmpty {
            let text = NumberText.right(String(mark.number.prefix(width - 1)), width - 1)
            return place < width - 1 ? String(Array(text)[place]) : " "
        }
        if picture != nil { return place == 1 ? mark.glyph : look.unicode ? "▀" : " " }
        return place < width - 1 ? mark.glyph : " "
    }

    private func select(_ canvas: inout Canvas, _ box: Box, _ x: Int, _ y: Int) {
        canvas.placeCursor(x, y, in: box)
        switch zoom.columns {
        case 1: break
        case 2: canvas.text("<", x + 1, y, in: box, look.selected)
        default:
            canvas.text("[", x, y, in: box, look.selected)
            canvas.text("]", x + zoom.columns - 1, y, in: box, look.selected)
        }
        canvas.restyle(x, y, in: box) { $0.attributes.formUnion([.reverse, .bold]) }
    }

    private func style(_ glyph: String, _ style: Style, _ mark: GridMarks.Mark) -> Style {
        if glyph == "▀" { return style }
        if style.background != nil {
            var style = style
            if mark.level == nil {
                style.foreground = mark.isHeld ? style.foreground : (look.isDark ? 246 : 244)
                if mark.isHeld { style.attributes.insert(.bold) }
            }
            return style
        }
        return mark.isHeld ? look.style(of: marks.headClass) : look.dim
    }

    // MARK: Colours

    /// Half-block colours of a part of a block, in places and lines; the background is the lower half.
    private func background(
        _ token: Int, _ mark: GridMarks.Mark, _ row: Int, _ column: Int, _ places: Range<Int>,
        _ lines: Range<Int>
    ) -> Style {
        guard look.colours == .palette else { return look.plain }
        if let level = mark.level { return look.magnitude(level) }
        guard let picture else { return look.plain }
        let samples = PictureThumbnail.samples
        func span(_ part: Range<Int>, _ parts: Int, _ cell: Int) -> Range<Int> {
            let low = cell * samples + part.lowerBound * samples / parts
            let high = cell * samples + part.upperBound * samples / parts
            return low..<max(low + 1, high)
        }
        let x = span(places, zoom.columns, column)
        let halves = zoom.lines(1) * 2
        let upper = shade(
            picture.colour(x: x, y: span((lines.lowerBound * 2)..<(lines.lowerBound * 2 + 1), halves, row)),
            token)
        let lower = shade(
            picture.colour(
                x: x, y: span((lines.lowerBound * 2 + 1)..<(lines.lowerBound * 2 + 2), halves, row)), token)
        let isGlyph =
            !look.unicode
            || (lines.lowerBound == 0 && (zoom.columns < 4 ? places.lowerBound == 0 : places.lowerBound == 1))
        if isGlyph {
            return Style(foreground: lower.lightness > 0.55 ? 16 : 231, background: lower.paletteIndex)
        }
        return Style(foreground: upper.paletteIndex, background: lower.paletteIndex)
    }

    /// The picture's own colour where the row is resident, a washed-out grey where it is not.
    private func shade(_ colour: PictureColour, _ token: Int) -> PictureColour {
        marks.isResident(token) ? colour : colour.faded(towardsWhite: !look.isDark)
    }

    // MARK: Two rows of tokens in one line

    private func half(row: Int, _ column: Int, _ canvas: inout Canvas, _ box: Box, _ x: Int, _ y: Int) {
        let pair = [token(row, column), token(row + 1, column)]
        let marksOfPair = pair.map { $0.map { marks.mark($0) } }
        var style = look.plain
        var glyph = pairGlyph(marksOfPair)
        if look.colours == .palette, look.unicode {
            let colours = [(pair[0], marksOfPair[0], row), (pair[1], marksOfPair[1], row + 1)].map {
                colour($0.0, $0.1, $0.2, column)
            }
            if let upper = colours[0] {
                style = Style(foreground: upper, background: colours[1])
                glyph = "▀"
            }
        } else if marksOfPair.contains(where: { $0?.isHeld == true }) {
            style = look.style(of: marks.headClass)
        }
        canvas.text(glyph, x, y, in: box, style)
        if let patch = model.patch, pair.contains(patch) {
            canvas.placeCursor(x, y, in: box)
            canvas.text("X", x, y, in: box, look.selected)
        }
    }

    private func colour(_ token: Int?, _ mark: GridMarks.Mark?, _ row: Int, _ column: Int) -> UInt8? {
        guard let token, let mark else { return nil }
        if let level = mark.level { return look.magnitude(level).background }
        guard let picture else { return look.magnitude(mark.isHeld ? 0.9 : 0.1).background }
        let samples = PictureThumbnail.samples
        let whole = picture.colour(
            x: (column * samples)..<((column + 1) * samples), y: (row * samples)..<((row + 1) * samples))
        return shade(whole, token).paletteIndex
    }

    /// `.` neither, `'` upper, `,` lower, `:` both, `@` most attention; digits for overlays of numbers.
    private func pairGlyph(_ pair: [GridMarks.Mark?]) -> String {
        if let most = pair.compactMap({ $0 }).filter({ $0.level != nil }).max(by: {
            ($0.level ?? 0) < ($1.level ?? 0)
        }) {
            return most.glyph
        }
        if pair.contains(where: { $0?.glyph == "@" }) { return "@" }
        if pair.contains(where: { $0?.glyph == "?" }) { return "?" }
        switch (pair[0]?.isHeld ?? false, pair[1]?.isHeld ?? false) {
        case (false, false): return "."
        case (true, false): return "'"
        case (false, true): return ","
        case (true, true): return ":"
        }
    }
}
