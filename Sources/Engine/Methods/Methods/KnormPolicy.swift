import KVFacts

/// Knorm: rows whose keys are short are attended to most, so they stay.
///
/// Devoto et al., "A Simple and Effective L2 Norm-Based Strategy for KV Cache Compression", EMNLP 2024, as kvpress scores:
/// minus the length of the rotated key, every row alike.
struct KnormPolicy: CompressionMethod, RowScorer {
    static let description = MethodDescription(
        name: "knorm", title: "Knorm", summary: "Keeps the rows with the shortest keys.",
        source: "Devoto et al., EMNLP 2024", standing: "kvpress's rule: no window or sink is kept beside it")

    static func stages(_ values: ParameterValues) -> MethodStages { MethodStages(score: KnormPolicy()) }

    func needs(uniformRows: Int) -> EvidenceNeeds { .measure(.keyNorms) }

    func scores(of head: HeadID, _ input: PlanInput) -> [Double] {
        input.evidence.keyNorms(of: head).map { -$0 }
    }
}
