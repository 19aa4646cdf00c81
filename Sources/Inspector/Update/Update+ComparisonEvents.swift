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
            model.comparison.engineCompares = false
            guard model.comparison.isOpen else { return [] }
            model.comparison.phase = .ended(reason)
            return comparisonSnapshotNow(&model)
        case .comparisonLeft: return left(&model)
        case .blamed(let result):
            model.comparison.take(result)
            if model.comparison.blames.last == result { tell(CompareText.sentence(result), &model) }
            return []
        case .paused, .resumed:
            guard model.comparison.engineCompares else { return nil }
            // Of a comparison that was replaced or left, nobody needs to know.
            guard model.comparison.isOpen else { return [] }
            if case .paused = event {
                model.comparison.phase = .paused
                return comparisonSnapshotNow(&model)
            }
            model.comparison.phase = .running
            return []
        case .refused(let reason): return refused(reason, &model)
        case .prepared:
            model.comparison.forgetPrompt()
            return nil
        case .failed:
            if model.comparison.phase != .none { model.comparison.phase = .left }
            return nil
        case .progress, .opened, .planned, .finished, .drafted, .verified: return nil
        }
    }

    private static func begin(_ start: ComparisonStart, _ model: inout InspectorModel) -> [Effect] {
        model.comparison.engineCompares = true
        model.comparison.pending = max(0, model.comparison.pending - 1)
        // Of several that were asked for in a row only the last is wanted; the engine may do without the others.
        guard model.comparison.isWanted, model.comparison.pending == 0 || model.comparison.matches(start)
        else { return [] }
        model.comparison.pending = 0
        model.comparison.begin(start)
        return [.send(.focus(model.cursor))]
    }

    private static func left(_ model: inout InspectorModel) -> [Effect] {
        model.comparison.engineCompares = false
        model.comparison.measuring = []
        if model.comparison.isOpen { model.comparison.phase = .left }
        guard model.plan != nil, model.comparison.pending == 0 else { return [] }
        // The head may have been chosen on the compare screen.
        return [.send(.focus(model.cursor))] + snapshotNow(&model)
    }

    /// A comparison, or a blame, that could not be followed.
    private static func refused(_ reason: String, _ model: inout InspectorModel) -> [Effect]? {
        let text = TokenText.visible(reason, asciiOnly: false)
        if model.comparison.pending > 0 {
            model.comparison.pending -= 1
            if model.comparison.pending == 0, model.comparison.phase == .asked {
                model.comparison.phase = .refused(text)
                model.comparison.isWanted = false
            }
        } else if model.comparison.measuring.isEmpty {
            return nil
        }
        model.comparison.measuring = []
        return refuse("refused: \(text)", &model)
    }

    /// While the branches go on, five times a second at most: a snapshot lists the rows of every head.
    static func askForComparison(_ model: inout InspectorModel) -> [Effect] {
        guard model.comparison.phase == .running, let last = model.comparison.lastIndex else { return [] }
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
