import InspectorUpdate
import InspectorWords
import KVFacts

/// Draws help, checks and reasons over the screen, a page at a time.
package enum OverlayView {
    package static func draw(
        _ overlay: OverlayPane, _ model: InspectorModel, _ canvas: inout Canvas, _ box: Box
    ) {
        guard !box.isEmpty else { return }
        let look = canvas.look
        let lines = OverlayText.lines(overlay, model, width: box.width - 2)
        let room = max(1, box.height - 1)
        let pages = OverlayText.pages(lines, room: room)
        let page = min(model.overlayPage, pages - 1)
        for (row, line) in lines.dropFirst(page * room).prefix(room).enumerated() {
            let style = line.isTitle ? look.title : line.isWarning ? look.event : look.plain
            canvas.text(line.text, 1, row, in: box, style)
        }
        guard box.height > 1 else { return }
        let place = "page \(page + 1) of \(pages)"
        let texts =
            page + 1 < pages
            ? ["\(place), more below (PgDn)   Esc closes", "\(place), PgDn for more, Esc closes", place]
            : ["\(place)   Esc closes", place]
        canvas.text(texts.first { $0.count < box.width } ?? "", 1, box.height - 1, in: box, look.dim)
    }
}
