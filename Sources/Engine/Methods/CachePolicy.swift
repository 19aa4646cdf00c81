import KVFacts

/// A compression method: one file (or folder), one paper, one line in `MethodRegistry`.
///
/// The planner asks in order: classify, allocate, then per head which rows to keep or how to retrieve. A method
/// answers with values and never touches a cache; no method knows another.
public protocol CachePolicy: Sendable {
    /// Name, source, standing and parameters.
    static var description: MethodDescription { get }

    /// Takes the values of the parameters.
    init(_ values: ParameterValues) throws(PolicyError)

    /// The attention that the method needs as evidence, for a prompt of `tokenCount` tokens of which a head may keep
    /// `uniformRows` when all are given the same.
    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow

    /// Whether the method reads `PrefillEvidence.columnSums`.
    static var readsColumnSums: Bool { get }

    /// One judgement per head, layer by layer. The default makes every head static, without a score.
    /// `uniformRows` is what a head would be given if all were given the same.
    func classify(_ evidence: PrefillEvidence, uniformRows: Int) -> Classification

    /// Rows for every head that shares the total.
    func allocate(_ request: AllocationRequest, _ evidence: PrefillEvidence) -> Allocation

    /// The prompt rows that a static head keeps: at most `budget` token indices, ascending.
    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32]

    /// What becomes of a dropped row of a static head; nil lets it go.
    var merging: RowMerging? { get }

    /// How a dynamic head is served. The default retrieves chunks as HybridKV does: a head of another method is
    /// dynamic only when a person forced it.
    func retrieval(of head: HeadID, budget: Int, chunkSize: Int, _ evidence: PrefillEvidence) -> RetrievalPlan
}

/// The classes of all heads and how they came about.
public struct Classification: Sendable, Hashable {
    /// Classes, layer by layer.
    public var classes: [HeadClass]
    /// Scores, layer by layer; nil for methods that do not score.
    public var scores: [Double]?
    /// Scores of the query heads of each group taken alone; empty for methods that do not score.
    public var votes: [[Double]]
    /// The score from which a head is static.
    public var threshold: Double?

    /// The same class for every head, without scores.
    public init(all headClass: HeadClass, count: Int) {
        classes = Array(repeating: headClass, count: count)
        scores = nil
        votes = Array(repeating: [], count: count)
        threshold = nil
    }

    /// Scored heads: static from the threshold on, dynamic below.
    public init(scores: [Double], votes: [[Double]], threshold: Double) {
        self.scores = scores
        self.votes = votes
        self.threshold = threshold
        classes = scores.map { $0 >= threshold ? .static : .dynamic }
    }
}

/// What is to be shared out.
public struct AllocationRequest: Sendable {
    /// The heads that share, in order; heads forced to be full are not among them.
    public let heads: [HeadID]
    /// Their classes: static or dynamic.
    public let classes: [HeadClass]
    /// Their scores, if the method scores.
    public let scores: [Double]?
    /// The uniform share of a head, bbar = max(1, floor(rho * N)).
    public let uniformRows: Int
    /// Prompt length, N.
    public let tokenCount: Int

    /// The total, B.
    public var totalRows: Int { uniformRows * heads.count }
}

/// Budgets for the heads of a request, in its order.
public struct Allocation: Sendable, Hashable {
    /// Rows of each head.
    public var budgets: [Int]
    /// How each came about.
    public var notes: [AllocationNote]
    /// Tokens of one chunk for dynamic heads.
    public var chunkSize: Int
    /// Remarks for people.
    public var remarks: [String] = []

    /// The same rows for every head.
    public static func uniform(_ request: AllocationRequest, chunkSize: Int = 1) -> Allocation {
        let rows = min(request.uniformRows, request.tokenCount)
        return Allocation(
            budgets: request.heads.map { _ in rows },
            notes: request.heads.map { _ in AllocationNote(share: Double(rows), weight: 1) },
            chunkSize: chunkSize)
    }
}

extension CachePolicy {
    /// Most methods look at the window alone.
    public static var readsColumnSums: Bool { false }

    /// Most methods let dropped rows go.
    public var merging: RowMerging? { nil }

    /// Chunks by mean keys, the sink always among them.
    public func retrieval(
        of head: HeadID, budget: Int, chunkSize: Int, _ evidence: PrefillEvidence
    ) -> RetrievalPlan {
        ChunkRetrieval().plan(head, budget: budget, chunkSize: chunkSize, evidence)
    }

    /// Every head static, without a score.
    public func classify(_ evidence: PrefillEvidence, uniformRows: Int) -> Classification {
        Classification(all: .static, count: evidence.layers * evidence.kvHeads)
    }

    /// The same rows for every head.
    public func allocate(_ request: AllocationRequest, _ evidence: PrefillEvidence) -> Allocation {
        .uniform(request)
    }
}
