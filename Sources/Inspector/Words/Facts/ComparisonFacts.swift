import KVFacts

/// One head in two branches at one step.
package struct ComparedHead: Sendable, Hashable {
    package let id: HeadID
    /// Recall in every branch, in their order; nil where it is not known.
    package let recalls: [Double?]
    /// By how much the recall of the pair's second branch is above the first's.
    package let difference: Double?
    /// Jaccard overlap of the kept sets of the pair, of the last snapshot.
    package let overlap: Double?
}

extension ComparisonState {
    /// Steps at which the sessions choose different tokens, ascending.
    ///
    /// In a free run a difference makes all later steps answer another question, so there only the first difference
    /// of every two sessions counts.
    package var differences: [Int] {
        guard let start else { return [] }
        if start.isForced { return steps.filter { Set($0.step.tokens).count > 1 }.map(\.step.index) }
        let sessions = start.plans.count + 1
        var found: Set<Int> = []
        for first in 0..<sessions {
            for second in (first + 1)..<max(first + 1, sessions) {
                let step = steps.first { $0.step.tokens[first] != $0.step.tokens[second] }
                if let step { found.insert(step.step.index) }
            }
        }
        return found.sorted()
    }

    /// The two branches that grid and heads are about.
    package var pair: (first: Int, second: Int) {
        if case .sets(let first, let second)? = grid { return (first, second) }
        return focus > 1 ? (0, focus) : (0, min(1, max(0, totals.count - 1)))
    }

    /// The first step at which the two branches of the pair choose different tokens.
    package var partingStep: Int? {
        let (first, second) = pair
        return steps.first {
            $0.step.branches[first].token.token != $0.step.branches[second].token.token
        }?.step.index
    }

    /// All heads at a step, those first whose recall differs most between the two branches of the pair; where recall
    /// is not measured, those whose kept sets differ most.
    package func heads(at step: Int) -> [ComparedHead] {
        guard let start, let plan = start.plans.first, steps.indices.contains(step) else { return [] }
        let branches = steps[step].step.branches
        let (first, second) = pair
        let heads = plan.heads.indices.map { place -> ComparedHead in
            let recalls = branches.map { branch in
                branch.heads.indices.contains(place) ? branch.heads[place].recall.value : nil
            }
            let difference = recalls[first].flatMap { left in recalls[second].map { $0 - left } }
            return ComparedHead(
                id: plan.heads[place].id, recalls: recalls, difference: difference,
                overlap: snapshot?.overlap(first, second, head: place))
        }
        return heads.sorted { left, right in
            let (a, b) = (abs(left.difference ?? -1), abs(right.difference ?? -1))
            if left.difference != nil || right.difference != nil, a != b { return a > b }
            let (c, d) = (left.overlap ?? 1, right.overlap ?? 1)
            return c != d ? c < d : left.id < right.id
        }
    }

    /// What grids there are: where the kept sets of two branches differ, and what each branch reads.
    package var grids: [CompareGrid] {
        let count = totals.count
        let pairs = (0..<count).flatMap { first in
            ((first + 1)..<max(first + 1, count)).map { CompareGrid.sets(first, $0) }
        }
        return pairs + (0..<count).map { CompareGrid.attention($0) }
    }

    /// The grid in front.
    package var grid: CompareGrid? {
        let grids = grids
        return grids.isEmpty ? nil : grids[min(gridPlace, grids.count - 1)]
    }
}

extension ComparisonStep {
    /// What every session chooses: the full cache first, then the branches.
    package var tokens: [Int32] { [reference.token] + branches.map(\.token.token) }
}

extension InspectorModel {
    /// What the screen in front is about, in the word for the header.
    package var shownMode: RunMode {
        guard screen == .compare else { return mode }
        switch comparison.phase {
        case .asked, .running: return .live
        case .paused: return .paused
        case .ended(let reason): return .done(reason)
        case .none, .left, .refused: return mode
        }
    }

    /// True while the header speaks of the comparison and not of the run.
    package var showsComparison: Bool {
        screen == .compare && (comparison.phase == .asked || comparison.isOpen)
    }

    /// The settings that `:budget`, `:method`, `:set` and their keys change: of the branch in focus while comparing.
    package var settingsInFocus: MethodSettings {
        screen == .compare && comparison.wishes.indices.contains(comparison.focus)
            ? comparison.wishes[comparison.focus] : settings
    }

    /// The check that a comparison adds: two full caches must not differ.
    package var comparisonChecks: [Check] {
        let control = comparison.control
        guard control.steps > 0 else { return [] }
        return [
            Check(
                name: "compare: full against full", outcome: control.isExact ? .ok : .warn,
                detail: "KL at most \(NumberText.nats(control.largestKL)) in "
                    + NumberText.count(control.steps, "step"))
        ]
    }

    /// Missing rows of a head that were needed again, as the last comparison with the run's own settings measured them.
    package func fate(of id: HeadID) -> LaneValue {
        guard let plan, let start = comparison.start,
            let branch = start.plans.firstIndex(where: { $0.settings == plan.settings })
        else { return .unknown("a comparison (5) with these settings measures it") }
        guard let snapshot = comparison.snapshot, let fates = snapshot.branches[branch].fates else {
            return .unknown("the comparison did not measure it")
        }
        guard let fate = fates.first(where: { $0.id == id }) else { return .unknown("no such head") }
        let missing = fate.neededAgain + fate.neverNeeded
        if missing == 0 { return .notApplicable }
        return .known(share: Double(fate.neededAgain) / Double(missing), text: String(fate.neededAgain))
    }
}
