import KVFacts

/// SnapKV: the rows that the prompt's last tokens attend to, pooled over neighbours, and those last tokens.
///
/// Li et al., "SnapKV: LLM Knows What You are Looking for Before Generation", NeurIPS 2024. The original keeps a set per
/// query head; here, as in the AdaKV and kvpress versions, one per KV head. Every head the same budget.
enum SnapKVPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "snapkv", title: "SnapKV",
        summary: "Keeps the rows that the prompt's last tokens attend to, and those tokens.",
        source: "Li et al., NeurIPS 2024",
        standing: "the published rule, one set per KV head instead of one per query head",
        parameters: windowParameters.all)

    private static let windowParameters = WindowScores.Parameters(kernel: 5, pooling: .avg)

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        MethodStages(score: WindowScores(values, windowParameters))
    }
}
