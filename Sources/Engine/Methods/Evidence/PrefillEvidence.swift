import KVFacts

/// What the prefill measured, for every query head: a value, which tests can state without a model.
public struct PrefillEvidence: Sendable {
    /// Which token belongs to what.
    public let layout: PromptLayout
    /// Decoder layers, query heads and KV heads of a layer.
    public let layers: Int, queryHeads: Int, kvHeads: Int
    /// Attention of the windows that were asked for, the method's own first.
    public let windows: [WindowEvidence]
    /// Sum over all rows of the prompt's causal attention, by query head and column, [layers, queryHeads, N]; nil when
    /// the prefill did not add them up.
    public let columnSums: [Float]?
    /// Keys and values of every row; nil when they were not asked for.
    public let rows: RowEvidence?
    /// Mean and covariance of the queries; nil when they were not asked for.
    public let queryStatistics: QueryStatistics?

    /// States evidence of any windows.
    public init(
        layout: PromptLayout, layers: Int, queryHeads: Int, kvHeads: Int, windows: [WindowEvidence],
        columnSums: [Float]? = nil, rows: RowEvidence? = nil, queryStatistics: QueryStatistics? = nil
    ) {
        let count = layers * queryHeads
        precondition(windows.allSatisfy { $0.attention.count == count * layout.tokenCount })
        precondition(windows.allSatisfy { $0.filteredShare.count == count })
        precondition(columnSums.map { $0.count == count * layout.tokenCount } ?? true)
        precondition(kvHeads > 0 && queryHeads % kvHeads == 0)
        self.layout = layout
        self.layers = layers
        self.queryHeads = queryHeads
        self.kvHeads = kvHeads
        self.windows = windows
        self.columnSums = columnSums
        self.rows = rows
        self.queryStatistics = queryStatistics
    }

    /// States evidence of one window, which stands for whatever window a method asks for.
    public init(
        layout: PromptLayout, window: [Int], layers: Int, queryHeads: Int, kvHeads: Int, attention: [Float],
        filteredShare: [Double], columnSums: [Float]? = nil
    ) {
        self.init(
            layout: layout, layers: layers, queryHeads: queryHeads, kvHeads: kvHeads,
            windows: [
                WindowEvidence(
                    tokens: window, attention: attention, filteredShare: filteredShare, isAnyWindow: true)
            ],
            columnSums: columnSums)
    }

    /// Prompt length, N.
    public var tokenCount: Int { layout.tokenCount }

    /// Query heads that share one KV head, g.
    public var groupSize: Int { queryHeads / kvHeads }

    /// Token indices of the method's own window, ascending; empty when no attention was measured.
    public var window: [Int] { windows.first?.tokens ?? [] }

    /// Attention of the method's own window, [layers, queryHeads, N]; empty when none was measured.
    public var attention: [Float] { windows.first?.attention ?? [] }

    /// All heads, layer by layer.
    public var heads: [HeadID] {
        (0..<layers).flatMap { layer in (0..<kvHeads).map { HeadID(layer: layer, head: $0) } }
    }

    /// The query heads of a KV head, as indices into arrays that list the query heads of all layers.
    public func group(of head: HeadID) -> Range<Int> {
        let first = head.layer * queryHeads + head.head * groupSize
        return first..<first + groupSize
    }

    /// Shares of entries below a hundredth of their row's largest, by query head of the method's own window.
    public func filteredShare(ofQueryHead queryHead: Int) -> Double {
        windows.first?.filteredShare[queryHead] ?? 0
    }

    // MARK: Attention

    /// A window's attention; nil names the method's own. Nil when it was not measured.
    private func evidence(of window: ObservationWindow?) -> WindowEvidence? {
        guard let window else { return windows.first }
        let tokens = window.tokenIndices(in: layout)
        return windows.first { $0.tokens == tokens } ?? windows.first(where: \.isAnyWindow)
    }

    /// One query head's attention alone, [N]; `queryHead` counts through all layers. Empty when it was not measured.
    public func attention(ofQueryHead queryHead: Int, in window: ObservationWindow? = nil) -> [Double] {
        guard let attention = evidence(of: window)?.attention else { return [] }
        let start = queryHead * tokenCount
        return attention[start..<start + tokenCount].map(Double.init)
    }

    /// The attention of a KV head, a(l,h,j): over its group the mean, or the maximum divided by its sum, [N]. Empty when
    /// it was not measured.
    public func attention(
        of head: HeadID, aggregation: GroupAggregation = .mean, in window: ObservationWindow? = nil
    ) -> [Double] {
        guard let attention = evidence(of: window)?.attention else { return [] }
        let group = group(of: head)
        let first = group.lowerBound * tokenCount
        var result = attention[first..<first + tokenCount].map(Double.init)
        for queryHead in group.dropFirst() {
            let other = queryHead * tokenCount
            for token in 0..<tokenCount {
                let value = Double(attention[other + token])
                switch aggregation {
                case .mean: result[token] += value
                case .max: result[token] = max(result[token], value)
                }
            }
        }
        let divisor = aggregation == .mean ? Double(groupSize) : result.reduce(0, +)
        guard divisor > 0 else { return result }
        for token in 0..<tokenCount { result[token] /= divisor }
        return result
    }

    /// The column sums of a KV head: the mean over its group, [N]; zeros when there are none.
    public func columnSums(of head: HeadID) -> [Double] {
        guard let columnSums else { return Array(repeating: 0, count: tokenCount) }
        let group = group(of: head)
        return (0..<tokenCount).map { token in
            let sum = group.reduce(0.0) { $0 + Double(columnSums[$1 * tokenCount + token]) }
            return sum / Double(groupSize)
        }
    }

    // MARK: What there is

    /// The first of some needs that this does not hold, as a sentence names it; nil when all is there.
    package func missing(of needs: EvidenceNeeds) -> String? {
        if let window = needs.windows.first(where: { evidence(of: $0) == nil }) {
            return "the attention of window=\(window.kind.rawValue) with \(window.rows) rows"
        }
        let missing = EvidenceMeasure.allCases.first { measure in
            guard needs.measures.contains(measure) else { return false }
            return switch measure {
            case .columnSums: columnSums == nil
            case .queryStatistics: queryStatistics == nil
            case .keys, .values, .keyNorms, .valueNorms: rows == nil
            case .outputNorms: rows?.hasOutputNorms != true
            }
        }
        return missing?.noun
    }
}

/// The attention of one observation window.
public struct WindowEvidence: Sendable {
    /// Token indices of the window, ascending.
    public let tokens: [Int]
    /// Mean over the window's rows of the softmax attention, [layers, queryHeads, N]. A row sums to 1.
    public let attention: [Float]
    /// Share of a window row's causal entries below a hundredth of the row's largest, mean over rows, [layers,
    /// queryHeads]: the sparsity of VL-Cache.
    public let filteredShare: [Double]
    /// Whether it stands for a window that was not measured for itself; only where evidence is stated by hand.
    let isAnyWindow: Bool

    /// States a window's attention.
    public init(
        tokens: [Int], attention: [Float], filteredShare: [Double], isAnyWindow: Bool = false
    ) {
        self.tokens = tokens
        self.attention = attention
        self.filteredShare = filteredShare
        self.isAnyWindow = isAnyWindow
    }
}

/// How the attention of the query heads of a group becomes one number per token.
public enum GroupAggregation: String, Sendable, Hashable, CaseIterable {
    /// The mean over the group.
    case mean
    /// The maximum over the group, divided by the sum over tokens.
    case max
}
