/// What a method decided for one prompt: classes, budgets and the rows that are resident when decoding begins.
///
/// A plan is a value. Making one changes nothing; `KVCache` is built from it in one act. Two plans can be
/// compared without a model, and a what-if is simply a second plan.
public struct CompressionPlan: Sendable, Hashable, Codable {
    /// The method with the parameters and the budget that it was asked for.
    public let settings: MethodSettings
    /// Prompt length in tokens, N.
    public let tokenCount: Int
    /// KV heads of one layer.
    public let kvHeads: Int
    /// Rows that all heads together may keep resident, B: floor(ratio * N), at least 1, times the number of heads
    /// that were not forced to be full.
    public let totalRows: Int
    /// The score from which a head is static; nil for methods that do not classify.
    public let threshold: Double?
    /// Every head, layer by layer.
    public let heads: [HeadPlan]
    /// What a person should know about this plan, e.g. that its adaptive allocation came out uniform.
    public let remarks: [String]

    /// Puts together the decisions of a method.
    public init(
        settings: MethodSettings, tokenCount: Int, kvHeads: Int, totalRows: Int, threshold: Double?,
        heads: [HeadPlan], remarks: [String] = []
    ) {
        self.settings = settings
        self.tokenCount = tokenCount
        self.kvHeads = kvHeads
        self.totalRows = totalRows
        self.threshold = threshold
        self.heads = heads
        self.remarks = remarks
    }

    /// The plan of one head.
    public subscript(id: HeadID) -> HeadPlan { heads[id.layer * kvHeads + id.head] }

    /// Decoder layers.
    public var layers: Int { kvHeads == 0 ? 0 : heads.count / kvHeads }

    /// Sum of the budgets of all heads that share the total; never more than `totalRows`.
    public var budgetedRows: Int {
        heads.lazy.filter { !$0.isOutsideTotal }.map(\.budget).reduce(0, +)
    }

    /// Rows of the total that no head was given, because chunks are whole, shares are rounded, or prompts end.
    public var unusedRows: Int { totalRows - budgetedRows }
}

/// The decisions for one head.
public struct HeadPlan: Sendable, Hashable, Codable {
    /// Which head.
    public let id: HeadID
    /// What the cache does with it.
    public let headClass: HeadClass
    /// The classification score s in 0...1; nil for methods that do not classify.
    public let score: Double?
    /// The same score for each query head of the group taken alone; empty for methods that do not classify.
    public let votes: [Double]
    /// Rows of the prompt that the head may keep resident, b.
    public let budget: Int
    /// Token indices of the prompt that are resident when decoding begins, ascending. For a dynamic head these
    /// are its initial chunks and the tail.
    public let kept: [Int32]
    /// How chunks are retrieved; nil unless the head is dynamic.
    public let retrieval: RetrievalPlan?
    /// How the budget came about.
    public let allocation: AllocationNote
    /// True when a person chose the class, not the method.
    public let isForced: Bool
    /// True for a head that keeps every row beyond the total: a person forced it, or the method leaves its layer whole.
    public let isOutsideTotal: Bool
    /// What becomes of the rows that a static head drops; nil lets them go.
    public let merging: RowMerging?
    /// How a static head gives up rows while decoding; nil keeps what it begins with, and every generated row.
    public let eviction: EvictionPlan?

    /// States the decisions for one head.
    public init(
        id: HeadID, headClass: HeadClass, score: Double?, votes: [Double] = [], budget: Int, kept: [Int32],
        retrieval: RetrievalPlan? = nil, allocation: AllocationNote = AllocationNote(),
        isForced: Bool = false,
        isOutsideTotal: Bool? = nil, merging: RowMerging? = nil, eviction: EvictionPlan? = nil
    ) {
        self.id = id
        self.headClass = headClass
        self.score = score
        self.votes = votes
        self.budget = budget
        self.kept = kept
        self.retrieval = retrieval
        self.allocation = allocation
        self.isForced = isForced
        self.isOutsideTotal = isOutsideTotal ?? (isForced && headClass == .full)
        self.merging = merging
        self.eviction = eviction
    }
}

/// The steps between the total and one head's budget, kept for the question "why this many?".
public struct AllocationNote: Sendable, Hashable, Codable {
    /// Rows that the head is given before anything is shared, b_min; 0 for dynamic heads.
    public let floor: Int
    /// The head's share of what is shared, before rounding.
    public let share: Double
    /// The weight that the share is proportional to.
    public let weight: Double
    /// True when the prompt's length cut the budget.
    public let isCapped: Bool

    /// States how a budget came about.
    public init(floor: Int = 0, share: Double = 0, weight: Double = 0, isCapped: Bool = false) {
        self.floor = floor
        self.share = share
        self.weight = weight
        self.isCapped = isCapped
    }
}

/// How a dynamic head is served while decoding.
public struct RetrievalPlan: Sendable, Hashable, Codable {
    /// Tokens of one chunk, c; chunk j covers the prompt's tokens j*c ..< (j+1)*c.
    public let chunkSize: Int
    /// Whole chunks of the prompt, floor(N / c). The rest of the prompt, its tail, is always resident.
    public let chunkCount: Int
    /// Chunks that are resident at a time, n_sel.
    public let selected: Int
    /// What stands for a chunk when it is scored.
    public let representative: ChunkRepresentative
    /// Chunks that are always selected, ascending.
    public let forced: [Int32]
    /// Chunks that are resident when decoding begins, ascending.
    public let initial: [Int32]
    /// For the representative `topToken`: the token that stands for each chunk; otherwise empty.
    public let topTokens: [Int32]
    /// Steps between two selections; 1 selects at every step.
    public let refreshInterval: Int
    /// Selects again only when the cosine between the queries of now and of the last selection is below this.
    public let driftLimit: Double?

    /// States how a head is served.
    public init(
        chunkSize: Int, chunkCount: Int, selected: Int, representative: ChunkRepresentative, forced: [Int32],
        initial: [Int32], topTokens: [Int32] = [], refreshInterval: Int = 1, driftLimit: Double? = nil
    ) {
        self.chunkSize = chunkSize
        self.chunkCount = chunkCount
        self.selected = selected
        self.representative = representative
        self.forced = forced
        self.initial = initial
        self.topTokens = topTokens
        self.refreshInterval = refreshInterval
        self.driftLimit = driftLimit
    }

    /// True when the head never has to choose.
    public var coversEverything: Bool { selected >= chunkCount }
}

/// The vector, or pair of vectors, that stands for a chunk of keys when it is scored against a query.
public enum ChunkRepresentative: String, Sendable, Hashable, Codable, CaseIterable {
    /// The mean of the chunk's rotated keys.
    case mean
    /// The smallest and the largest value of every channel: an upper bound of any key's logit (Quest).
    case minmax
    /// The key of the chunk's token with the largest prefill attention.
    case topToken

    /// Vectors of head dimension kept per chunk.
    public var vectorsPerChunk: Int { self == .minmax ? 2 : 1 }
}
