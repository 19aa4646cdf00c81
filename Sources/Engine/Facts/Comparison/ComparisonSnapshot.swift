/// The branches of a comparison between two steps: immutable, built only when it was asked for.
public struct ComparisonSnapshot: Sendable, Hashable, Codable {
    /// Steps done when it was taken.
    public let steps: Int
    /// Bytes of the reference's cache.
    public let referenceMemory: MemoryCounters
    /// The branches, in the order of the request.
    public let branches: [BranchSnapshot]

    /// States the branches.
    public init(steps: Int, referenceMemory: MemoryCounters, branches: [BranchSnapshot]) {
        self.steps = steps
        self.referenceMemory = referenceMemory
        self.branches = branches
    }

    /// Jaccard overlap of what two branches hold of the prompt in one head (an index layer by layer): rows that both
    /// have over rows that either has.
    public func overlap(_ first: Int, _ second: Int, head: Int) -> Double {
        let (both, either) = counts(first, second, head)
        return either == 0 ? 1 : Double(both) / Double(either)
    }

    /// The same over all heads together.
    public func overlap(_ first: Int, _ second: Int) -> Double {
        var both = 0
        var either = 0
        for head in branches[first].residentTokens.indices {
            let count = counts(first, second, head)
            both += count.both
            either += count.either
        }
        return either == 0 ? 1 : Double(both) / Double(either)
    }

    private func counts(_ first: Int, _ second: Int, _ head: Int) -> (both: Int, either: Int) {
        let left = branches[first].residentTokens[head]
        let right = branches[second].residentTokens[head]
        let both = Set(left).intersection(right).count
        return (both, left.count + right.count - both)
    }
}

/// One branch of a comparison between two steps.
public struct BranchSnapshot: Sendable, Hashable, Codable {
    /// Bytes, logical and allocated.
    public let memory: MemoryCounters
    /// The head that was asked for, in full.
    public let focus: HeadDetail
    /// Token indices of the prompt that each head holds resident, ascending; heads layer by layer.
    public let residentTokens: [[Int32]]
    /// The last step's probes of every head; empty when recall is not measured.
    public let heads: [HeadProbe]
    /// The fate of every head's missing rows; nil when it is not measured.
    public let fates: [HeadFate]?
    /// The stability of every head; nil when it is not measured, and before the first decode step.
    public let stability: [HeadStability]?

    /// States a branch.
    public init(
        memory: MemoryCounters, focus: HeadDetail, residentTokens: [[Int32]], heads: [HeadProbe],
        fates: [HeadFate]?, stability: [HeadStability]?
    ) {
        self.memory = memory
        self.focus = focus
        self.residentTokens = residentTokens
        self.heads = heads
        self.fates = fates
        self.stability = stability
    }
}
