import KVFacts

/// H2O: the heavy hitters, rows that received most attention from the whole prompt, and the last rows.
///
/// Zhang et al., "H2O: Heavy-Hitter Oracle for Efficient Generative Inference of Large Language Models", NeurIPS 2023. As
/// in the ports that comparisons use, it acts once, after the prefill; the original goes on evicting while it decodes.
struct H2OPolicy: CachePolicy {
    static let description = MethodDescription(
        name: "h2o", title: "H2O",
        summary: "Keeps the rows that received most attention over the whole prompt, and the last rows.",
        source: "Zhang et al., NeurIPS 2023",
        standing:
            "the prefill-time port of KVCache-Factory, group mean per KV head; the original evicts while decoding",
        parameters: [WindowScores.rows])

    static let readsColumnSums = true
    let recent: WindowScores

    init(_ values: ParameterValues) throws(PolicyError) {
        recent = WindowScores(rows: values[WindowScores.rows])
    }

    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow {
        recent.window(uniformRows: uniformRows)
    }

    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        WindowScores.keptRows(budget: budget, evidence) {
            evidence.columnSums(of: head).dropLast(evidence.window.count)
        }
    }
}
