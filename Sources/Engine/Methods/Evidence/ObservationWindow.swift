import KVFacts

/// The query rows whose attention at prefill is the evidence for classes, budgets and pruning.
public struct ObservationWindow: Sendable, Hashable {
    /// Which rows.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The last text tokens of the prompt that come after the last visual token.
        case tailText
        /// Every text token after the first visual token.
        case allTextAfterFirstVisual
        /// The last tokens of the prompt, of either kind.
        case lastW
    }

    /// Which rows.
    public let kind: Kind
    /// How many at most; `allTextAfterFirstVisual` takes all there are.
    public let rows: Int

    /// States a window.
    public init(kind: Kind, rows: Int) {
        self.kind = kind
        self.rows = max(1, rows)
    }

    /// The last 32 text tokens after the pictures, as the SnapKV family uses.
    public static let `default` = ObservationWindow(kind: .tailText, rows: 32)

    /// The last 32 tokens, which every prompt has.
    public static let lastRows = ObservationWindow(kind: .lastW, rows: 32)

    /// The last token alone.
    public static let lastRow = ObservationWindow(kind: .lastW, rows: 1)

    /// The token indices of the window, ascending. A prompt without pictures has its last rows, whatever the kind.
    /// Empty when no text follows the last picture and the kind asks for text.
    public func tokenIndices(in layout: PromptLayout) -> [Int] {
        let count = layout.tokenCount
        let visual = layout.visualSegments
        guard let firstVisual = visual.first, let lastVisual = visual.last else {
            return Array(max(0, count - rows)..<count)
        }
        switch kind {
        case .lastW:
            return Array(max(0, count - rows)..<count)
        case .tailText:
            return Array(max(lastVisual.range.upperBound, count - rows)..<count)
        case .allTextAfterFirstVisual:
            return layout.segments.filter { !$0.isVisual && $0.start > firstVisual.start }.flatMap(\.range)
        }
    }
}
