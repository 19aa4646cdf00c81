import InspectorUpdate
import InspectorWords
import KVFacts

/// Paints one picture's tokens by which branches hold them, or by what one branch reads.
package struct CompareGridPainter {
    /// What is painted.
    package let sets: ComparedSets
    package let look: Look

    package init?(_ model: InspectorModel, _ grid: CompareGrid?, _ look: Look) {
        guard let sets = ComparedSets(model, grid) else { return nil }
        self.sets = sets
        self.look = look
    }

    /// - Parameters:
    ///   - columns: columns of a token.
    ///   - merged: rows of tokens in one line.
    package func draw(
        _ segment: PromptSegment, _ picture: PictureThumbnail?, columns: Int, merged: Int,
        _ canvas: inout Canvas, _ box: Box
    ) {
        guard let cells = segment.grid else { return }
        let rows = cells.rows * cells.frames
        for (line, row) in stride(from: 0, to: rows, by: max(1, merged)).enumerated() where line < box.height
        {
            for column in 0..<cells.columns where column * columns < box.width {
                let tokens = (row..<min(row + merged, rows)).map {
                    segment.start + $0 * cells.columns + column
                }
                let glyph = sets.glyph(tokens)
                let style = self.style(glyph, picture, row..<min(row + merged, rows), column)
                canvas.text(glyph, column * columns, line, in: box, style)
                // The second column only carries the picture on.
                if columns > 1, picture != nil {
                    var back = style
                    back.attributes = []
                    canvas.text(" ", column * columns + 1, line, in: box, back)
                }
            }
        }
    }

    private func style(_ glyph: String, _ picture: PictureThumbnail?, _ rows: Range<Int>, _ column: Int)
        -> Style
    {
        var style: Style
        switch glyph {
        case "A": style = look.style(of: .static)
        case "B": style = look.style(of: .dynamic)
        case "C": style = look.style(of: .full)
        case "*": style = look.event
        case ".": style = look.dim
        default: style = look.strong
        }
        guard let picture, look.colours == .palette else { return style }
        let samples = PictureThumbnail.samples
        let colour = picture.colour(
            x: (column * samples)..<((column + 1) * samples),
            y: (rows.lowerBound * samples)..<(rows.upperBound * samples))
        // What nobody holds is washed out, as on the head screen; letters need a calm ground.
        let shade =
            glyph == "=" || (glyph.first?.isNumber ?? false)
            ? colour : colour.faded(towardsWhite: !look.isDark)
        style.background = shade.paletteIndex
        if glyph == "=" || glyph == "." || (glyph.first?.isNumber ?? false) {
            style.foreground = glyph == "." ? (look.isDark ? 246 : 244) : shade.lightness > 0.55 ? 16 : 231
        }
        return style
    }
}
