/// One generated token and what making it cost, as the session counts it: every number is known. Trivially copyable,
/// so that filling it in costs a step nothing; front ends receive a `StepFact`.
public struct StepRecord: Sendable, Hashable, Codable {
    /// Counted from 0; step 0 is the token that the prefill itself predicts, before the cache is compressed.
    public var index: Int
    /// The generated token.
    public var token: Int32
    /// Natural logarithm of the token's probability under the model, temperature 1.
    public var logprob: Float
    /// The most probable tokens, most probable first.
    public var top: TopTokens
    /// Where the time went.
    public var timing: StepTiming
    /// What the cache did.
    public var cache: StepCacheCounters
    /// Why decoding ended with this token, if it did.
    public var finish: FinishReason?

    /// States a step; of what is left out nothing is known yet.
    public init(
        index: Int, token: Int32 = -1, logprob: Float = 0, top: TopTokens = TopTokens(),
        timing: StepTiming = StepTiming(), cache: StepCacheCounters = StepCacheCounters(),
        finish: FinishReason? = nil
    ) {
        self.index = index
        self.token = token
        self.logprob = logprob
        self.top = top
        self.timing = timing
        self.cache = cache
        self.finish = finish
    }
}

/// The five most probable next tokens.
public struct TopTokens: Sendable, Hashable, Codable {
    /// One candidate.
    public struct Candidate: Sendable, Hashable, Codable {
        /// The token's id; -1 for an empty place.
        public var token: Int32 = -1
        /// Natural logarithm of its probability.
        public var logprob: Float = -.infinity

        /// States a candidate; an empty place by default.
        public init(token: Int32 = -1, logprob: Float = -.infinity) {
            self.token = token
            self.logprob = logprob
        }
    }

    /// The candidates, most probable first.
    public var first = Candidate(), second = Candidate(), third = Candidate(), fourth = Candidate()
    /// The last candidate kept.
    public var fifth = Candidate()

    /// Takes the first five candidates of a list that is most probable first.
    public init(_ list: [Candidate] = []) {
        if list.count > 0 { first = list[0] }
        if list.count > 1 { second = list[1] }
        if list.count > 2 { third = list[2] }
        if list.count > 3 { fourth = list[3] }
        if list.count > 4 { fifth = list[4] }
    }

    /// Reads the candidates as they were written.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([Candidate].self))
    }

    /// Writes the places that are taken: the others hold no number that every format can write.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(list)
    }

    /// The candidates as a list.
    public var list: [Candidate] { [first, second, third, fourth, fifth].filter { $0.token >= 0 } }
}

/// Nanoseconds of one step by stage. The pace that a person sets is not in it.
public struct StepTiming: Sendable, Hashable, Codable {
    /// The whole step.
    public var total: Int = 0
    /// The layers without their attention, and the output head: matrix-vector products, norms and rotation.
    public var projections: Int = 0
    /// Scores, softmax and weighted values over the resident rows.
    public var attention: Int = 0
    /// Storing the new rows; scoring of chunks, choice, and copying from the offloaded tier.
    public var retrieval: Int = 0
    /// Choosing the token from the logits.
    public var sampling: Int = 0
    /// Looking up the embedding, bookkeeping, and what an observed session adds up at the end of a step.
    public var other: Int { max(0, total - projections - attention - retrieval - sampling) }

    /// No time at all.
    public init() {}
}

/// What the cache did in one step, summed over heads.
public struct StepCacheCounters: Sendable, Hashable, Codable {
    /// Chunks that the dynamic heads chose.
    public var selectedChunks: Int = 0
    /// Chosen chunks that were resident already.
    public var hits: Int = 0
    /// Chunks copied into the resident tier.
    public var loadedChunks: Int = 0
    /// Chunks whose place was given up.
    public var evictedChunks: Int = 0
    /// Rows that gave up their place: those of evicted chunks, and those that a method drops between steps.
    public var evictedRows: Int = 0
    /// Bytes copied between the tiers.
    public var movedBytes: Int = 0
    /// Bytes of the rows that attention reads, after the step.
    public var residentBytes: Int = 0
    /// Bytes of the rows that chunks are loaded from.
    public var offloadedBytes: Int = 0

    /// Nothing done.
    public init() {}

    /// Share of chosen chunks that were resident already; nil when nothing was chosen.
    public var hitRate: Double? { selectedChunks == 0 ? nil : Double(hits) / Double(selectedChunks) }
}

/// Why a decode ended.
public enum FinishReason: String, Sendable, Hashable, Codable {
    /// The model said so with a stop token.
    case stop
    /// The token limit was reached.
    case length
}
