import InspectorWords
import KVFacts

extension Update {
    /// What a request means while the compare screen is in front; nil when it means what it always means.
    package static func performOfComparison(_ request: Request, _ model: inout InspectorModel) -> [Effect]? {
        if case .compare(let action) = request { return perform(action, &model) }
        guard model.screen == .compare else { return nil }
        switch request {
        case .pauseOrResume, .step, .restart: return controlComparison(request, &model)
        case .arrow(let horizontal, 0):
            moveStep(by: horizontal, &model)
            return []
        case .page(let step):
            moveStep(by: 8 * step, &model)
            return []
        case .end(let side):
            model.comparison.cursor = side < 0 && !model.comparison.steps.isEmpty ? 0 : nil
            return []
        case .nextPane(let step):
            let count = max(model.comparison.wishes.count, 1)
            return focus((model.comparison.focus + step + count) % count, &model)
        case .open: return goToNextHead(&model)
        case .back: return leaveDetail(&model)
        case .budget, .nextBudget, .method, .set, .force, .forceNext: return changeBranch(request, &model)
        default: return nil
        }
    }

    private static func perform(_ action: CompareAction, _ model: inout InspectorModel) -> [Effect] {
        model.screen = .compare
        switch action {
        case .start(let wishes):
            for (branch, wish) in wishes.enumerated() { choose(branch, wish, &model) }
            return startComparison(&model)
        case .branch(let branch, let wish):
            choose(branch, wish, &model)
            return startComparison(&model)
        case .dropThird:
            guard model.comparison.wishes.count > 2 else { return refuse("there is no branch C", &model) }
            model.comparison.wishes.removeLast()
            return startComparison(&model)
        case .forced(let isForced):
            let isForced = isForced ?? !model.comparison.isForced
            model.comparison.isForced = isForced
            return startComparison(&model)
        case .select(let step):
            let last = model.comparison.steps.count - 1
            model.comparison.cursor = step > last ? nil : step
            if step > last, step < .max { return refuse("no step \(step) yet; the newest is shown", &model) }
        case .difference(let direction): return goToDifference(direction, &model)
        case .focus(let branch): return focus(branch, &model)
        case .grid(let name): return showGrid(name, &model)
        case .panel(let panel):
            model.comparison.panel =
                panel ?? Cycle.next(model.comparison.panel, in: ComparePanel.allCases, by: 1)
            tell("view: \(model.comparison.panel.rawValue)", &model)
        case .picture(let step):
            let count = model.visualSegments.count
            guard count > 0 else { return refuse("the prompt has no picture", &model) }
            model.pictureIndex = (model.pictureIndex + step + count) % count
        case .showPicture(let place):
            guard model.visualSegments.indices.contains(place) else {
                return refuse("no picture \(place + 1); there are \(model.visualSegments.count)", &model)
            }
            model.pictureIndex = place
        case .blame(let head): return blame(head ?? model.cursor, &model)
        }
        return []
    }

    // MARK: Starting and leaving

    /// Compares what is wished for, from the beginning.
    package static func startComparison(_ model: inout InspectorModel) -> [Effect] {
        fillWishes(&model)
        guard model.plan != nil else {
            tell("the comparison begins as soon as the prompt is prefilled", &model)
            return []
        }
        tell(
            "comparing: " + model.comparison.wishes.map { SettingsText.full($0) }.joined(separator: " | "),
            &model)
        let command = model.commands.begin(
            .compare(
                ComparisonRequest(
                    methods: model.comparison.wishes, isForced: model.comparison.isForced, steps: stepLimit,
                    probes: probes)))
        model.comparison.asked = command.id
        return [.send(command)]
    }

    /// The full cache ends a comparison with its own answer; a run that forgot something may have ended its own before.
    private static let stepLimit = 48
    /// Fates cost little beside recall, and the map has a lane for them.
    private static let probes: ProbeSet = [.divergence, .recall, .fate]

    /// A is the run's settings until a person chooses; B a rival at the same budget.
    private static func fillWishes(_ model: inout InspectorModel) {
        if model.comparison.wishes.isEmpty {
            model.comparison.wishes = [model.settings, rival(model)]
        } else if model.comparison.followsRun {
            model.comparison.wishes[0] = model.settings
        }
    }

    /// The first of the usual rivals that the registry has; else another method; else half the budget.
    private static func rival(_ model: InspectorModel) -> MethodSettings {
        let names = ["snapkv", "full"] + model.methods.map(\.name)
        let name = names.first { name in
            name != model.settings.name && model.methods.contains { $0.name == name }
        }
        if let name { return MethodSettings(name: name, budget: model.settings.budget) }
        var settings = model.settings
        settings.budget /= 2
        return settings
    }

    /// Changes what a branch is to be.
    private static func choose(_ branch: Int, _ wish: MethodWish, _ model: inout InspectorModel) {
        fillWishes(&model)
        let place = min(branch, model.comparison.wishes.count)
        let base =
            model.comparison.wishes.indices.contains(place) ? model.comparison.wishes[place] : model.settings
        var settings = base
        if let name = wish.name, name != base.name {
            // Parameters and forced heads belong to a method; the run's own are known to fit it.
            settings =
                name == model.settings.name ? model.settings : MethodSettings(name: name, budget: base.budget)
            settings.budget = base.budget
        }
        settings = wish.applied(to: settings, methods: model.methods)
        if place < model.comparison.wishes.count {
            model.comparison.wishes[place] = settings
        } else {
            model.comparison.wishes.append(settings)
        }
        if place == 0 { model.comparison.followsRun = false }
    }

    /// `:budget`, `:method`, `:set` and their keys are about the branch in focus.
    private static func changeBranch(_ request: Request, _ model: inout InspectorModel) -> [Effect] {
        fillWishes(&model)
        let place = min(model.comparison.focus, model.comparison.wishes.count - 1)
        guard let settings = changed(model.comparison.wishes[place], by: request, &model) else { return [] }
        model.comparison.wishes[place] = settings
        if place == 0 { model.comparison.followsRun = false }
        return startComparison(&model)
    }

    /// Begins when the screen comes to the front for the first time, and leaves the comparison when it goes.
    package static func crossComparison(from screen: ScreenName, _ model: inout InspectorModel) -> [Effect] {
        guard screen != model.screen else { return [] }
        if screen == .compare { return leaveComparison(&model) }
        guard model.screen == .compare else { return [] }
        switch model.comparison.phase {
        case .none, .refused: return startComparison(&model)
        case .left:
            tell("kept from before; r compares again", &model)
            return []
        case .asked, .running, .paused, .ended: return []
        }
    }

    private static func leaveComparison(_ model: inout InspectorModel) -> [Effect] {
        let isHeld = model.comparison.isHeld || model.comparison.asked != nil
        model.comparison.asked = nil
        if model.comparison.start != nil { model.comparison.standing = .left }
        return isHeld ? send(.endComparison, &model) : []
    }

    /// A plan is in force: what waited for it begins.
    package static func comparisonForPlan(_ model: inout InspectorModel) -> [Effect] {
        guard model.screen == .compare, model.comparison.phase == .none else { return [] }
        return startComparison(&model)
    }

    // MARK: Going on

    private static func controlComparison(_ request: Request, _ model: inout InspectorModel) -> [Effect]? {
        if request == .restart, model.plan != nil { return startComparison(&model) }
        switch (request, model.comparison.phase) {
        case (_, .none): return nil
        case (_, .ended): return refuse("the comparison is complete; r again, t forced or free", &model)
        case (_, .left), (_, .refused): return refuse("nothing is being compared; r compares again", &model)
        case (.step(let count), _):
            model.comparison.cursor = nil
            return send(.step(count), &model)
        case (_, .paused): return send(.resume, &model)
        case (_, .asked), (_, .running):
            tell("pausing after this step", &model)
            return send(.pause, &model)
        }
    }

    // MARK: Looking

    private static func moveStep(by count: Int, _ model: inout InspectorModel) {
        guard let selected = model.comparison.selected else { return }
        let place = selected + count
        // Moving past the end follows the newest step again.
        model.comparison.cursor = place >= model.comparison.steps.count - 1 ? nil : max(0, place)
    }

    private static func goToDifference(_ direction: Int, _ model: inout InspectorModel) -> [Effect] {
        guard let selected = model.comparison.selected else {
            return refuse("no step was compared yet", &model)
        }
        let steps = model.comparison.differences
        let found = direction > 0 ? steps.first { $0 > selected } : steps.last { $0 < selected }
        if let found {
            model.comparison.cursor = found
            return []
        }
        if steps == [selected] { return refuse("the tokens differ at this step only", &model) }
        if steps.isEmpty { return refuse("the tokens are the same at all steps so far", &model) }
        return refuse("the tokens differ at no \(direction > 0 ? "later" : "earlier") step", &model)
    }

    private static func focus(_ branch: Int, _ model: inout InspectorModel) -> [Effect] {
        let wishes = model.comparison.wishes
        guard wishes.indices.contains(branch) else {
            return refuse("there is no branch \(ComparisonState.letter(branch)); :c METHOD adds one", &model)
        }
        model.comparison.focus = branch
        tell(
            "\(ComparisonState.letter(branch)): \(SettingsText.full(wishes[branch])); S, + - and f mean it",
            &model)
        return []
    }

    private static func showGrid(_ name: String?, _ model: inout InspectorModel) -> [Effect] {
        let grids = model.comparison.grids
        guard !grids.isEmpty else { return refuse("nothing was compared yet", &model) }
        if let name {
            guard let place = grids.firstIndex(where: { $0.name == name }) else {
                return refuse("no grid \(name); expected \(grids.map(\.name).joined(separator: " "))", &model)
            }
            model.comparison.gridPlace = place
        } else {
            model.comparison.gridPlace = (model.comparison.gridPlace + 1) % grids.count
        }
        if let grid = model.comparison.grid { tell(CompareText.meaning(of: grid), &model) }
        return []
    }

    /// The head whose recall differs most at the step; the next one when Enter is pressed again.
    private static func goToNextHead(_ model: inout InspectorModel) -> [Effect] {
        guard let step = model.comparison.selected else { return refuse("no step was compared yet", &model) }
        let heads = model.comparison.heads(at: step)
        guard heads.contains(where: { $0.difference != nil }) else {
            return refuse("recall is not measured at step \(step)", &model)
        }
        var place = 0
        if let ranked = model.comparison.ranked, ranked.step == step, heads[ranked.place].id == model.cursor {
            place = (ranked.place + 1) % heads.count
        }
        model.comparison.ranked = (step, place)
        let head = heads[place].id
        tell("\(head): number \(place + 1) by difference in recall at step \(step)", &model)
        return moveHead(head.layer - model.cursor.layer, head.head - model.cursor.head, &model)
    }

    /// Esc: from a selected step to the newest, from a view to the overview, then to the map.
    private static func leaveDetail(_ model: inout InspectorModel) -> [Effect]? {
        if model.comparison.cursor != nil {
            model.comparison.cursor = nil
        } else if model.comparison.panel != .overview {
            model.comparison.panel = .overview
        } else {
            return nil
        }
        return []
    }

    private static func blame(_ head: HeadID, _ model: inout InspectorModel) -> [Effect] {
        let comparison = model.comparison
        guard comparison.isOpen, let start = comparison.start else {
            return refuse("nothing is being compared; r compares again", &model)
        }
        guard (comparison.lastIndex ?? 0) > 0 else { return refuse("no step was measured yet", &model) }
        guard start.plans.indices.contains(comparison.focus) else { return [] }
        let name = ComparisonState.letter(comparison.focus)
        if start.plans[comparison.focus][head].headClass == .full {
            return refuse("\(head) is full in \(name) already", &model)
        }
        let blame = ComparisonState.Blame(branch: comparison.focus, head: head)
        if model.commands.blames.contains(blame) { return refuse("\(head) is being measured", &model) }
        tell("measuring \(name) with \(head) full", &model)
        return send(.blame(branch: blame.branch, head), &model)
    }
}
