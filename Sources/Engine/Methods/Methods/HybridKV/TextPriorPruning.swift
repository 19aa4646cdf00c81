import KVFacts
import KVNumerics

/// Stage 3a of HybridKV: which prompt rows a static head keeps. The observation window first, then text, then the
/// visual tokens that stand out among their neighbours.
struct TextPriorPruning: Sendable {
    /// Where smoothing stops.
    enum Smoothing: String, CaseIterable {
        /// At the ends of a picture, so that the attention of text does not leak in.
        case within
        /// Nowhere, as SnapKV smooths.
        case across
    }

    /// The prompt's first positions, which attract attention whatever they say.
    static let sinkCount = 4

    var aggregation: GroupAggregation = .mean
    var smoothing: Smoothing = .within
    /// The share of a head's budget that text may take; an experiment of ours, 1 in the method.
    var textShare: Double = 1

    /// At most `budget` token indices, ascending.
    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        keptRows(evidence.attention(of: head, aggregation: aggregation), budget: budget, evidence)
    }

    /// The same for attention at hand, [N].
    func keptRows(_ attention: [Double], budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        let count = evidence.tokenCount
        let window = evidence.window
        guard budget < count else { return (0..<Int32(count)).map { $0 } }
        guard budget >= window.count else { return (count - budget..<count).map(Int32.init) }

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
        let keptText = bestText(textRows, of: text, attention)
        let saliency = smoothed(attention, visual)
        let keptVisual = Selection.best(free - textRows, of: candidates) { saliency[$0] }
        return (window + keptText + keptVisual).sorted().map(Int32.init)
    }

    /// All of it when it fits; otherwise sinks first, then by attention.
    private func bestText(_ count: Int, of text: [Int], _ attention: [Double]) -> [Int] {
        guard count < text.count else { return text }
        let sinks = text.filter { $0 < Self.sinkCount }.prefix(count)
        let others = text.dropFirst(sinks.count).filter { $0 >= Self.sinkCount }
        return sinks + Selection.best(count - sinks.count, of: others) { attention[$0] }
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
