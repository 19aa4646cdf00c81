import HybridKV

/// The generated tokens as they arrived.
struct Answer: Sendable {
    /// In order of their steps; step 0 is the token that the prefill predicted.
    private(set) var steps: [LiveStep] = []
    /// Steps that never arrived.
    private(set) var missing = 0
    private(set) var latency = LatencyRing()
    /// True once a step 0 arrived that the plan has not been told for yet: events and steps travel separately.
    private(set) var isAhead = false

    /// Takes the next step; `startsAnew` when a plan is on its way.
    mutating func append(_ step: LiveStep, startsAnew: Bool) {
        let index = step.record.index
        if index == 0 {
            let wasEmpty = steps.isEmpty
            self = Answer()
            isAhead = startsAnew || !wasEmpty
        } else if steps.isEmpty {
            // The rest of the answer before: its plan is gone.
            return
        }
        let expected = steps.last.map { $0.record.index + 1 } ?? 0
        guard index >= expected else { return }
        missing += index - expected
        steps.append(step)
        if index > 0 { latency.append(step.record.timing) }
    }

    /// A plan is in force: what came before belongs to the old one, unless the steps were faster than the event.
    mutating func begin() {
        if isAhead { isAhead = false } else { self = Answer() }
    }

    /// The bytes of the answer, without the markers.
    var bytes: [UInt8] { steps.lazy.filter { !$0.isSpecial }.flatMap(\.bytes) }

    /// Steps done, for the counter; step 0 is the first.
    var lastIndex: Int? { steps.last?.record.index }

    /// Mean bytes moved in a decode step.
    var movedPerStep: Int? {
        let decoded = steps.dropFirst(steps.first?.record.index == 0 ? 1 : 0)
        guard !decoded.isEmpty else { return nil }
        return decoded.reduce(0) { $0 + $1.record.cache.movedBytes } / decoded.count
    }

    /// Share of chosen chunks that were resident already, over the whole answer; nil when nothing was chosen.
    var hitRate: Double? {
        let selected = steps.reduce(0) { $0 + $1.record.cache.selectedChunks }
        guard selected > 0 else { return nil }
        return Double(steps.reduce(0) { $0 + $1.record.cache.hits }) / Double(selected)
    }
}
