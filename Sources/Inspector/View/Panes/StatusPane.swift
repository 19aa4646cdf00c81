import InspectorUpdate
import InspectorWords
import KVFacts

/// What is always there: mode, step, tabs, verdict, and the bottom line.
package enum StatusPane {
    /// Columns of the mode block at the right end of the header.
    private static let modeWidth = 35

    package static func header(_ model: InspectorModel, _ canvas: inout Canvas, _ layout: Layout) {
        var box = layout.header
        if layout.size == .line || box.width < 60 {
            compactHeader(model, &canvas, box)
            return
        }
        let mode = box.takeRight(modeWidth, gap: 1)
        var parts = ["kvscope"]
        if let geometry = model.geometry {
            let name = TokenText.visible(geometry.name, asciiOnly: !canvas.look.unicode)
            let sizes = "\(geometry.layers) layers x \(geometry.kvHeads) KV (\(geometry.queryHeads) Q)"
            parts.append(layout.size >= .medium ? "\(name), \(sizes)" : name)
        }
        parts.append(SettingsText.short(model.settings))
        if layout.size >= .medium, let layout = model.prompt?.layout {
            let pictures = layout.visualSegments.count
            parts.append("\(NumberText.count(pictures, "picture")), \(layout.tokenCount) tokens")
        }
        canvas.text(
            " " + parts.joined(separator: " \(canvas.look.vertical) "), 0, 0, in: box, canvas.look.title)
        let column = canvas.text(word(model), 0, 0, in: mode, modeStyle(model, canvas.look))
        canvas.text(detail(model, canvas.look), max(column + 1, 11), 0, in: mode)
    }

    /// Mode, step, verdict and time in one line, most important first.
    private static func compactHeader(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let column = canvas.text(word(model), 0, 0, in: box, modeStyle(model, canvas.look))
        var text = " " + detail(model, canvas.look)
        if box.width < 34, !model.shownMode.isLoading {
            let step = model.showsComparison ? model.comparison.lastIndex : model.answer.lastIndex
            text = (step.map { " \($0)" } ?? "") + " " + Verdict(model).word
            if !model.showsComparison, let last = model.answer.latency.last {
                text += " " + NumberText.milliseconds(last) + "ms"
            }
        }
        canvas.text(text, column, 0, in: box)
    }

    private static func word(_ model: InspectorModel) -> String {
        let mark =
            switch model.shownMode {
            case .loading: ".."
            case .live: ">"
            case .paused: "||"
            case .done: "="
            case .failed: "!"
            }
        return "\(mark) \(model.shownMode.word)"
    }

    private static func modeStyle(_ model: InspectorModel, _ look: Look) -> Style {
        switch model.shownMode {
        case .live: look.good
        case .failed: look.event
        case .paused: look.selected
        case .loading, .done: look.strong
        }
    }

    private static func detail(_ model: InspectorModel, _ look: Look) -> String {
        if case .loading(_, let fraction) = model.shownMode {
            return model.shownMode.detail + (fraction.map { " \(look.bar($0, width: 8))" } ?? "")
        }
        if model.showsComparison { return CompareText.progress(model.comparison) }
        guard let index = model.answer.lastIndex else { return model.shownMode.detail }
        var text = "step \(index)"
        if let last = model.answer.latency.last {
            text += "  \(NumberText.milliseconds(last)) ms/token"
        }
        if case .done(.length) = model.shownMode { text = "step \(index)  token limit" }
        return text
    }

    package static func tabs(_ model: InspectorModel, _ canvas: inout Canvas, _ layout: Layout) {
        let box = layout.tabs
        guard !box.isEmpty else { return }
        var column = 1
        for screen in model.offeredScreens {
            let isShown = screen == model.screen
            let text = "\(isShown ? "[" : " ")\(screen.number) \(screen.title)\(isShown ? "]" : " ")"
            column =
                canvas.text(text, column, 0, in: box, isShown ? canvas.look.selected : canvas.look.plain) + 1
        }
        var right = ["\(model.cursor)"]
        if model.budget.draft != nil { right.append("DRAFT differs") }
        if model.screen == .map { right.append("lane \(model.lane.rawValue)") }
        if model.screen == .compare { right.append(CompareText.tabs(model.comparison)) }
        if model.screen == .head {
            right.append("overlay \(model.gridOverlay.rawValue)")
            right.append("zoom \(model.zoom?.rawValue ?? "fit")")
        }
        if model.pace > 0 { right.append("pace \(SettingsText.pace(model.pace))") }
        let text = TextWrap.join(right, gap: "  ", box.width - column - 2)
        canvas.textRight(text + " ", 0, in: box, canvas.look.dim)
    }

    package static func verdict(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        guard !box.isEmpty else { return }
        let verdict = Verdict(model)
        let style =
            verdict.isWarning ? canvas.look.event : verdict.isOpen ? canvas.look.dim : canvas.look.good
        let column = canvas.text((verdict.isWarning ? "! " : "") + verdict.word, 1, 0, in: box, style)
        let room = box.width - column - 2
        canvas.text(TextWrap.clip(verdict.reason, room, canvas.look), column + 2, 0, in: box)
    }

    /// The command line while one is typed, else the notice and the key hints.
    package static func bottom(_ model: InspectorModel, _ canvas: inout Canvas, _ layout: Layout) {
        if let line = model.commandLine {
            commandLine(line, model, &canvas, layout)
            return
        }
        let isShared = layout.notice == layout.hints
        if let notice = model.notice {
            let text = (notice.kind == .wrong ? "! " : "") + notice.text
            let style = notice.kind == .wrong ? canvas.look.event : canvas.look.plain
            canvas.text(
                TextWrap.clip(text, layout.notice.width - 2, canvas.look), 1, 0, in: layout.notice, style)
            if isShared { return }
        }
        guard layout.size > .line else {
            let text = TokenText.visible(model.answer.bytes, asciiOnly: !canvas.look.unicode)
            canvas.text(TextWrap.tail(text, layout.hints.width, canvas.look), 0, 0, in: layout.hints)
            return
        }
        hints(model, &canvas, layout.hints)
    }

    private static func hints(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        if model.overlay != nil {
            canvas.text("Down Up page   Esc close", 1, 0, in: box, canvas.look.dim)
            return
        }
        var column = 1
        for binding in hinted(model) {
            let hint =
                binding.request == .pauseOrResume && model.shownMode == .paused ? "go on" : binding.hint
            guard column + binding.label.count + 1 + hint.count <= box.width else { break }
            column = canvas.text(binding.label, column, 0, in: box, canvas.look.key) + 1
            column = canvas.text(hint, column, 0, in: box, canvas.look.dim) + 2
        }
    }

    /// What the current screen offers; once nothing is decoded any more, what can follow comes first.
    private static func hinted(_ model: InspectorModel) -> [KeyBinding] {
        let all = model.offeredKeys.filter { !$0.hint.isEmpty }
        guard model.shownMode.isDone || model.shownMode.isFailed else { return all }
        let next: [Request] = [.help, .restart, .nextPrompt(1)]
        let idle: [Request] = [.pauseOrResume, .step(1)]
        return next.compactMap { request in all.first { $0.request == request } }
            + all.filter { !next.contains($0.request) && !idle.contains($0.request) }
    }

    private static func commandLine(
        _ line: CommandLine, _ model: InspectorModel, _ canvas: inout Canvas, _ layout: Layout
    ) {
        // What is before the cursor must be seen, so a long line scrolls.
        let visible = TokenText.visible(line.text, asciiOnly: !canvas.look.unicode)
        let before = DisplayWidth.of(
            TokenText.visible(String(line.text.prefix(line.place)), asciiOnly: !canvas.look.unicode))
        let shift = max(0, before + 2 - layout.hints.width)
        canvas.text(":", 0, 0, in: layout.hints, canvas.look.strong)
        var box = layout.hints
        _ = box.takeLeft(1)
        canvas.text(visible, -shift, 0, in: box)
        canvas.restyle(before - shift, 0, in: box) { $0.attributes.insert(.reverse) }
        canvas.placeCursor(before - shift, 0, in: box)
        guard layout.notice != layout.hints else { return }
        let completion = CommandCompletion(
            methods: model.methods, settings: model.settingsInFocus, commands: model.offeredCommands)
        let name =
            line.text.split(separator: " ", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        let found = completion.candidates(for: line.text)
        var help = found.prefix(12).joined(separator: "  ")
        if let command = model.offeredCommands.first(where: { $0.name == name }),
            line.text.contains(" ") || found.count < 2
        {
            help = "\(command.name) \(command.arguments): \(command.summary)"
            if line.text.contains(" "), !found.isEmpty {
                help += "   Tab: " + found.prefix(8).joined(separator: "  ")
            }
        }
        canvas.text(
            TextWrap.clip(help, layout.notice.width - 2, canvas.look), 1, 0, in: layout.notice,
            canvas.look.dim)
    }
}
