import KVFacts

/// H2O: the heavy hitters, rows that received most attention from the whole prompt, and the last rows.
///
/// Zhang et al., "H2O: Heavy-Hitter Oracle for Efficient Generative Inference of Large Language Models", NeurIPS 2023. As
/// in the ports that comparisons use, it acts once, after the prefill; the variant `decoding` goes on after every step, as the original does.
enum H2OPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "h2o", title: "H2O",
        summary: "Keeps the rows that received most attention over the whole prompt, and the last rows.",
        source: "Zhang et al., NeurIPS 2023",
        standing:
            "the prefill-time port of KVCache-Factory, group mean per KV head; the original evicts while decoding",
        parameters: [WindowScores.rows, Parameter.evict], variants: [.decoding])

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        let heavy = AccumulatedAttention(recent: WindowScores(rows: values[WindowScores.rows]))
        return MethodStages(score: heavy, evict: values[Parameter.evict] == .decoding ? heavy : nil)
    }
}

/// What every row received from the whole prompt; the last rows are kept whatever they received.
struct AccumulatedAttention: RowScorer, RowEvictor {
    let recent: WindowScores

    func needs(uniformRows: Int) -> EvidenceNeeds { .measure(.columnSums) }

    func protected(_ input: PlanInput) -> [Int] { recent.protected(input) }

    func scores(of head: HeadID, _ input: PlanInput) -> [Double] { input.evidence.columnSums(of: head) }

    func plan(_ head: HeadID, kept: [Int32], budget: Int, _ input: PlanInput) -> EvictionPlan {
        let sums = input.evidence.columnSums(of: head)
        return EvictionPlan(
            budget: budget, memory: 1, recent: input.protectedRows(of: self),
            worth: kept.map { Float(sums[Int($0)]) })
    }
}
