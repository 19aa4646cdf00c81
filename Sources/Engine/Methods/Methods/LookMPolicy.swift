import KVFacts
import KVNumerics

/// LOOK-M: text before pictures by accumulated attention, half of the budget for the last rows, and what is dropped is
/// merged into what is kept.
///
/// Wan et al., "LOOK-M: Look-Once Optimization in KV Cache for Efficient Multimodal Long-Context Inference", Findings of
/// EMNLP 2024. As coded it keeps all text even beyond the budget; this is the exact-budget port.
enum LookMPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "look-m", title: "LOOK-M",
        summary: "Keeps text before pictures, and merges dropped rows into their nearest kept row.",
        source: "Wan et al., Findings of EMNLP 2024",
        standing: "exact-budget port, group mean per KV head; as coded it keeps all text beyond the budget",
        parameters: [merge], isScorer: false)

    private static let merge = Parameter.choice(
        "merge", Merge.pivot, "how a dropped row is merged into its nearest kept row")
    private enum Merge: String, CaseIterable { case pivot, average, weighted, none }

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        MethodStages(select: TextBeforePictures(), merge: RowMerging(rawValue: values[merge].rawValue))
    }
}

/// Half of the budget for the last rows, the rest for text by accumulated attention, then for pictures.
struct TextBeforePictures: RowSelector {
    func needs(uniformRows: Int) -> EvidenceNeeds { .measure(.columnSums) }

    func choice(of head: HeadID, budget: Int, _ input: PlanInput) -> RowChoice {
        let count = input.tokenCount
        let sums = input.evidence.columnSums(of: head)
        let isVisual = input.evidence.layout.segments.flatMap {
            Array(repeating: $0.isVisual, count: $0.count)
        }
        let recent = Array((count - min(count, budget / 2))..<count)
        let (text, visual) = (0..<count).reduce(into: ([Int](), [Int]())) { pools, token in
            if isVisual[token] { pools.1.append(token) } else { pools.0.append(token) }
        }
        return RowChoice(
            first: recent,
            pools: [text, visual].map { RowPool(candidates: $0, rows: budget, scores: sums) })
    }
}
