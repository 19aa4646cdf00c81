/// A branch over all steps of a comparison, added up as they arrive: the one place where tables, JSON, screens and plain
/// text take their sums from. Step 0 is the prefill's own and is measured by nothing.
public struct BranchTotals: Sendable, Hashable {
    /// The least of something, and where.
    public struct Least: Sendable, Hashable {
        /// How little.
        public let value: Double
        /// In which head.
        public let head: HeadID
        /// At which step.
        public let step: Int
    }

    /// The most of something, and at which step.
    public struct Most: Sendable, Hashable {
        /// How much.
        public let value: Double
        /// At which step.
        public let step: Int
    }

    private var recall = RunningMean()
    private var best = RunningMean()
    private var outputError = RunningMean()
    private var moved = RunningMean()
    private var nanoseconds: [Int] = []
    /// KL(full || branch) in nats of every step at which it was measured, in their order.
    public private(set) var divergences: [Double] = []
    /// The largest divergence; the first of several.
    public private(set) var largestKL: Most?
    /// The least recall of any head at any step; the first of several.
    public private(set) var leastRecall: Least?
    /// The lowest place of the full cache's first choice in the branch's prediction; 1 is the top.
    public private(set) var worstRank: Int?
    /// Steps at which the prediction was measured.
    public private(set) var measured = 0
    /// Those of them whose top token is the full cache's.
    public private(set) var agreeing = 0
    /// Decode steps that the branch made.
    public private(set) var steps = 0
    /// The first step whose own choice is not the full cache's.
    public private(set) var firstChange: Int?

    /// Of no step yet.
    public init() {}

    /// Of steps at hand.
    public init(of branch: Int, in steps: some Sequence<ComparisonStep>) {
        for step in steps { add(step.branches[branch], at: step.index, reference: step.reference.token) }
    }

    /// Mean KL(full || branch) in nats; nil when nothing was measured.
    public var meanKL: Double? { RunningMean(divergences).mean }
    /// The divergence that 99 of 100 steps do not exceed, by the nearest rank.
    public var kl99: Double? { Quantile.nearestRank(divergences, 0.99) }
    /// Share of the measured steps whose top token is the full cache's.
    public var agreement: Double? { measured == 0 ? nil : Double(agreeing) / Double(measured) }
    /// Mean recall over heads and steps.
    public var meanRecall: Double? { recall.mean }
    /// Mean of the largest recall possible with as many rows.
    public var meanBest: Double? { best.mean }
    /// Mean error of the heads' outputs.
    public var meanOutputError: Double? { outputError.mean }
    /// Median milliseconds of a decode step.
    public var medianMilliseconds: Double? { Quantile.median(nanoseconds).map { Double($0) / 1e6 } }
    /// Bytes moved between the tiers, mean over decode steps.
    public var movedBytesPerStep: Double? { moved.mean }

    /// Takes the next step.
    /// - Parameter reference: the token that the full cache chooses at this step.
    public mutating func add(_ step: BranchStep, at index: Int, reference: Int32) {
        if firstChange == nil, step.token.token != reference { firstChange = index }
        guard index > 0, step.isRunning else { return }
        steps += 1
        nanoseconds.append(step.record.timing.total)
        moved.add(Double(step.record.cache.movedBytes))
        if let divergence = step.divergence {
            measured += 1
            if divergence.agrees { agreeing += 1 }
            divergences.append(divergence.kl)
            worstRank = max(worstRank ?? 1, divergence.rank)
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
            if let value = head.outputError.value { outputError.add(value) }
        }
    }
}

/// The control of a comparison, full against full, and what the reference and the probes cost.
public struct ControlTotals: Sendable, Hashable {
    /// Steps at which the control was measured.
    public private(set) var steps = 0
    /// The largest divergence of the two full caches.
    public private(set) var largestKL = 0.0
    /// Steps at which the two full caches do not have the same top token.
    public private(set) var disagreeing = 0
    private var nanoseconds: [Int] = []
    private var probes = RunningMean()

    /// Of no step yet.
    public init() {}

    /// Of steps at hand.
    public init(_ steps: some Sequence<ComparisonStep>) {
        for step in steps { add(step) }
    }

    /// True when nothing tells the two full caches apart.
    public var isExact: Bool { largestKL == 0 && disagreeing == 0 }
    /// Median milliseconds of a step of the full cache.
    public var medianMilliseconds: Double? { Quantile.median(nanoseconds).map { Double($0) / 1e6 } }
    /// Mean milliseconds that the probes of a step take, all branches together.
    public var probeMilliseconds: Double? { probes.mean }

    /// Takes the next step; those after the end of the reference's answer cost the full cache nothing.
    public mutating func add(_ step: ComparisonStep) {
        guard step.index > 0, step.isReferenceRunning else { return }
        nanoseconds.append(step.referenceRecord.timing.total)
        probes.add(Double(step.probeNanoseconds) / 1e6)
        guard let control = step.control else { return }
        steps += 1
        largestKL = max(largestKL, control.kl)
        if !control.agrees { disagreeing += 1 }
    }
}
