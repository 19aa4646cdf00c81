/// Which probes a comparison runs. They read the caches between steps and change nothing: tokens and logits are the
/// same bit for bit with and without them.
public struct ProbeSet: OptionSet, Sendable, Hashable, Codable {
    /// One bit for each probe.
    public let rawValue: Int

    /// Takes the bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// How far each branch's prediction is from the full cache's. One softmax over the vocabulary a branch.
    public static let divergence = ProbeSet(rawValue: 1)
    /// Recall, the best recall possible with as many rows, and the output error of every head. Attention of one token
    /// over the whole prompt for each branch.
    public static let recall = ProbeSet(rawValue: 2)
    /// Whether rows that were dropped, evicted or never loaded are needed later.
    public static let fate = ProbeSet(rawValue: 4)
    /// Whether decoding keeps attending to what the prefill attended to.
    public static let stability = ProbeSet(rawValue: 8)

    /// Divergence and recall.
    public static let `default`: ProbeSet = [.divergence, .recall]
    /// Every probe.
    public static let all: ProbeSet = [.divergence, .recall, .fate, .stability]

    /// The names that a person types, in the order of the bits.
    public static let named: [(name: String, probe: ProbeSet)] = [
        ("divergence", .divergence), ("recall", .recall), ("fate", .fate), ("stability", .stability),
    ]

    /// The names of the probes in the set.
    public var names: [String] { ProbeSet.named.filter { contains($0.probe) }.map(\.name) }
}

/// How far a branch's prediction of one token is from the full cache's.
public struct Divergence: Sendable, Hashable, Codable {
    /// KL(full || branch) in nats over the whole vocabulary, softmax in f64.
    public let kl: Double
    /// Whether both have the same most probable token.
    public let agrees: Bool
    /// Place of the full cache's most probable token in the branch's prediction: 1 is the top; ties go to the smaller
    /// id.
    public let rank: Int

    /// States a divergence.
    public init(kl: Double, agrees: Bool, rank: Int) {
        self.kl = kl
        self.agrees = agrees
        self.rank = rank
    }
}

/// What one head's resident rows miss in one step, measured with the branch's own queries against every row of the
/// exact prefill.
public struct HeadProbe: Sendable, Hashable, Codable {
    /// Which head.
    public let id: HeadID
    /// Share of the true attention mass that the resident rows cover, mean over the group.
    public let recall: Reading
    /// The largest share that as many rows could have covered.
    public let best: Reading
    /// |o_all - o_resident| / |o_all| over the head's group: what the next layer sees of it.
    public let outputError: Reading

    /// States a measurement.
    public init(id: HeadID, recall: Reading, best: Reading, outputError: Reading) {
        self.id = id
        self.recall = recall
        self.best = best
        self.outputError = outputError
    }
}

/// What became of the prompt rows that a head did not have at hand, over the steps so far.
///
/// A row is needed at a step when its true attention, mean over the group, is above an even share of all rows.
public struct HeadFate: Sendable, Hashable, Codable {
    /// Which head.
    public let id: HeadID
    /// Rows that were missing at some step, and never needed while they were.
    public let neverNeeded: Int
    /// Rows that were needed at a step at which they were missing.
    public let neededAgain: Int
    /// Chunks loaded that had not been resident before.
    public let cold: Int
    /// Chunks loaded that had been resident before and were evicted: given up too early.
    public let evictedThenNeeded: Int
    /// Rows, counted once for each step, that a dynamic head needed and whose chunk was not chosen.
    public let capacity: Int

    /// States a head's fates.
    public init(
        id: HeadID, neverNeeded: Int, neededAgain: Int, cold: Int, evictedThenNeeded: Int, capacity: Int
    ) {
        self.id = id
        self.neverNeeded = neverNeeded
        self.neededAgain = neededAgain
        self.cold = cold
        self.evictedThenNeeded = evictedThenNeeded
        self.capacity = capacity
    }
}

/// Whether a head's attention while decoding stays where it was at prefill, over the steps so far.
///
/// The top rows are the tenth of the prompt that received most, at least one row.
public struct HeadStability: Sendable, Hashable, Codable {
    /// Which head.
    public let id: HeadID
    /// Jaccard overlap of the top rows by the prefill's evidence and by true attention while decoding.
    public let topOverlap: Double
    /// Share of the true attention mass while decoding that falls on the prefill's top rows.
    public let massOnPrefillTop: Double

    /// States a head's stability.
    public init(id: HeadID, topOverlap: Double, massOnPrefillTop: Double) {
        self.id = id
        self.topOverlap = topOverlap
        self.massOnPrefillTop = massOnPrefillTop
    }
}
