import HybridKV

/// A branch over all steps of a comparison, added up as they arrive; step 0 is measured by nothing.
struct BranchTotals: Sendable {
    /// The least of something, and where.
    struct Least: Sendable, Hashable {
        let value: Double
        let head: HeadID
        let step: Int
    }

    /// The most of something, and at which step.
    struct Most: Sendable, Hashable {
        let value: Double
        let step: Int
    }

    private var kl = RunningMean()
    private var recall = RunningMean()
    private var best = RunningMean()
    private var nanoseconds: [Int] = []
    private(set) var largestKL: Most?
    private(set) var leastRecall: Least?
    /// Steps at which the prediction was measured, and at which its top token is the full cache's.
    private(set) var measured = 0, agreeing = 0
    /// The first step whose own choice is not the full cache's.
    private(set) var firstChange: Int?

    /// Mean KL(full || branch) in nats; nil when nothing was measured.
    var meanKL: Double? { kl.mean }
    /// Mean recall over heads and steps.
    var meanRecall: Double? { recall.mean }
    /// Mean of the largest recall possible with as many rows.
    var meanBest: Double? { best.mean }

    /// Median milliseconds of a decode step.
    var medianMilliseconds: Double? { RunningMean.median(nanoseconds).map { Double($0) / 1e6 } }

    mutating func add(_ step: BranchStep, at index: Int, reference: Int32) {
        if firstChange == nil, step.token.token != reference { firstChange = index }
        guard index > 0, step.isRunning else { return }
        nanoseconds.append(step.record.timing.total)
        if let divergence = step.divergence {
            measured += 1
            if divergence.agrees { agreeing += 1 }
            kl.add(divergence.kl)
            if divergence.kl > largestKL?.value ?? -1 { largestKL = Most(value: divergence.kl, step: index) }
        }
        for head in step.heads {
            if let value = head.recall.value {
                recall.add(value)
                if value < leastRecall?.value ?? .infinity {
                    leastRecall = Least(value: value, head: head.id, step: index)
                }
            }
            if let value = head.best.value { best.add(value) }
        }
    }
}

/// The control of a comparison, full against full, and what the reference and the probes cost.
struct ControlTotals: Sendable {
    private(set) var steps = 0
    private(set) var largestKL = 0.0
    /// Steps at which the two full caches do not have the same top token.
    private(set) var disagreeing = 0
    private var nanoseconds: [Int] = []
    private var probes = RunningMean()

    /// True when nothing tells the two full caches apart.
    var isExact: Bool { largestKL == 0 && disagreeing == 0 }
    /// Median milliseconds of a step of the full cache.
    var medianMilliseconds: Double? { RunningMean.median(nanoseconds).map { Double($0) / 1e6 } }
    /// Mean milliseconds that the probes of a step take.
    var probeMilliseconds: Double? { probes.mean }

    mutating func add(_ step: ComparisonStep) {
        guard step.index > 0 else { return }
        nanoseconds.append(step.referenceRecord.timing.total)
        probes.add(Double(step.probeNanoseconds) / 1e6)
        guard let control = step.control else { return }
        steps += 1
        largestKL = max(largestKL, control.kl)
        if !control.agrees { disagreeing += 1 }
    }
}

/// A mean of numbers that come one by one.
private struct RunningMean: Sendable {
    private var sum = 0.0
    private var count = 0

    var mean: Double? { count == 0 ? nil : sum / Double(count) }

    mutating func add(_ value: Double) {
        sum += value
        count += 1
    }

    /// The middle one, the lower of two.
    static func median(_ numbers: [Int]) -> Int? {
        numbers.isEmpty ? nil : numbers.sorted()[(numbers.count - 1) / 2]
    }
}
