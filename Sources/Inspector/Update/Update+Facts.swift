import InspectorWords
import KVFacts

/// How the log of the run changes the model.
extension Update {
    /// Takes the next fact.
    package static func take(_ fact: RunFact, _ model: inout InspectorModel) -> [Effect] {
        // A phase is over when its command goes on to something else.
        if model.work?.command == fact.command { model.work = nil }
        switch fact.content {
        case .progress(let phase, let fraction):
            model.work = Work(command: fact.command, phase: phase, fraction: fraction)
        case .opened(let geometry):
            model.geometry = geometry
            clampCursor(&model)
        case .prepared(let prompt):
            if case .open(let request) = model.commands[fact.command] { model.openedRequest = request }
            prepare(prompt, &model)
        case .planned(let plan, let times, let isPaused):
            model.planned = fact.command
            model.prefill = times
            settle(plan, after: fact.command, &model)
            return begin(plan, isPaused: isPaused, &model)
        case .step(let step): if fact.command == model.planned { model.answer.append(step) }
        case .snapshot(let snapshot, let plan): if plan == model.planned { take(snapshot, &model) }
        case .paused(.run):
            model.standing = .paused
            return snapshotNow(&model)
        case .resumed(.run): model.standing = .live
        case .finished(let reason):
            model.standing = .done(reason)
            return snapshotNow(&model)
        case .failed(let reason):
            model.standing = .failed(reason)
            model.comparison.asked = nil
            if model.comparison.start != nil { model.comparison.standing = .left }
        case .drafted(let plan): model.budget.draft?.take(.plan(plan), of: fact.command)
        case .verified(let runs): takeVerified(runs, &model)
        case .concluded(let conclusion): return conclude(fact.command, conclusion, &model)
        case .comparisonStarted, .compared, .comparisonSnapshot, .comparisonEnded, .comparisonLeft, .blamed,
            .paused(.comparison), .resumed(.comparison):
            return takeOfComparison(fact, &model)
        case .ended: break
        }
        return []
    }

    private static func prepare(_ prompt: PromptView, _ model: inout InspectorModel) {
        model.prompt = prompt
        model.pictures = thumbnails(of: prompt)
        model.plan = nil
        model.planned = nil
        model.snapshot = nil
        model.answer = Answer()
        model.pictureIndex = 0
        model.patch = nil
        model.tokenCursor = nil
        forgetMeasurements(&model)
        model.comparison.forgetPrompt()
    }

    /// A plan is in force.
    private static func begin(
        _ plan: CompressionPlan, isPaused: Bool, _ model: inout InspectorModel
    ) -> [Effect] {
        model.plan = plan
        model.answer = Answer()
        model.snapshot = nil
        model.tokenCursor = nil
        model.standing = isPaused ? .paused : .live
        clampCursor(&model)
        return describeCursor(&model) + settleDraft(&model) + comparisonForPlan(&model)
    }

    // MARK: Conclusions

    /// Takes the answer to a command: what it was for, the table knows.
    private static func conclude(
        _ id: CommandID?, _ conclusion: Conclusion, _ model: inout InspectorModel
    ) -> [Effect] {
        let action = model.commands.end(id)
        switch action {
        case .replan, .restart, .open: if let plan = model.plan { settle(plan, after: id, &model) }
        default: break
        }
        switch conclusion {
        case .done: return []
        case .abandoned:
            switch action {
            case .compare: if model.comparison.asked == id { model.comparison.asked = nil }
            case .draft: if model.budget.draft?.command == id { model.budget.draft?.command = nil }
            case .verify: return refuse("not measured: another prompt came", &model)
            default: break
            }
            return []
        case .refused(let reason):
            return refused(id, action, TokenText.visible(reason, asciiOnly: false), &model)
        }
    }

    /// The settings that count are those that were asked for last, or else those in force.
    private static func settle(
        _ plan: CompressionPlan, after id: CommandID?, _ model: inout InspectorModel
    ) {
        model.settings = model.commands.settings(after: id) ?? plan.settings
    }

    /// A refusal lands where its command came from.
    private static func refused(
        _ id: CommandID?, _ action: RunAction?, _ reason: String, _ model: inout InspectorModel
    ) -> [Effect] {
        switch action {
        case .focus, .snapshot, .endComparison: return []
        case .draft:
            model.budget.draft?.take(.refused(reason), of: id)
            return []
        case .verify: return refuse("not measured: \(reason)", &model)
        case .compare: if model.comparison.asked == id { refuseComparison(reason, &model) }
        case .open: if !model.commands.opensPrompt { model.request = model.openedRequest }
        default: break
        }
        // Why the run cannot go on stands on every screen.
        if model.standing.isFailed { return [] }
        return refuse("refused: \(reason)", &model)
    }

    // MARK: Values

    /// Takes a snapshot, unless it cannot be of the plan in force.
    private static func take(_ snapshot: CacheSnapshot, _ model: inout InspectorModel) {
        guard let plan = model.plan, let layout = model.prompt?.layout,
            snapshot.heads.count == plan.heads.count,
            0..<plan.layers ~= snapshot.focus.id.layer, 0..<plan.kvHeads ~= snapshot.focus.id.head,
            snapshot.focus.plan == plan[snapshot.focus.id],
            snapshot.focus.rowStates.count == layout.tokenCount
        else { return }
        model.snapshot = snapshot
    }

    private static func thumbnails(of prompt: PromptView) -> [PictureThumbnail] {
        let images = prompt.layout.segments.filter { $0.kind == .image }
        return zip(prompt.pictures, images).map { picture, segment in
            PictureThumbnail(picture, rows: segment.grid?.rows ?? 0, columns: segment.grid?.columns ?? 0)
        }
    }

    /// Keeps the selected head inside the model.
    private static func clampCursor(_ model: inout InspectorModel) {
        guard let geometry = model.geometry else { return }
        model.cursor = HeadID(
            layer: min(max(0, model.cursor.layer), max(0, geometry.layers - 1)),
            head: min(max(0, model.cursor.head), max(0, geometry.kvHeads - 1)))
    }
}
