import InspectorWords
import KVFacts

/// The draft beside the live plan: what keys and commands do to it, and what the engine answers.
extension Update {
    package static func budget(_ request: Request, _ model: inout InspectorModel) -> [Effect] {
        switch request {
        case .draft(let change): return changeDraft(change, &model)
        case .applyDraft: return applyDraft(&model)
        case .verify: return verify(&model)
        case .revertDraft:
            guard model.budget.draft != nil else { return refuse("there is no draft to drop", &model) }
            dropDraft(&model)
        default: break
        }
        return []
    }

    // MARK: Knobs

    /// Up and down select a knob, left and right turn it.
    package static func turnKnob(_ horizontal: Int, _ vertical: Int, _ model: inout InspectorModel)
        -> [Effect]
    {
        let knobs = model.knobs
        let place = min(max(0, model.knobIndex + vertical), knobs.count - 1)
        let knob = knobs[place]
        model.budget.knob = knob.key
        guard horizontal != 0 else { return [] }
        let value = knob.value(in: model.draftSettings)
        guard let next = knob.next(after: value, by: horizontal) else {
            let side = horizontal > 0 ? "larger" : "smaller"
            return refuse("\(knob.key) has nothing \(side) than \(value); Enter types a value", &model)
        }
        switch knob.key {
        case "budget":
            guard let percent = Double(next.prefix { $0 != " " }) else { return [] }
            return changeDraft(.budget(percent / 100), &model)
        case "method": return changeDraft(.method(MethodWish(name: next)), &model)
        default: return changeDraft(.parameter(key: knob.key, value: next), &model)
        }
    }

    /// Begins the command that sets the selected knob, with its value to change.
    package static func typeKnob(_ model: inout InspectorModel) {
        let knob = model.knobs[model.knobIndex]
        let value = knob.value(in: model.draftSettings).filter { $0 != " " }
        let text = "draft \(knob.key)=\(value)"
        model.commandLine = CommandLine(text: text, place: text.count)
    }

    // MARK: The draft

    private static func changeDraft(_ change: DraftChange, _ model: inout InspectorModel) -> [Effect] {
        if let obstacle = model.source.obstacle(.draft) { return refuse(obstacle, &model) }
        guard model.plan != nil else {
            return refuse("there is no plan yet that a draft could change", &model)
        }
        var settings = model.draftSettings
        switch change {
        case .budget(let budget):
            model.budget.knob = "budget"
            if settings.name == "full" {
                return refuse("full keeps every row and has no budget; :draft method=NAME", &model)
            }
            settings.budget = budget
        case .method(let wish):
            model.budget.knob = "method"
            settings = wish.applied(to: settings, methods: model.methods)
        case .parameter(let key, let value):
            let knobs = model.knobs.map(\.key)
            guard knobs.contains(key) else {
                return refuse(
                    "\(settings.name) has no parameter '\(key)': expected \(knobs.joined(separator: " "))",
                    &model)
            }
            model.budget.knob = key
            settings.parameters[key] = value
        case .head(let id, let headClass): settings.forcedHeads[id] = headClass
        }
        guard !model.isSame(settings, model.liveSettings) else {
            model.budget.draft = nil
            tell("the draft is as the live plan again", &model)
            return []
        }
        return planDraft(settings, &model)
    }

    /// Asks for the plan of a draft.
    private static func planDraft(_ settings: MethodSettings, _ model: inout InspectorModel) -> [Effect] {
        let command = model.commands.begin(.draft(settings))
        model.budget.draft = BudgetDraft(settings: settings, command: command.id)
        return [.send(command)]
    }

    package static func dropDraft(_ model: inout InspectorModel) {
        model.budget.draft = nil
        tell("draft dropped; the live plan was never changed", &model)
    }

    private static func applyDraft(_ model: inout InspectorModel) -> [Effect] {
        guard let draft = model.budget.draft else {
            return refuse("there is no draft: Left and Right change a knob", &model)
        }
        switch draft.outcome {
        case .refused: return refuse("the draft is invalid and cannot be applied; Esc drops it", &model)
        case .pending: return refuse("the draft is not planned yet", &model)
        case .plan:
            model.settings = draft.settings
            tell("applying: \(SettingsText.full(draft.settings))", &model)
            return send(.replan(draft.settings), &model)
        }
    }

    private static func verify(_ model: inout InspectorModel) -> [Effect] {
        guard let plan = model.plan else { return refuse("there is no plan yet to measure", &model) }
        if model.commands.isVerifying { return refuse("already measuring", &model) }
        if let draft = model.budget.draft, draft.plan == nil {
            return refuse("the draft has no plan that could be measured; Esc drops it", &model)
        }
        let settings = [plan.settings] + (model.budget.draft.map { [$0.settings] } ?? [])
        let steps = BudgetState.verifiedSteps
        tell(
            "measuring \(settings.count == 1 ? "the live plan" : "live and draft") against the full cache, "
                + "\(steps) steps", &model)
        return send(.verify(settings, steps: steps), &model)
    }

    // MARK: What the run tells

    package static func takeVerified(_ runs: [VerifiedRun], _ model: inout InspectorModel) {
        let settings = runs.map(\.plan.settings)
        model.budget.verified.removeAll { settings.contains($0.plan.settings) }
        model.budget.verified += runs
        let steps = runs.map { NumberText.count($0.steps, "step") }.first ?? "no step"
        tell("measured over \(steps), given the full cache's tokens", &model)
    }

    /// Another prompt: plans and measurements of the old one mean nothing now.
    package static func forgetMeasurements(_ model: inout InspectorModel) {
        model.budget.verified = []
        if let draft = model.budget.draft {
            model.budget.draft = BudgetDraft(settings: draft.settings, command: nil)
        }
    }

    /// A plan is in force: the draft became true, or has to be planned for this prompt.
    package static func settleDraft(_ model: inout InspectorModel) -> [Effect] {
        guard let draft = model.budget.draft else { return [] }
        if model.isSame(draft.settings, model.liveSettings) {
            model.budget.draft = nil
            return []
        }
        return draft.command == nil ? planDraft(draft.settings, &model) : []
    }
}
