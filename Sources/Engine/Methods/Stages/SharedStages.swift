import KVFacts
import KVNumerics

/// Every head of the same class, without a score.
public struct OneClass: HeadClassifier {
    private let headClass: HeadClass

    /// Gives this class.
    public init(_ headClass: HeadClass) {
        self.headClass = headClass
    }

    /// The one class.
    public var classes: Set<HeadClass> { [headClass] }

    /// The same judgement for every head.
    public func classify(_ input: PlanInput) -> Classification {
        Classification(all: headClass, count: input.evidence.layers * input.evidence.kvHeads)
    }
}

/// The same rows for every head.
public struct UniformAllocation: RowAllocator {
    /// Shares alike.
    public init() {}

    /// bbar rows each.
    public func allocate(_ request: AllocationRequest, _ input: PlanInput) -> Allocation { .uniform(request) }
}

/// The rows that a scorer protects, and of the others those of the largest scores.
public struct BestRows: RowSelector {
    private let score: any RowScorer

    /// Keeps what this scores best.
    public init(score: any RowScorer) {
        self.score = score
    }

    /// What the scorer reads.
    public func needs(uniformRows: Int) -> EvidenceNeeds { score.needs(uniformRows: uniformRows) }

    /// One pool of every row that has a score.
    public func choice(of head: HeadID, budget: Int, _ input: PlanInput) -> RowChoice {
        let scores = score.scores(of: head, input)
        return RowChoice(
            first: score.protected(input),
            pools: [RowPool(candidates: Array(scores.indices), rows: budget, scores: scores)])
    }
}

/// What a head keeps first, and the pools that the rest of its budget is chosen from, in order.
///
/// From this the rows follow in one way for all methods.
public struct RowChoice: Sendable {
    /// Token indices that are kept before all others, the most important first.
    public var first: [Int]
    /// Where the rest comes from.
    public var pools: [RowPool]

    /// States a choice.
    public init(first: [Int], pools: [RowPool]) {
        self.first = first
        self.pools = pools
    }

    /// At most `budget` token indices, ascending; all `tokenCount` when they fit.
    func rows(budget: Int, tokenCount: Int) -> [Int32] {
        guard budget < tokenCount else { return (0..<Int32(tokenCount)).map { $0 } }
        var isKept = [Bool](repeating: false, count: tokenCount)
        var left = budget
        for token in first where left > 0 && !isKept[token] {
            isKept[token] = true
            left -= 1
        }
        for pool in pools {
            let candidates = pool.candidates.filter { !isKept[$0] }
            let best = Selection.best(min(left, pool.rows), of: candidates) { pool.scores[$0] }
            for token in best { isKept[token] = true }
            left -= best.count
        }
        return (0..<Int32(tokenCount)).filter { isKept[Int($0)] }
    }
}

/// Rows that compete by one score.
public struct RowPool: Sendable {
    /// Token indices.
    public var candidates: [Int]
    /// How many of them may be kept at most.
    public var rows: Int
    /// Their worth, by token index.
    public var scores: [Double]

    /// States a pool.
    public init(candidates: [Int], rows: Int, scores: [Double]) {
        self.candidates = candidates
        self.rows = rows
        self.scores = scores
    }
}

extension PlanInput {
    /// Rows that every head is given before it competes for more: those that a scorer protects, no more than the uniform
    /// share, and one where it protects none.
    func protectedRows(of scorer: any RowScorer) -> Int {
        max(1, min(uniformRows, Set(scorer.protected(self)).count))
    }
}
