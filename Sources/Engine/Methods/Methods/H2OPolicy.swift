import KVFacts

/// H2O: the heavy hitters, rows that received most attention from the whole prompt, and the last rows.
///
/// Zhang et al., "H2O: Heavy-Hitter Oracle for Efficient Generative Inference of Large Language Models", NeurIPS 2023. As
/// in the ports that comparisons use, it acts once, after the prefill; the original goes on evicting while it decodes.
enum H2OPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "h2o", title: "H2O",
        summary: "Keeps the rows that received most attention over the whole prompt, and the last rows.",
        source: "Zhang et al., NeurIPS 2023",
        standing:
            "the prefill-time port of KVCache-Factory, group mean per KV head; the original evicts while decoding",
        parameters: [WindowScores.rows])

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        MethodStages(score: AccumulatedAttention(recent: WindowScores(rows: values[WindowScores.rows])))
    }
}

/// What every row received from the whole prompt; the last rows are kept whatever they received.
struct AccumulatedAttention: RowScorer {
    let recent: WindowScores

    func needs(uniformRows: Int) -> EvidenceNeeds { .measure(.columnSums) }

    func protected(_ input: PlanInput) -> [Int] { recent.protected(input) }

    func scores(of head: HeadID, _ input: PlanInput) -> [Double] { input.evidence.columnSums(of: head) }
}
