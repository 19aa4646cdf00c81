import KVFacts

/// A branch over all steps of a comparison, added up as they arrive; step 0 is measured by nothing.
package struct BranchTotals: Sendable {
    /// The least of something, and where.
    package struct Least: Sendable, Hashable {
        package let value: Double
        package let head: HeadID
        package let step: Int
    }

    /// The most of something, and at which step.
    package struct Most: Sendable, Hashable {
        package let value: Double
        package let step: Int
    }

    private var kl = RunningMean()
    private var recall = RunningMean()
    private var best = RunningMean()
    private var nanoseconds: [Int] = []
    package private(set) var largestKL: Most?
    package private(set) var leastRecall: Least?
    /// Steps at which the prediction was measured, and at which its top token is the full cache's.
    package private(set) var measured = 0, agreeing = 0
    /// The first step whose own choice is not the full cache's.
    package private(set) var firstChange: Int?

    /// Mean KL(full || branch) in nats; nil when nothing was measured.
    package var meanKL: Double? { kl.mean }
    /// Mean recall over heads and steps.
    package var meanRecall: Double? { recall.mean }
    /// Mean of the largest recall possible with as many rows.
    package var meanBest: Double? { best.mean }

    /// Median milliseconds of a decode step.
    package var medianMilliseconds: Double? { RunningMean.median(nanoseconds).map { Double($0) / 1e6 } }

    package mutating func add(_ step: BranchStep, at index: Int, reference: Int32) {
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
package struct ControlTotals: Sendable {
    package private(set) var steps = 0
    package private(set) var largestKL = 0.0
    /// Steps at which the two full caches do not have the same top token.
    package private(set) var disagreeing = 0
    private var nanoseconds: [Int] = []
    private var probes = RunningMean()

    /// True when nothing tells the two full caches apart.
    package var isExact: Bool { largestKL == 0 && disagreeing == 0 }
    /// Median milliseconds of a step of the full cache.
    package var medianMilliseconds: Double? { RunningMean.median(nanoseconds).map { Double($0) / 1e6 } }
    /// Mean milliseconds that the probes of a step take.
    package var probeMilliseconds: Double? { probes.mean }

    package mutating func add(_ step: ComparisonStep) {
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

    package var mean: Double? { count == 0 ? nil : sum / Double(count) }

    package mutating func add(_ value: Double) {
        sum += value
        count += 1
    }

    /// The middle one, the lower of two.
    package static func median(_ numbers: [Int]) -> Int? {
        numbers.isEmpty ? nil : numbers.sorted()[(numbers.count - 1) / 2]
    }
}
