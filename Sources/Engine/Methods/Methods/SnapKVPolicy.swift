import KVFacts

/// SnapKV: the rows that the prompt's last tokens attend to, pooled over neighbours, and those last tokens.
///
/// Li et al., "SnapKV: LLM Knows What You are Looking for Before Generation", NeurIPS 2024. The original keeps a set per
/// query head; here, as in the AdaKV and kvpress versions, one per KV head. Every head the same budget.
struct SnapKVPolicy: CachePolicy {
    static let description = MethodDescription(
        name: "snapkv", title: "SnapKV",
        summary: "Keeps the rows that the prompt's last tokens attend to, and those tokens.",
        source: "Li et al., NeurIPS 2024",
        standing: "the published rule, one set per KV head instead of one per query head",
        parameters: windowParameters.all)

    private static let windowParameters = WindowScores.Parameters(kernel: 5, pooling: .avg)

    let scores: WindowScores

    init(_ values: ParameterValues) throws(PolicyError) {
        scores = WindowScores(values, Self.windowParameters)
    }

    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow {
        scores.window(uniformRows: uniformRows)
    }

    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        scores.keptRows(of: head, budget: budget, evidence)
    }
}
