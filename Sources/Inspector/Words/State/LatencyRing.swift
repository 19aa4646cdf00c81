import KVFacts

/// Times of the last decode steps, bounded, and what people read from them. Steps of unknown time are left out.
package struct LatencyRing: Sendable, Hashable {
    package static let capacity = 512
    private var timings: [StepTime] = []  // oldest at `start` once the ring is full
    private var start = 0

    package var count: Int { timings.count }
    /// Milliseconds of the last step.
    package var last: Double? {
        timings.isEmpty ? nil : Self.milliseconds(timings[(start + timings.count - 1) % timings.count])
    }

    package mutating func append(_ timing: StepTime) {
        guard timing.total != nil else { return }
        if timings.count < Self.capacity {
            timings.append(timing)
        } else {
            timings[start] = timing
            start = (start + 1) % Self.capacity
        }
    }

    /// Milliseconds that at least `share` of the steps did not exceed (nearest rank); nil before the first step.
    package func percentile(_ share: Double) -> Double? {
        Quantile.nearestRank(timings.compactMap(Self.milliseconds), share)
    }

    /// Mean milliseconds of each stage, in the order of a step; empty when no step's stages are known.
    package var stages: [(name: String, milliseconds: Double)] {
        let known = timings.compactMap(\.stages)
        guard !known.isEmpty else { return [] }
        var sum = StepTiming()
        for timing in known {
            sum.total += timing.total
            sum.projections += timing.projections
            sum.attention += timing.attention
            sum.retrieval += timing.retrieval
            sum.sampling += timing.sampling
        }
        let mean = { (nanoseconds: Int) in Double(nanoseconds) / Double(known.count) / 1e6 }
        return [
            ("projections", mean(sum.projections)), ("attention", mean(sum.attention)),
            ("retrieval", mean(sum.retrieval)), ("sampling", mean(sum.sampling)), ("other", mean(sum.other)),
        ]
    }

    /// Totals in milliseconds, oldest first, at most `count` of the newest.
    package func recent(_ count: Int) -> [Double] {
        (max(0, timings.count - count)..<timings.count).compactMap {
            Self.milliseconds(timings[(start + $0) % timings.count])
        }
    }

    private static func milliseconds(_ timing: StepTime) -> Double? { timing.total.map { Double($0) / 1e6 } }
}
