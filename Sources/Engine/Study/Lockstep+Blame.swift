import KVDecode
import KVFacts

extension Lockstep {
    /// Decodes the steps so far once more with one head of a branch given its whole cache back, and measures what that
    /// changes: blame by experiment.
    ///
    /// All other heads keep their plans. The tokens are the reference's, whatever the comparison's own mode.
    public func blame(branch index: Int, head: HeadID) throws -> BlameResult {
        guard branches.indices.contains(index), 0..<prefilled.geometry.layers ~= head.layer,
            0..<prefilled.geometry.kvHeads ~= head.head
        else { throw ComparisonError.noSuchBranch(index, head) }
        guard referenceTokens.count > 1 else { throw ComparisonError.nothingToBlame }
        let plan = branches[index].plan
        let means = try meanKL(of: [plan, plan.withWholeHead(head)])
        return BlameResult(
            branch: index, head: head, steps: referenceTokens.count - 1, meanKL: means[0],
            meanKLWithHeadFull: means[1])
    }

    /// Mean KL of plans to the reference over the steps so far, teacher-forced.
    ///
    /// The reference decodes again beside them: its logits of every step, a large vocabulary each, would otherwise
    /// have to be held for as long as a comparison lasts.
    func meanKL(of plans: [CompressionPlan]) throws -> [Double] {
        let setup = BranchSetup(
            bench: bench, prefilled: prefilled, steps: referenceTokens.count, stopTokens: [])
        let full = try setup.branch(reference.plan, probes: nil)
        let sessions = try plans.map { try setup.branch($0, probes: nil) }
        var sums = [Double](repeating: 0, count: plans.count)
        for (step, token) in referenceTokens.enumerated() {
            _ = try full.step(forcing: token)
            let logits = full.session.nextLogits()
            for (place, session) in sessions.enumerated() {
                _ = try session.step(forcing: token)
                guard step > 0 else { continue }
                sums[place] += Divergence(full: logits, branch: session.session.nextLogits()).kl
            }
        }
        return sums.map { $0 / Double(referenceTokens.count - 1) }
    }
}

extension CompressionPlan {
    /// The same plan with one head that keeps every row, outside the total; all others stay as they are.
    func withWholeHead(_ id: HeadID) -> CompressionPlan {
        let heads = heads.map { head in
            guard head.id == id else { return head }
            return HeadPlan(
                id: id, headClass: .full, score: head.score, votes: head.votes, budget: tokenCount,
                kept: (0..<Int32(tokenCount)).map { $0 }, isForced: true)
        }
        return CompressionPlan(
            settings: settings, tokenCount: tokenCount, kvHeads: kvHeads, totalRows: totalRows,
            threshold: threshold, heads: heads, remarks: remarks)
    }
}

extension VerifiedRun {
    /// Sums up one branch of a forced comparison.
    package init(_ lockstep: Lockstep, branch index: Int) {
        let branch = lockstep.branches[index]
        let totals = BranchTotals(of: index, in: lockstep.steps)
        func reading(_ value: Double?) -> Reading {
            value.map { .value($0) } ?? .unavailable("no decode step was compared")
        }
        self.init(
            plan: branch.plan, steps: lockstep.steps.count - 1, meanKL: reading(totals.meanKL),
            meanRecall: reading(totals.meanRecall), leastRecall: reading(totals.leastRecall?.value),
            medianMilliseconds: reading(totals.medianMilliseconds),
            residentBytes: branch.session.memory.residentBytes,
            movedBytesPerStep: reading(totals.movedBytesPerStep))
    }
}
