import KVFacts

/// The generated tokens as they arrived.
package struct Answer: Sendable {
    /// In order of their steps; step 0 is the token that the prefill predicted.
    package private(set) var steps: [StepFact] = []
    /// Steps that the source does not know.
    package private(set) var missing = 0
    package private(set) var latency = LatencyRing()

    /// No token yet.
    package init() {}

    /// Takes the next step.
    package mutating func append(_ step: StepFact) {
        let expected = steps.last.map { $0.index + 1 } ?? 0
        guard step.index >= expected else { return }
        missing += step.index - expected
        steps.append(step)
        if step.index > 0 { latency.append(step.time) }
    }

    /// The bytes of the answer, without the markers.
    package var bytes: [UInt8] { steps.lazy.map(\.token).filter { !$0.isSpecial }.flatMap(\.bytes) }

    /// Steps done, for the counter; step 0 is the first.
    package var lastIndex: Int? { steps.last?.index }

    /// Mean bytes moved in a decode step; nil when that is not known of every step.
    package var movedPerStep: Int? {
        let decoded = steps.dropFirst(steps.first?.index == 0 ? 1 : 0)
        let moved = decoded.compactMap(\.cache.movedBytes)
        guard !decoded.isEmpty, moved.count == decoded.count else { return nil }
        return moved.reduce(0, +) / decoded.count
    }

    /// Share of chosen chunks that were resident already, over the whole answer; nil when nothing was chosen.
    package var hitRate: Double? {
        let known = steps.lazy.map(\.cache).filter { $0.selectedChunks != nil && $0.hits != nil }
        let selected = known.reduce(0) { $0 + ($1.selectedChunks ?? 0) }
        guard selected > 0 else { return nil }
        return Double(known.reduce(0) { $0 + ($1.hits ?? 0) }) / Double(selected)
    }
}
