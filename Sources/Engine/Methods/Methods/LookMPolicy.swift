import KVFacts
import KVNumerics

/// LOOK-M: text before pictures by accumulated attention, half of the budget for the last rows, and what is dropped is
/// merged into what is kept.
///
/// Wan et al., "LOOK-M: Look-Once Optimization in KV Cache for Efficient Multimodal Long-Context Inference", Findings of
/// EMNLP 2024. As coded it keeps all text even beyond the budget; this is the exact-budget port.
struct LookMPolicy: CachePolicy {
    static let description = MethodDescription(
        name: "look-m", title: "LOOK-M",
        summary: "Keeps text before pictures, and merges dropped rows into their nearest kept row.",
        source: "Wan et al., Findings of EMNLP 2024",
        standing: "exact-budget port, group mean per KV head; as coded it keeps all text beyond the budget",
        parameters: [merge], isScorer: false)

    private static let merge = Parameter.choice(
        "merge", Merge.pivot, "how a dropped row is merged into its nearest kept row")
    private enum Merge: String, CaseIterable { case pivot, average, weighted, none }

    static let readsColumnSums = true
    let merging: RowMerging?

    init(_ values: ParameterValues) throws(PolicyError) {
        merging = RowMerging(rawValue: values[Self.merge].rawValue)
    }

    // The window decides nothing; column sums do.
    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow {
        ObservationWindow(kind: .lastW, rows: 32)
    }

    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        let count = evidence.tokenCount
        guard budget < count else { return (0..<Int32(count)).map { $0 } }
        let recent = budget / 2
        let sums = evidence.columnSums(of: head)
        let isVisual = evidence.layout.segments.flatMap { Array(repeating: $0.isVisual, count: $0.count) }
        let candidates = Array(0..<count - recent)
        let text = candidates.filter { !isVisual[$0] }
        let keptText = Selection.best(budget - recent, of: text) { sums[$0] }
        let visual = candidates.filter { isVisual[$0] }
        let keptVisual = Selection.best(budget - recent - keptText.count, of: visual) { sums[$0] }
        return (keptText + keptVisual).sorted().map(Int32.init)
            + (Int32(count - recent)..<Int32(count)).map { $0 }
    }
}
