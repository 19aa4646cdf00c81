import KVFacts

/// TOVA: what the last token attends to stays, the same rows in every head of a layer.
///
/// Oren et al., "Transformers are Multi-State RNNs", EMNLP 2024. At prefill as kvpress does: the last row's attention, mean
/// over all query heads of the layer, and the last row kept. The variant `decoding` goes on after every step.
struct TOVAPolicy: CompressionMethod, RowScorer, RowEvictor {
    static let description = MethodDescription(
        name: "tova", title: "TOVA",
        summary: "Keeps what the last token attends to, the same rows in every head of a layer.",
        source: "Oren et al., EMNLP 2024", standing: "kvpress's rule at prefill; decoding as published",
        parameters: [Parameter.evict], variants: [.decoding])

    static func stages(_ values: ParameterValues) -> MethodStages {
        let tova = TOVAPolicy()
        return MethodStages(score: tova, evict: values[Parameter.evict] == .decoding ? tova : nil)
    }

    func needs(uniformRows: Int) -> EvidenceNeeds { .window(.lastRow) }

    func protected(_ input: PlanInput) -> [Int] { [input.tokenCount - 1] }

    func scores(of head: HeadID, _ input: PlanInput) -> [Double] {
        var sum = [Double](repeating: 0, count: input.tokenCount)
        let heads = input.evidence.queryHeads
        for queryHead in head.layer * heads..<(head.layer + 1) * heads {
            let attention = input.evidence.attention(ofQueryHead: queryHead, in: .lastRow)
            for token in sum.indices { sum[token] += attention[token] }
        }
        return sum.map { $0 / Double(heads) }
    }

    func plan(_ head: HeadID, kept: [Int32], budget: Int, _ input: PlanInput) -> EvictionPlan {
        // The last step's attention alone decides, so what the prefill saw is forgotten.
        EvictionPlan(
            budget: budget, memory: 0, recent: 1, isPerLayer: true, worth: kept.map { _ in 0 })
    }
}
