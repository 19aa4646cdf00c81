/// The state of the cache between two steps: immutable, built only when it was asked for.
public struct CacheSnapshot: Sendable, Hashable, Codable {
    /// Steps done when it was taken.
    public let steps: Int
    /// Every head, layer by layer.
    public let heads: [HeadStatus]
    /// Bytes, logical and allocated, as far as they are known.
    public let memory: MemoryStatus
    /// The head that was asked for, in full.
    public let focus: HeadDetail
    /// How many heads hold each prompt token resident, [N].
    public let residentHeadCount: [UInt16]
    /// What recent generated tokens read, oldest first.
    public let reads: [TokenRead]
    /// Nanoseconds that taking this snapshot cost the decode thread; nil when it was not measured.
    public let cost: Int?

    /// States the state of the cache.
    public init(
        steps: Int, heads: [HeadStatus], memory: MemoryStatus, focus: HeadDetail,
        residentHeadCount: [UInt16], reads: [TokenRead], cost: Int?
    ) {
        self.steps = steps
        self.heads = heads
        self.memory = memory
        self.focus = focus
        self.residentHeadCount = residentHeadCount
        self.reads = reads
        self.cost = cost
    }
}

/// A number that may be unknown; the unknown has a reason and is never shown as 0.
public enum Reading: Sendable, Hashable, Codable {
    /// Known, and exact for the rows it speaks of.
    case value(Double)
    /// Not known, and why.
    case unavailable(String)

    /// The number, if it is known.
    public var value: Double? {
        if case .value(let value) = self { value } else { nil }
    }
}

/// One head between two steps.
public struct HeadStatus: Sendable, Hashable, Codable {
    /// Which head.
    public let id: HeadID
    /// What the cache does with it.
    public let headClass: HeadClass
    /// Rows of the prompt that may be resident.
    public let budget: Int
    /// Rows of the prompt that are resident now, the tail of a dynamic head among them.
    public let residentPromptRows: Int
    /// Rows of generated tokens; all of them, unless the method evicts while decoding.
    public let generatedRows: Int
    /// Resident prompt rows that received attention above 1/(resident rows) in the last step; nil when attention was
    /// not recorded, or no step has read the cache yet.
    public let usedRows: Int?
    /// Chunks chosen in the last step; 0 for heads that do not choose; nil when it was not recorded.
    public let selectedChunks: Int?
    /// Chunks loaded in the last step; nil when it was not recorded.
    public let loadedChunks: Int?
    /// Hit rate over all steps so far.
    public let hitRate: Reading
    /// Share of the true attention mass of the last step that the resident rows cover.
    public let recall: Reading
    /// Attention of the last step by prompt segment, then generated tokens last; sums to 1. Empty before the
    /// first decode step, and when attention was not recorded.
    public let attentionBySegment: [Float]

    /// States one head.
    public init(
        id: HeadID, headClass: HeadClass, budget: Int, residentPromptRows: Int, generatedRows: Int,
        usedRows: Int?, selectedChunks: Int?, loadedChunks: Int?, hitRate: Reading, recall: Reading,
        attentionBySegment: [Float]
    ) {
        self.id = id
        self.headClass = headClass
        self.budget = budget
        self.residentPromptRows = residentPromptRows
        self.generatedRows = generatedRows
        self.usedRows = usedRows
        self.selectedChunks = selectedChunks
        self.loadedChunks = loadedChunks
        self.hitRate = hitRate
        self.recall = recall
        self.attentionBySegment = attentionBySegment
    }
}

/// Bytes of a session's cache as it counts them: every number is known. Logical bytes count rows; allocated bytes are
/// what the process holds for them.
public struct MemoryCounters: Sendable, Hashable, Codable {
    /// What a cache that keeps every row of the prompt and of the answer so far would hold.
    public var fullBytes: Int = 0
    /// Rows in the resident tier.
    public var residentBytes: Int = 0
    /// Rows in the offloaded tier.
    public var offloadedBytes: Int = 0
    /// Chunk representatives.
    public var metadataBytes: Int = 0
    /// Held by the process for all of the above: room for tokens to come and rounding included.
    public var allocatedBytes: Int = 0
    /// The part of `allocatedBytes` that waits for tokens to come: decoding allocates nothing.
    public var reservedBytes: Int = 0
    /// Held beyond that, so that the prompt can be planned again without running the model: rows of the prefill
    /// that no tier of this session uses. 0 when the prefill was released.
    public var replanBytes: Int = 0
    /// Bytes moved between the tiers since decoding began.
    public var movedBytes: Int = 0
    /// Rows loaded into and rows written to the resident tier, and rows evicted from it, since decoding began.
    public var loadedRows: Int = 0, writtenRows: Int = 0, evictedRows: Int = 0
    /// Rows in the resident tier. `residentRows + evictedRows == loadedRows + writtenRows` at every step.
    public var residentRows: Int = 0

    /// Nothing held.
    public init() {}

    /// How many times less the resident tier holds than a full cache.
    public var saving: Double { residentBytes == 0 ? 1 : Double(fullBytes) / Double(residentBytes) }
}

/// Bytes of the cache as a front end receives them: nil is not known. What each means says `MemoryCounters`.
public struct MemoryStatus: Sendable, Hashable, Codable {
    /// What a cache that keeps every row would hold.
    public var fullBytes: Int?
    /// Rows in the resident tier.
    public var residentBytes: Int?
    /// Rows in the offloaded tier.
    public var offloadedBytes: Int?
    /// Chunk representatives.
    public var metadataBytes: Int?
    /// Held by the process for all of the above.
    public var allocatedBytes: Int?
    /// The part of `allocatedBytes` that waits for tokens to come.
    public var reservedBytes: Int?
    /// Held beyond that, so that the prompt can be planned again.
    public var replanBytes: Int?
    /// Bytes moved between the tiers since decoding began.
    public var movedBytes: Int?
    /// Rows loaded into, written to and evicted from the resident tier since decoding began.
    public var loadedRows: Int?, writtenRows: Int?, evictedRows: Int?
    /// Rows in the resident tier.
    public var residentRows: Int?

    /// Nothing is known.
    public init() {}

    /// Everything is known.
    public init(_ counters: MemoryCounters) {
        fullBytes = counters.fullBytes
        residentBytes = counters.residentBytes
        offloadedBytes = counters.offloadedBytes
        metadataBytes = counters.metadataBytes
        allocatedBytes = counters.allocatedBytes
        reservedBytes = counters.reservedBytes
        replanBytes = counters.replanBytes
        movedBytes = counters.movedBytes
        loadedRows = counters.loadedRows
        writtenRows = counters.writtenRows
        evictedRows = counters.evictedRows
        residentRows = counters.residentRows
    }

    /// How many times less the resident tier holds than a full cache.
    public var saving: Double? {
        guard let fullBytes, let residentBytes else { return nil }
        return residentBytes == 0 ? 1 : Double(fullBytes) / Double(residentBytes)
    }

    /// Bytes that rows and representatives take: resident, offloaded and metadata.
    public var logicalBytes: Int? {
        guard let residentBytes, let offloadedBytes, let metadataBytes else { return nil }
        return residentBytes + offloadedBytes + metadataBytes
    }
}

/// Where a prompt token's row of one head is.
public enum RowState: UInt8, Sendable, Hashable, Codable {
    /// Pruned: gone for good.
    case dropped
    /// Kept by a static or a full head, or in the tail of a dynamic one.
    case kept
    /// Only in the offloaded tier.
    case offloaded
    /// In the resident tier, in a chunk that was already there when the last step chose it.
    case resident
    /// In the resident tier, in a chunk that the last step loaded.
    case loaded
}

/// One head in full.
public struct HeadDetail: Sendable, Hashable, Codable {
    /// Which head.
    public let id: HeadID
    /// Its plan: class, votes, budget and how it came about.
    public let plan: HeadPlan
    /// Where every prompt token's row is, [N].
    public let rowStates: [RowState]
    /// Attention of the last step to every prompt token, mean over the group, [N]; empty before the first decode
    /// step, and when attention was not recorded. Rows that are not resident have 0: they were not read.
    public let attention: [Float]
    /// The prefill's attention of the observation window, mean over the group, [N]; empty when it is not known.
    public let evidence: [Float]
    /// The last steps of this head, oldest first.
    public let history: [HeadStep]

    /// States one head in full.
    public init(
        id: HeadID, plan: HeadPlan, rowStates: [RowState], attention: [Float], evidence: [Float],
        history: [HeadStep]
    ) {
        self.id = id
        self.plan = plan
        self.rowStates = rowStates
        self.attention = attention
        self.evidence = evidence
        self.history = history
    }
}

/// What one head did in one step.
public struct HeadStep: Sendable, Hashable, Codable {
    /// The step.
    public let step: Int
    /// Attention by prompt segment, then generated tokens last.
    public let attentionBySegment: [Float]
    /// Chunks loaded.
    public let loadedChunks: Int
    /// Chosen chunks that were resident already.
    public let hits: Int
    /// Chunks chosen.
    public let selectedChunks: Int

    /// States what one head did.
    public init(
        step: Int, attentionBySegment: [Float], loadedChunks: Int, hits: Int, selectedChunks: Int
    ) {
        self.step = step
        self.attentionBySegment = attentionBySegment
        self.loadedChunks = loadedChunks
        self.hits = hits
        self.selectedChunks = selectedChunks
    }
}

/// What the making of one token read, mean over all heads.
public struct TokenRead: Sendable, Hashable, Codable {
    /// The step that made the token.
    public let step: Int
    /// Attention by prompt segment, then generated tokens last.
    public let attentionBySegment: [Float]
    /// The prompt tokens that received most, most first: token index and attention.
    public let top: [Source]

    /// States what a token read.
    public init(
        step: Int, attentionBySegment: [Float], top: [Source]
    ) {
        self.step = step
        self.attentionBySegment = attentionBySegment
        self.top = top
    }

    /// A prompt token and the attention that it received.
    public struct Source: Sendable, Hashable, Codable {
        /// Index into the prompt.
        public let tokenIndex: Int
        /// Mean over all heads.
        public let attention: Float

        /// Names a token and its attention.
        public init(
            tokenIndex: Int, attention: Float
        ) {
            self.tokenIndex = tokenIndex
            self.attention = attention
        }
    }
}
