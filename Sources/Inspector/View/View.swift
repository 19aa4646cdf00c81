/// Draws the model: a pure function from state to cells.
public enum View {
    /// The whole screen.
    public static func draw(_ model: InspectorModel) -> Screen {
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
            OverlayView.draw(overlay, model, &canvas, overlayBox(layout))
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

    /// Pages of the overlay that is shown.
    static func overlayPages(_ model: InspectorModel) -> Int {
        guard let overlay = model.overlay else { return 1 }
        let layout = Layout(width: model.width, height: model.height, screen: model.screen)
        return OverlayView.pages(overlay, model, overlayBox(layout))
    }

    /// The lines of the answer on the tokens screen, for moving up and down in it.
    static func answerFlow(_ model: InspectorModel) -> TokenFlow {
        let layout = Layout(width: model.width, height: model.height, screen: .tokens)
        return TokensPane.answerFlow(model, width: TokensPane.Areas(layout.body).answer.width)
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

    /// All of the body; on small screens the counters and the answer give way too, or help would have many pages.
    private static func overlayBox(_ layout: Layout) -> Box {
        let left = min(layout.body.x, layout.side.isEmpty ? layout.body.x : layout.side.x)
        let width = layout.body.width + (layout.side.isEmpty ? 0 : layout.side.width + 1)
        let bottom =
            layout.size > .small ? layout.body.y + layout.body.height : layout.stream.y + layout.stream.height
        return Box(x: left, y: layout.body.y, width: width, height: bottom - layout.body.y)
    }
}

extension Screen {
    /// The glyphs as text, a line per row, without spaces at the ends of lines.
    public var text: String {
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
