import HybridKV

/// Times of the last decode steps, bounded, and what people read from them.
struct LatencyRing: Sendable, Hashable {
    static let capacity = 512
    private var timings: [StepTiming] = []  // oldest at `start` once the ring is full
    private var start = 0

    var count: Int { timings.count }
    var last: StepTiming? { timings.isEmpty ? nil : timings[(start + timings.count - 1) % timings.count] }

    mutating func append(_ timing: StepTiming) {
        if timings.count < Self.capacity {
            timings.append(timing)
        } else {
            timings[start] = timing
            start = (start + 1) % Self.capacity
        }
    }

    /// Milliseconds that at least `share` of the steps did not exceed (nearest rank); nil before the first step.
    func percentile(_ share: Double) -> Double? {
        guard !timings.isEmpty else { return nil }
        let sorted = timings.map(\.total).sorted()
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return Double(sorted[min(max(rank, 1), sorted.count) - 1]) / 1e6
    }

    /// Mean milliseconds of each stage, in the order of a step.
    var stages: [(name: String, milliseconds: Double)] {
        guard !timings.isEmpty else { return [] }
        var sum = StepTiming()
        for timing in timings {
            sum.total += timing.total
            sum.projections += timing.projections
            sum.attention += timing.attention
            sum.retrieval += timing.retrieval
            sum.sampling += timing.sampling
        }
        let mean = { (nanoseconds: Int) in Double(nanoseconds) / Double(timings.count) / 1e6 }
        return [
            ("projections", mean(sum.projections)), ("attention", mean(sum.attention)),
            ("retrieval", mean(sum.retrieval)), ("sampling", mean(sum.sampling)), ("other", mean(sum.other)),
        ]
    }

    /// Totals in milliseconds, oldest first, at most `count` of the newest.
    func recent(_ count: Int) -> [Double] {
        (max(0, timings.count - count)..<timings.count).map {
            Double(timings[(start + $0) % timings.count].total) / 1e6
        }
    }
}
