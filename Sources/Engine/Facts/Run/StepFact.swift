/// A step as a front end receives it, from whatever source: what is nil or left out is not known.
public struct StepFact: Sendable, Hashable, Codable {
    /// Counted from 0; step 0 is the token that the prefill itself predicts.
    public var index: Int
    /// The generated token.
    public var token: TokenFact
    /// The most probable tokens, most probable first; nil when they are not known.
    public var candidates: [TokenFact]?
    /// Where the time went.
    public var time: StepTime
    /// What the cache did.
    public var cache: StepCacheFact
    /// Why decoding ended with this token, if it did.
    public var finish: FinishReason?

    /// States a step; of what is left out nothing is known.
    public init(
        index: Int, token: TokenFact, candidates: [TokenFact]? = nil, time: StepTime = StepTime(),
        cache: StepCacheFact = StepCacheFact(), finish: FinishReason? = nil
    ) {
        self.index = index
        self.token = token
        self.candidates = candidates
        self.time = time
        self.cache = cache
        self.finish = finish
    }
}

/// A token and what it stands for.
public struct TokenFact: Sendable, Hashable, Codable {
    /// The id in the vocabulary.
    public var id: Int32
    /// Its bytes; may be part of a UTF-8 sequence, or control characters.
    public var bytes: [UInt8]
    /// Natural logarithm of its probability under the model, temperature 1; nil when it is not known.
    public var logprob: Float?
    /// True when the token is a marker such as the end of the turn, which is not part of the text.
    public var isSpecial: Bool

    /// States a token.
    public init(id: Int32, bytes: [UInt8], logprob: Float? = nil, isSpecial: Bool = false) {
        self.id = id
        self.bytes = bytes
        self.logprob = logprob
        self.isSpecial = isSpecial
    }
}

/// Nanoseconds of one step.
public struct StepTime: Sendable, Hashable, Codable {
    /// The whole step; nil when it was not measured.
    public var total: Int?
    /// The same by stage; nil when it was not measured.
    public var stages: StepTiming?

    /// States times; nothing measured by default.
    public init(total: Int? = nil, stages: StepTiming? = nil) {
        self.total = total
        self.stages = stages
    }

    /// Measured by stage.
    public init(_ timing: StepTiming) {
        self.init(total: timing.total, stages: timing)
    }
}

/// What the cache did in one step, summed over heads; nil is not known. What each means says `StepCacheCounters`.
public struct StepCacheFact: Sendable, Hashable, Codable {
    /// Chunks that the dynamic heads chose.
    public var selectedChunks: Int?
    /// Chosen chunks that were resident already.
    public var hits: Int?
    /// Chunks copied into the resident tier.
    public var loadedChunks: Int?
    /// Chunks whose place was given up.
    public var evictedChunks: Int?
    /// Bytes copied between the tiers.
    public var movedBytes: Int?
    /// Bytes of the rows that attention reads, after the step.
    public var residentBytes: Int?
    /// Bytes of the rows that chunks are loaded from.
    public var offloadedBytes: Int?

    /// Nothing is known.
    public init() {}

    /// Everything is known.
    public init(_ counters: StepCacheCounters) {
        selectedChunks = counters.selectedChunks
        hits = counters.hits
        loadedChunks = counters.loadedChunks
        evictedChunks = counters.evictedChunks
        movedBytes = counters.movedBytes
        residentBytes = counters.residentBytes
        offloadedBytes = counters.offloadedBytes
    }

    /// Share of chosen chunks that were resident already; nil when nothing was chosen or it is not known.
    public var hitRate: Double? {
        guard let selectedChunks, let hits, selectedChunks > 0 else { return nil }
        return Double(hits) / Double(selectedChunks)
    }
}
