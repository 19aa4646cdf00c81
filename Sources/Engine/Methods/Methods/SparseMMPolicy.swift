import KVFacts

/// SparseMM: heads that were found to look at pictures get more rows.
///
/// Wang et al., "SparseMM: Head Sparsity Emerges from Visual Concept Responses in MLLMs", ICCV 2025. The scores of the
/// heads belong to a checkpoint and are measured once; the authors published none for Qwen2.5-VL, so `kvscope heads`
/// measures ours.
enum SparseMMPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "sparsemm", title: "SparseMM",
        summary: "SnapKV whose budgets follow a checkpoint's visual-head scores.",
        source: "Wang et al., ICCV 2025",
        standing: "the authors' rule, held to the total; visual-head scores of our own (kvscope heads)",
        parameters: windowParameters.all + [least, source, scorer])

    private static let windowParameters = WindowScores.Parameters(kernel: 5, pooling: .avg)
    private static let least = Parameter.share(
        "floor", 0.1, "share of the uniform budget that every head is given")
    private static let source = Parameter.text(
        "scores", "model", expected: "model, or the path of a file that kvscope heads wrote",
        "visual-head scores; model takes \(VisualHeadScores.fileName) of the model's folder")
    private static let scorer = Parameter.scorer

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        let name = values[source]
        let path = name == "model" ? (values.modelFolder ?? ".") + "/" + VisualHeadScores.fileName : name
        return try stages(values, scores: try VisualHeadScores.load(path: path).scores)
    }

    /// With scores at hand, [layers][queryHeads].
    static func stages(_ values: ParameterValues, scores: [[Double]]) throws(PolicyError) -> MethodStages {
        let score = try values.scorer(scorer) ?? WindowScores(values, windowParameters)
        return MethodStages(
            score: score,
            allocate: VisualHeadAllocation(score: score, floor: values[least], scores: scores))
    }
}

/// Rows in proportion to how much a head looks at pictures.
struct VisualHeadAllocation: RowAllocator {
    let score: any RowScorer
    /// Share of the uniform budget that every head is given.
    let floor: Double
    /// [layers][queryHeads].
    let scores: [[Double]]

    func needs(uniformRows: Int) -> EvidenceNeeds { score.needs(uniformRows: uniformRows) }

    func allocate(_ request: AllocationRequest, _ input: PlanInput) -> Allocation {
        let evidence = input.evidence
        guard request.uniformRows < request.tokenCount else { return .uniform(request) }
        let kept = input.protectedRows(of: score)
        let base = request.uniformRows - kept
        let least = Int(floor * Double(base))
        let weights = headScores(request.heads, evidence)
        let shares = weights.map { $0 * Double(base - least) * Double(request.heads.count) + Double(least) }
        var rows = shares.map { min(Int($0.rounded(.toNearestOrEven)), request.tokenCount - kept) }
        AllocationRequest.trim(&rows, to: request.heads.count * base)
        var allocation = request.allocation(
            rows.map { kept + $0 }, shares: shares.map { $0 - Double(least) }, weights: weights,
            floor: kept + least)
        if !fits(evidence) {
            allocation.remarks.append("the visual-head scores are for another model: all heads count alike")
        }
        return allocation
    }

    private func fits(_ evidence: PrefillEvidence) -> Bool {
        scores.count == evidence.layers && scores.allSatisfy { $0.count == evidence.queryHeads }
    }

    /// The share of each KV head; all of them add up to 1 when no head is left out.
    private func headScores(_ heads: [HeadID], _ evidence: PrefillEvidence) -> [Double] {
        let sum = scores.joined().reduce(0, +)
        guard fits(evidence), sum > 0 else { return heads.map { _ in 1 / Double(heads.count) } }
        let group = evidence.groupSize
        let own = heads.map { head in
            (0..<group).reduce(0.0) { $0 + scores[head.layer][head.head * group + $1] / sum }
        }
        let whole = own.reduce(0, +)
        // Heads that were forced out of the total leave their share to the others.
        let isComplete = heads.count == evidence.layers * evidence.kvHeads
        return isComplete || whole == 0 ? own : own.map { $0 / whole }
    }
}
