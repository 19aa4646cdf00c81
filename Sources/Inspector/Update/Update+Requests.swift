import InspectorWords
import KVFacts

extension Update {
    /// Does what a person asked for, by key or by command.
    package static func perform(_ request: Request, _ model: inout InspectorModel) -> [Effect] {
        if let obstacle = model.obstacle(to: request) { return refuse(obstacle, &model) }
        let screen = model.screen
        let effects = performOfComparison(request, &model) ?? follow(request, &model)
        return effects + crossComparison(from: screen, &model)
    }

    private static func follow(_ request: Request, _ model: inout InspectorModel) -> [Effect] {
        switch request {
        case .show(let screen):
            model.screen = screen
            model.patch = nil
        case .nextPane(let step): showNextPane(step, &model)
        case .open: open(&model)
        case .back: goBack(&model)
        case .moveHead(let layers, let heads): return moveHead(layers, heads, &model)
        case .look(let id):
            return moveHead(id.layer - model.cursor.layer, id.head - model.cursor.head, &model)
        case .leave:
            guard model.screen == .compare else { return refuse("nothing is being compared", &model) }
            return follow(.show(.map), &model)
        case .arrow(let horizontal, let vertical): return arrow(horizontal, vertical, &model)
        case .end(let side): return goToEnd(side, &model)
        case .page(let step): return page(step, &model)
        case .help: toggle(.help, &model)
        case .checks: toggle(.checks, &model)
        case .command:
            model.commandLine = CommandLine()
            model.notice = nil
        case .nextLane(let step): model.lane = Cycle.next(model.lane, in: Lane.allCases, by: step)
        case .lane(let lane):
            model.lane = lane
            tell(lane.meaning, &model)
        case .nextOverlay: model.gridOverlay = Cycle.next(model.gridOverlay, in: GridOverlay.allCases, by: 1)
        case .nextZoom:
            model.zoom = Cycle.next(model.zoom, in: [nil] + Zoom.allCases.map { $0 }, by: 1)
            tell("zoom \(model.zoom?.rawValue ?? "to fit")", &model)
        case .chunks: toggleChunks(&model)
        case .toggleTheme: model.theme = model.theme == .dark ? .light : .dark
        case .save(let path): return [.save(path: path)]
        case .why: toggle(.why, &model)
        case .draft, .applyDraft, .revertDraft, .verify: return budget(request, &model)
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .quit: return [.quit]
        case .pause(let stands):
            if stands == (model.shownMode == .paused) {
                tell("\(model.shownMode.word) already", &model)
                return []
            }
            return perform(.pauseOrResume, &model)
        case .pauseOrResume, .step, .restart, .pace, .nextPace: return control(request, &model)
        case .prompt, .nextPrompt: return ask(request, &model)
        case .nextBudget, .budget, .method, .set, .force, .forceNext: return replan(request, &model)
        case .compare: break  // `performOfComparison` does it
        }
        return []
    }

    // MARK: The run

    private static func control(_ request: Request, _ model: inout InspectorModel) -> [Effect] {
        if model.mode.isFailed, request != .restart {
            return refuse("the run failed; r tries again, q leaves", &model)
        }
        switch request {
        case .pauseOrResume:
            switch model.mode {
            case .paused: return send(.resume, &model)
            case .done:
                return refuse("the answer is complete; r decodes again, n opens the next prompt", &model)
            case .loading, .live, .failed:
                tell("pausing after this step", &model)
                return send(.pause, &model)
            }
        case .step(let count):
            if model.mode.isDone {
                return refuse("the answer is complete; r decodes again, n opens the next prompt", &model)
            }
            model.tokenCursor = nil
            return send(.step(count), &model)
        case .restart:
            tell("decoding again from the start", &model)
            return send(.restart, &model)
        case .pace(let pace): return setPace(pace, &model)
        case .nextPace(let step):
            let ladder: [Double] = [1, 2, 5, 10, 20, 50, .infinity]
            let pace = model.pace <= 0 ? .infinity : model.pace
            let found = step > 0 ? ladder.first { $0 > pace } : ladder.last { $0 < pace }
            let next = found ?? pace
            return setPace(next.isInfinite ? 0 : next, &model)
        default: return []
        }
    }

    private static func setPace(_ pace: Double, _ model: inout InspectorModel) -> [Effect] {
        model.pace = pace
        tell("pace: \(SettingsText.pace(pace))", &model)
        return send(.pace(pace), &model)
    }

    // MARK: The prompt

    private static func ask(_ request: Request, _ model: inout InspectorModel) -> [Effect] {
        switch request {
        case .nextPrompt(let step):
            guard model.prompts.count > 1 else {
                return refuse("there is no other prompt; :prompt TEXT asks", &model)
            }
            let count = model.prompts.count
            model.promptIndex = (model.promptIndex + step + count) % count
            return open(model.prompts[model.promptIndex], &model)
        case .prompt(let text):
            guard let asked = model.request?.asking(text) else {
                return refuse("no prompt is open that could ask something else", &model)
            }
            return open(asked, &model)
        default: return []
        }
    }

    private static func open(_ prompt: PromptRequest, _ model: inout InspectorModel) -> [Effect] {
        model.request = prompt
        let title = TokenText.visible(prompt.title, asciiOnly: false)
        tell(title.isEmpty ? "opening the prompt" : "opening: \(title)", &model)
        return send(.open(prompt), &model)
    }

    // MARK: The plan

    private static func replan(_ request: Request, _ model: inout InspectorModel) -> [Effect] {
        guard let settings = changed(model.settings, by: request, &model) else { return [] }
        model.settings = settings
        tell("planning: \(SettingsText.full(settings))", &model)
        return send(.replan(settings), &model)
    }

    /// Settings as a request changes them, or nil, with a notice, when they stay as they are.
    package static func changed(
        _ settings: MethodSettings, by request: Request, _ model: inout InspectorModel
    ) -> MethodSettings? {
        var settings = settings
        switch request {
        case .budget(let budget): settings.budget = budget
        case .nextBudget(let step):
            let ladder = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1]
            // A hair's breadth, so that 0.1 read from text is the 0.1 of the ladder.
            let budget = settings.budget
            let found = step > 0 ? ladder.first { $0 > budget + 1e-9 } : ladder.last { $0 < budget - 1e-9 }
            guard let found else {
                _ = refuse(
                    "\(NumberText.percent(budget)) is the \(step > 0 ? "largest" : "smallest") budget", &model
                )
                return nil
            }
            settings.budget = found
        case .method(let wish): settings = wish.applied(to: settings, methods: model.methods)
        case .set(let key, let value): settings.parameters[key] = value
        case .force(let id, let headClass): settings.forcedHeads[id] = headClass
        case .forceNext:
            let order: [HeadClass?] = [nil, .static, .dynamic, .full]
            settings.forcedHeads[model.cursor] = Cycle.next(
                settings.forcedHeads[model.cursor], in: order, by: 1)
        default: return nil
        }
        if settings.name == "full", request.isBudget {
            _ = refuse("full keeps every row and has no budget; :method NAME changes that", &model)
            return nil
        }
        return settings
    }

    // MARK: Helpers

    /// Says what was done.
    package static func tell(_ text: String, _ model: inout InspectorModel) {
        model.notice = Notice(kind: .told, text: text)
    }

    /// Says why nothing was done.
    package static func refuse(_ text: String, _ model: inout InspectorModel) -> [Effect] {
        model.notice = Notice(kind: .wrong, text: text)
        return []
    }

    private static func toggle(_ overlay: OverlayPane, _ model: inout InspectorModel) {
        model.overlay = model.overlay == overlay ? nil : overlay
        model.overlayPage = 0
    }

    private static func toggleChunks(_ model: inout InspectorModel) {
        model.showsChunks.toggle()
        guard model.showsChunks, model.headPlan(model.cursor)?.retrieval == nil else { return }
        tell("chunks on, but \(model.cursor) is not dynamic: only dynamic heads have chunks", &model)
    }
}

extension Request {
    fileprivate var isBudget: Bool {
        switch self {
        case .budget, .nextBudget: true
        default: false
        }
    }
}

extension PromptRequest {
    /// The same conversation with another last question; pictures and earlier turns stay.
    package func asking(_ text: String) -> PromptRequest? {
        guard let place = messages.lastIndex(where: { $0.role == .user }) else { return nil }
        var request = self
        request.title = text
        request.expectedAnswer = nil
        // What was asked before and answered after the last question would contradict the new one.
        let pictures = messages[place].content.filter { if case .text = $0 { false } else { true } }
        request.messages =
            Array(messages[..<place]) + [Message(role: .user, content: pictures + [.text(text)])]
        return request
    }
}
