import KVFacts
import KVNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Stage 1 of HybridKV: **here a head's class is decided.** A head is static when its score reaches the threshold,
/// dynamic below.
///
/// The score says how concentrated the text's attention is: a head whose text queries agree on few tokens will stay on
/// them while it decodes, so pruning it once is safe.
struct HeadClassification: HeadClassifier {
    /// What a score measures; each is in 0...1, larger for more concentrated heads.
    enum Kind: String, CaseIterable {
        /// Attention mass on the `topShare` of tokens with the most.
        case coverage
        /// Share of entries below a hundredth of their row's largest (VL-Cache).
        case thresholdFilter
        /// Coverage among visual tokens only, by visual mass.
        case visualCoverage
        /// Attention mass on the rows that pruning would keep under a uniform budget.
        case retainedMass
        /// 1 - H(a) / ln N.
        case entropy
    }

    let threshold: Threshold
    let kind: Kind
    /// kappa: the share of tokens whose mass is the coverage.
    let topShare: Double
    let aggregation: GroupAggregation
    /// What the kind `retainedMass` would keep.
    let pruning: TextPriorPruning

    var classes: Set<HeadClass> { [.static, .dynamic] }

    func needs(uniformRows: Int) -> EvidenceNeeds { pruning.needs(uniformRows: uniformRows) }

    /// Scores every head, and every query head alone, and cuts at the threshold.
    func classify(_ input: PlanInput) -> Classification {
        let evidence = input.evidence
        let scorer = Scorer(
            kind: kind, topShare: topShare, evidence: evidence, pruning: pruning,
            uniformRows: input.uniformRows)
        var scores: [Double] = []
        var votes: [[Double]] = []
        for head in evidence.heads {
            let group = evidence.group(of: head)
            let shares = group.map { evidence.filteredShare(ofQueryHead: $0) }
            scores.append(
                scorer.score(
                    evidence.attention(of: head, aggregation: aggregation),
                    filteredShare: shares.reduce(0, +) / Double(shares.count)))
            votes.append(
                zip(group, shares).map { queryHead, share in
                    scorer.score(evidence.attention(ofQueryHead: queryHead), filteredShare: share)
                })
        }
        return Classification(scores: scores, votes: votes, threshold: limit(for: scores))
    }

    /// A number at or below 0 makes all heads static and one above 1 makes all dynamic, whatever the rounding of a
    /// score that is 0 or 1 in exact arithmetic.
    private func limit(for scores: [Double]) -> Double {
        let value = threshold.value(for: scores)
        guard case .score = threshold else { return value }
        return value <= 0 ? -.infinity : value > 1 ? .infinity : value
    }
}

/// Scores one row of attention, [N].
private struct Scorer {
    let kind: HeadClassification.Kind
    let topShare: Double
    let evidence: PrefillEvidence
    let pruning: TextPriorPruning
    let uniformRows: Int

    func score(_ attention: [Double], filteredShare: Double) -> Double {
        switch kind {
        case .coverage:
            return coverage(attention)
        case .thresholdFilter:
            return filteredShare
        case .visualCoverage:
            let visual = evidence.layout.visualSegments.flatMap { attention[$0.range] }
            let mass = visual.reduce(0, +)
            guard mass >= 1e-6 else { return 1 }
            return largest(of: visual.count) >= visual.count ? 1 : coverage(visual) / mass
        case .retainedMass:
            return pruning.choice(attention, budget: uniformRows, evidence)
                .rows(budget: uniformRows, tokenCount: evidence.tokenCount)
                .reduce(0) { $0 + attention[Int($1)] }
        case .entropy:
            guard attention.count > 1 else { return 1 }
            let negated = attention.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
            return 1 + negated / log(Double(attention.count))
        }
    }

    private func coverage(_ attention: [Double]) -> Double {
        let count = largest(of: attention.count)
        return count >= attention.count ? 1 : Selection.sumOfLargest(count, of: attention)
    }

    private func largest(of count: Int) -> Int {
        max(1, Int((topShare * Double(count)).rounded(.up)))
    }
}
