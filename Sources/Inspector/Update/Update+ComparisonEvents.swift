import HybridKV

extension Update {
    /// Takes what the engine says of a comparison; nil when it is about the run, or about both.
    static func takeOfComparison(_ event: LiveEvent, _ model: inout InspectorModel) -> [Effect]? {
        switch event {
        case .comparisonStarted(let start): return begin(start, &model)
        case .compared(let step):
            model.comparison.append(step)
            return []
        case .comparisonSnapshot(let snapshot):
            model.comparison.take(snapshot)
            return []
        case .comparisonEnded(let reason):
            guard model.comparison.isCurrent, model.comparison.told != .left else { return [] }
            model.comparison.told = .ended(reason)
            return comparisonSnapshotNow(&model)
        case .comparisonLeft: return left(&model)
        case .blamed(let result):
            model.comparison.take(result)
            if model.comparison.blames.last == result { tell(CompareText.sentence(result), &model) }
            return []
        case .paused, .resumed:
            guard model.comparison.engineCompares else { return nil }
            return standStill(event, &model)
        case .refused(let reason): return refused(reason, &model)
        case .prepared:
            model.comparison.forgetPrompt()
            return nil
        case .failed:
            if model.comparison.start != nil { model.comparison.told = .left }
            model.comparison.isWanted = false
            return nil
        case .progress, .opened, .planned, .finished, .drafted, .verified: return nil
        }
    }

    private static func begin(_ start: ComparisonStart, _ model: inout InspectorModel) -> [Effect] {
        model.comparison.engineCompares = true
        model.comparison.isCurrent = false
        model.comparison.pending = max(0, model.comparison.pending - 1)
        // Of several that were asked for in a row only the last is wanted; the engine may do without the others.
        guard model.comparison.isWanted, model.comparison.pending == 0 || model.comparison.matches(start)
        else { return [] }
        model.comparison.pending = 0
        model.comparison.begin(start)
        return [.send(.focus(model.cursor))]
    }

    private static func standStill(_ event: LiveEvent, _ model: inout InspectorModel) -> [Effect] {
        // Of a comparison that is complete, was left or is not shown, nobody needs to know.
        guard model.comparison.isCurrent, [.running, .paused].contains(model.comparison.told) else {
            return []
        }
        if case .paused = event {
            model.comparison.told = .paused
            return comparisonSnapshotNow(&model)
        }
        model.comparison.told = .running
        return []
    }

    private static func left(_ model: inout InspectorModel) -> [Effect] {
        model.comparison.engineCompares = false
        model.comparison.isCurrent = false
        model.comparison.measuring = []
        if model.comparison.start != nil { model.comparison.told = .left }
        guard model.plan != nil, model.comparison.pending == 0 else { return [] }
        // The head may have been chosen on the compare screen.
        return [.send(.focus(model.cursor))] + snapshotNow(&model)
    }

    /// A comparison, or a blame, that could not be followed.
    private static func refused(_ reason: String, _ model: inout InspectorModel) -> [Effect]? {
        let text = TokenText.visible(reason, asciiOnly: false)
        if model.comparison.pending > 0 {
            model.comparison.pending -= 1
            if model.comparison.pending == 0 { settleRefused(text, &model) }
        } else if model.comparison.measuring.isEmpty {
            return nil
        }
        model.comparison.measuring = []
        return refuse("refused: \(text)", &model)
    }

    /// The comparison before goes on where there is one: then its branches are the ones to change.
    private static func settleRefused(_ reason: String, _ model: inout InspectorModel) {
        if model.comparison.isCurrent, let start = model.comparison.start {
            model.comparison.wishes = start.plans.map(\.settings)
            model.comparison.isForced = start.isForced
            model.comparison.focus = min(model.comparison.focus, max(0, start.plans.count - 1))
        } else {
            model.comparison.told = .refused(reason)
            model.comparison.isWanted = false
        }
    }

    /// While the branches go on, five times a second at most: a snapshot lists the rows of every head.
    static func askForComparison(_ model: inout InspectorModel) -> [Effect] {
        guard model.comparison.told == .running, let last = model.comparison.lastIndex else { return [] }
        if let asked = model.comparison.snapshotAsked, model.now - asked < 0.2 { return [] }
        guard last != model.comparison.snapshotAskedAt else { return [] }
        return comparisonSnapshotNow(&model)
    }

    private static func comparisonSnapshotNow(_ model: inout InspectorModel) -> [Effect] {
        model.comparison.snapshotAsked = model.now
        model.comparison.snapshotAskedAt = model.comparison.lastIndex ?? -1
        return [.send(.snapshot)]
    }
}
