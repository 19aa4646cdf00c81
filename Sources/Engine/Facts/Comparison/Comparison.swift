/// A comparison of methods in lockstep: one prompt, one prefill, a full cache as the reference, and one branch for
/// each method.
///
/// Every session takes its most probable token; nothing is drawn, so that branches differ by their caches alone.
public struct ComparisonRequest: Sendable, Hashable, Codable {
    /// The methods, at least one.
    public var methods: [MethodSettings]
    /// True: every branch is given the reference's tokens (teacher forcing), so that one difference cannot grow into
    /// others. False: every branch goes its own way.
    public var isForced: Bool
    /// Tokens after which the comparison ends, when the reference does not end its answer before.
    public var steps: Int
    /// What is measured.
    public var probes: ProbeSet

    /// Asks for a comparison: forced, 32 steps, divergence and recall unless told otherwise.
    public init(
        methods: [MethodSettings], isForced: Bool = true, steps: Int = 32, probes: ProbeSet = .default
    ) {
        self.methods = methods
        self.isForced = isForced
        self.steps = steps
        self.probes = probes
    }
}

/// What a comparison begins with.
public struct ComparisonStart: Sendable, Hashable, Codable {
    /// The plan of each branch, in the order of the request.
    public let plans: [CompressionPlan]
    /// Whether the branches are given the reference's tokens.
    public let isForced: Bool
    /// Tokens after which it ends.
    public let steps: Int
    /// What is measured.
    public let probes: ProbeSet
    /// What the branches are compared with, for people: "full cache of 41 tokens, 3.1 MiB".
    public let reference: String

    /// States the beginning.
    public init(
        plans: [CompressionPlan], isForced: Bool, steps: Int, probes: ProbeSet, reference: String
    ) {
        self.plans = plans
        self.isForced = isForced
        self.steps = steps
        self.probes = probes
        self.reference = reference
    }
}

/// One step of all sessions of a comparison.
///
/// Step 0 is the prefill's own prediction: all caches are still whole, so nothing is measured at it.
public struct ComparisonStep: Sendable, Hashable, Codable {
    /// Counted from 0.
    public let index: Int
    /// What the full cache gives.
    public let reference: BranchToken
    /// What the reference's step cost and did.
    public let referenceRecord: StepRecord
    /// False once the reference of a free run has ended its answer while a branch goes on; the step then repeats the
    /// reference's last record.
    public let isReferenceRunning: Bool
    /// A second full cache against the first: what of a divergence is noise of the computation. Exactly 0 unless
    /// something is wrong. Nil at step 0, once the reference has ended, and when divergence is not measured.
    public let control: Divergence?
    /// The branches, in the order of the request.
    public let branches: [BranchStep]
    /// Nanoseconds that the probes of all branches took. No step's time contains them; what recording attention for them
    /// costs, the reference pays as the branches do.
    public let probeNanoseconds: Int
    /// Why the comparison ended with this step, if it did.
    public let finish: FinishReason?

    /// States a step.
    public init(
        index: Int, reference: BranchToken, referenceRecord: StepRecord, isReferenceRunning: Bool = true,
        control: Divergence?, branches: [BranchStep], probeNanoseconds: Int = 0, finish: FinishReason? = nil
    ) {
        self.index = index
        self.reference = reference
        self.referenceRecord = referenceRecord
        self.isReferenceRunning = isReferenceRunning
        self.control = control
        self.branches = branches
        self.probeNanoseconds = probeNanoseconds
        self.finish = finish
    }
}

/// A token as one session chooses it.
public struct BranchToken: Sendable, Hashable, Codable {
    /// The session's own most probable token; a forced branch is given the reference's instead.
    public let token: Int32
    /// Natural logarithm of its probability.
    public let logprob: Float
    /// The most probable tokens, most probable first.
    public let top: TopTokens

    /// States a token.
    public init(token: Int32, logprob: Float, top: TopTokens) {
        self.token = token
        self.logprob = logprob
        self.top = top
    }

    /// What the session of a step would choose itself.
    public init(_ record: StepRecord) {
        self.init(token: record.top.first.token, logprob: record.top.first.logprob, top: record.top)
    }
}

/// One step of one branch.
public struct BranchStep: Sendable, Hashable, Codable {
    /// What the branch chooses.
    public let token: BranchToken
    /// How far its prediction is from the reference's; nil at step 0, when it is not measured, and in a free run from
    /// the step after the first difference on, because the two then answer different questions.
    public let divergence: Divergence?
    /// What the step cost and did; `record.token` is the token that the branch was given or took.
    public let record: StepRecord
    /// Every head, layer by layer; empty at step 0 and when recall is not measured.
    public let heads: [HeadProbe]
    /// False once a branch of a free run has ended its answer; the step then repeats its last record.
    public let isRunning: Bool

    /// States a step of a branch.
    public init(
        token: BranchToken, divergence: Divergence?, record: StepRecord, heads: [HeadProbe],
        isRunning: Bool = true
    ) {
        self.token = token
        self.divergence = divergence
        self.record = record
        self.heads = heads
        self.isRunning = isRunning
    }
}

/// A method's share in a short lockstep run against the full cache.
public struct VerifiedRun: Sendable, Hashable, Codable {
    /// The plan that was run.
    public let plan: CompressionPlan
    /// Tokens, the prefill's own not counted; the means are over these.
    public let steps: Int
    /// Mean KL(full || method) in nats.
    public let meanKL: Reading
    /// Mean recall over heads and steps, and the least of any head at any step.
    public let meanRecall: Reading, leastRecall: Reading
    /// Median milliseconds of a step.
    public let medianMilliseconds: Reading
    /// Bytes of the resident tier at the end.
    public let residentBytes: Int
    /// Bytes moved between the tiers, mean over steps.
    public let movedBytesPerStep: Reading

    /// States what was measured.
    public init(
        plan: CompressionPlan, steps: Int, meanKL: Reading, meanRecall: Reading, leastRecall: Reading,
        medianMilliseconds: Reading, residentBytes: Int, movedBytesPerStep: Reading
    ) {
        self.plan = plan
        self.steps = steps
        self.meanKL = meanKL
        self.meanRecall = meanRecall
        self.leastRecall = leastRecall
        self.medianMilliseconds = medianMilliseconds
        self.residentBytes = residentBytes
        self.movedBytesPerStep = movedBytesPerStep
    }
}

/// What one head is to blame for, by experiment: the branch decoded the same tokens again with this head full.
public struct BlameResult: Sendable, Hashable, Codable {
    /// The branch, an index into the request's methods.
    public let branch: Int
    /// The head that was given its whole cache back.
    public let head: HeadID
    /// Steps that the means are over.
    public let steps: Int
    /// Mean KL(full || method) in nats.
    public let meanKL: Double
    /// The same with the head full.
    public let meanKLWithHeadFull: Double

    /// States what was measured.
    public init(branch: Int, head: HeadID, steps: Int, meanKL: Double, meanKLWithHeadFull: Double) {
        self.branch = branch
        self.head = head
        self.steps = steps
        self.meanKL = meanKL
        self.meanKLWithHeadFull = meanKLWithHeadFull
    }

    /// By how much the mean KL changes; negative when the head's compression does harm.
    public var change: Double { meanKLWithHeadFull - meanKL }
}
