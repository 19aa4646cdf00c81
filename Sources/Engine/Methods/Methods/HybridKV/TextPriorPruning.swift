import KVFacts
import KVNumerics

/// Stage 3a of HybridKV: which prompt rows a static head keeps. The observation window first, then text, then the
/// visual tokens that stand out among their neighbours.
struct TextPriorPruning: RowSelector {
    /// Where smoothing stops.
    enum Smoothing: String, CaseIterable {
        /// At the ends of a picture, so that the attention of text does not leak in.
        case within
        /// Nowhere, as SnapKV smooths.
        case across
    }

    /// The prompt's first positions, which attract attention whatever they say.
    static let sinkCount = 4

    /// nil takes whatever window was measured.
    var window: ObservationWindow?
    var aggregation: GroupAggregation = .mean
    var smoothing: Smoothing = .within
    /// The share of a head's budget that text may take; an experiment of ours, 1 in the method.
    var textShare: Double = 1

    func needs(uniformRows: Int) -> EvidenceNeeds { window.map { .window($0) } ?? .anyWindow }

    func choice(of head: HeadID, budget: Int, _ input: PlanInput) -> RowChoice {
        choice(input.evidence.attention(of: head, aggregation: aggregation), budget: budget, input.evidence)
    }

    /// The same for attention at hand, [N].
    func choice(_ attention: [Double], budget: Int, _ evidence: PrefillEvidence) -> RowChoice {
        let count = evidence.tokenCount
        let window = evidence.window
        guard budget >= window.count else {
            return RowChoice(first: Array((max(0, count - budget)..<count).reversed()), pools: [])
        }
        let inWindow = Set(window)
        let visual = evidence.layout.visualSegments
        let text = evidence.layout.segments.filter { !$0.isVisual }.flatMap(\.range).filter {
            !inWindow.contains($0)
        }
        let candidates = visual.flatMap(\.range).filter { !inWindow.contains($0) }
        let textLimit = Int((textShare * Double(budget)).rounded(.down)) - window.count
        let free = budget - window.count
        // Text may also take rows that the pictures cannot fill: an empty row helps nobody.
        let textRows = min(text.count, free, max(0, textLimit, free - candidates.count))
        // Where text does not fit, sinks go before the rest of it.
        let sinks = text.count > textRows ? Array(text.filter { $0 < Self.sinkCount }.prefix(textRows)) : []
        return RowChoice(
            first: window + sinks,
            pools: [
                RowPool(candidates: text, rows: textRows - sinks.count, scores: attention),
                RowPool(
                    candidates: candidates, rows: free - textRows, scores: smoothed(attention, visual)),
            ])
    }

    /// Local saliency of every token; only the visual ones are read.
    private func smoothed(_ attention: [Double], _ visual: [PromptSegment]) -> [Double] {
        guard smoothing == .within else { return Selection.smooth(attention[...]) }
        var result = attention
        for segment in visual {
            result.replaceSubrange(segment.range, with: Selection.smooth(attention[segment.range]))
        }
        return result
    }
}
