import InspectorWords
import KVFacts

extension Update {
    /// Takes what the run tells of a comparison.
    package static func takeOfComparison(_ fact: RunFact, _ model: inout InspectorModel) -> [Effect] {
        let isShown = fact.command != nil && fact.command == model.comparison.command
        switch fact.content {
        case .comparisonStarted(let start):
            // Nobody waits for a comparison any more once its screen was left.
            guard model.comparison.asked != nil else { return [] }
            model.comparison.begin(start, command: fact.command)
            return focusCursor(&model)
        case .compared(let step): if isShown { model.comparison.append(step) }
        case .comparisonSnapshot(let snapshot, let comparison):
            if comparison == model.comparison.command { model.comparison.take(snapshot) }
        case .comparisonEnded(let reason):
            guard isShown, model.comparison.standing != .left else { return [] }
            model.comparison.standing = .ended(reason)
            return comparisonSnapshotNow(&model)
        case .comparisonLeft(let reason): return left(because: reason, isShown: isShown, &model)
        case .blamed(let result):
            model.comparison.take(result)
            if model.comparison.blames.last == result { tell(CompareText.sentence(result), &model) }
        case .paused(.comparison):
            guard model.comparison.standing == .running || model.comparison.standing == .paused else {
                return []
            }
            model.comparison.standing = .paused
            return comparisonSnapshotNow(&model)
        case .resumed(.comparison):
            if model.comparison.standing == .paused { model.comparison.standing = .running }
        default: break
        }
        return []
    }

    private static func left(
        because reason: String?, isShown: Bool, _ model: inout InspectorModel
    ) -> [Effect] {
        if isShown { model.comparison.standing = .left }
        if let reason { _ = refuse("refused: \(TokenText.visible(reason, asciiOnly: false))", &model) }
        guard model.plan != nil, model.comparison.asked == nil else { return [] }
        // The head may have been chosen on the compare screen.
        return describeCursor(&model)
    }

    /// The comparison that was asked for last does not come. The one before goes on where there is one: then its
    /// branches are the ones to change.
    package static func refuseComparison(_ reason: String, _ model: inout InspectorModel) {
        model.comparison.asked = nil
        guard model.comparison.isHeld, let start = model.comparison.start else {
            model.comparison.standing = .refused(reason)
            return
        }
        model.comparison.wishes = start.plans.map(\.settings)
        model.comparison.isForced = start.isForced
        model.comparison.focus = min(model.comparison.focus, max(0, start.plans.count - 1))
    }

    /// While the branches go on, five times a second at most: a snapshot lists the rows of every head.
    package static func askForComparison(_ model: inout InspectorModel) -> [Effect] {
        guard model.comparison.standing == .running, let last = model.comparison.lastIndex else { return [] }
        if let asked = model.comparison.snapshotAsked, model.now - asked < 0.2 { return [] }
        if let known = model.comparison.snapshot?.steps, known > last { return [] }
        return comparisonSnapshotNow(&model)
    }

    private static func comparisonSnapshotNow(_ model: inout InspectorModel) -> [Effect] {
        model.comparison.snapshotAsked = model.now
        return send(.snapshot, &model)
    }
}
