import KVFacts

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
