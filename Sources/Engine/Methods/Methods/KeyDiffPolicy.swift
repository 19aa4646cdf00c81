import KVFacts

/// KeyDiff: rows whose keys point away from the mean direction stay.
///
/// Park et al., "KeyDiff: Key Similarity-Based KV Cache Eviction for Long-Context LLM Inference in Resource-Constrained
/// Environments", 2025, arXiv 2504.15364, as kvpress scores: minus the cosine between the rotated key and the mean of the
/// head's keys, each brought to length 1, over the whole prompt.
struct KeyDiffPolicy: CompressionMethod, RowScorer {
    static let description = MethodDescription(
        name: "keydiff", title: "KeyDiff", summary: "Keeps the rows whose keys are least like the head's mean key.",
        source: "Park et al., arXiv 2504.15364",
        standing: "kvpress's rule at prefill: one mean over the prompt, no blocks, no window or sink is kept beside it")

    static func stages(_ values: ParameterValues) -> MethodStages { MethodStages(score: KeyDiffPolicy()) }

    func needs(uniformRows: Int) -> EvidenceNeeds { .measure(.keys) }

    func scores(of head: HeadID, _ input: PlanInput) -> [Double] {
        let keys = input.evidence.keys(of: head)
        let width = keys.count / input.tokenCount
        let units = (0..<input.tokenCount).map { row in
            Self.unit(keys[row * width..<(row + 1) * width].map { Double($0) })
        }
        var sum = [Double](repeating: 0, count: width)
        for unit in units {
            for index in sum.indices { sum[index] += unit[index] }
        }
        // Of the sum and of the mean the direction is the same.
        let anchor = Self.unit(sum)
        return units.map { unit in -zip(unit, anchor).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// The vector at length 1; one without a length stays as it is.
    private static func unit(_ vector: [Double]) -> [Double] {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }
}
