import InspectorUpdate
import InspectorWords
import KVFacts

/// Draws the model: a pure function from state to cells.
package enum View {
    /// The whole screen.
    package static func draw(_ model: InspectorModel) -> Screen {
        var canvas = Canvas(
            width: model.width, height: model.height, look: Look(model.capabilities, model.theme))
        let layout = Layout(width: model.width, height: model.height, screen: model.screen)
        StatusPane.header(model, &canvas, layout)
        StatusPane.tabs(model, &canvas, layout)
        for rule in layout.rules where model.overlay == nil || layout.size > .small || rule.y < layout.body.y
        {
            canvas.rule(0, in: rule)
        }
        if let overlay = model.overlay {
            OverlayView.draw(overlay, model, &canvas, layout.overlay)
        } else {
            pane(model.screen, model, &canvas, layout.body, isCompact: layout.size <= .compact)
            if !layout.side.isEmpty {
                canvas.verticalRule(
                    in: Box(
                        x: layout.side.x > layout.body.x ? layout.side.x - 1 : layout.body.x - 1,
                        y: layout.body.y, width: 1, height: layout.body.height))
                pane(layout.sideScreen, model, &canvas, layout.side, isCompact: false)
            }
        }
        if model.overlay == nil || layout.size > .small {
            CountersPane.draw(model, &canvas, layout)
            StreamPane.draw(model, &canvas, layout.stream)
        }
        StatusPane.verdict(model, &canvas, layout.verdict)
        StatusPane.bottom(model, &canvas, layout)
        return canvas.screen
    }

    private static func pane(
        _ screen: ScreenName, _ model: InspectorModel, _ canvas: inout Canvas, _ box: Box, isCompact: Bool
    ) {
        if model.plan == nil, screen != .tokens || model.prompt == nil {
            ProgressPane.draw(model, &canvas, box)
            return
        }
        switch screen {
        case .map: MapPane.draw(model, &canvas, box)
        case .head: HeadPane.draw(model, &canvas, box)
        case .tokens: TokensPane.draw(model, &canvas, box)
        case .budget: BudgetPane.draw(model, &canvas, box)
        case .compare: ComparePane.draw(model, &canvas, box)
        }
    }
}

extension Screen {
    /// The glyphs as text, a line per row, without spaces at the ends of lines.
    package var text: String {
        (0..<height).map { y in
            var line = ""
            for x in 0..<width {
                if let glyph = self[x, y].glyph { line.unicodeScalars.append(glyph) }
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
