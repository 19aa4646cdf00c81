import KVFacts

/// What the prefill measured, for every query head: the attention of the observation window.
public struct PrefillEvidence: Sendable {
    /// Which token belongs to what.
    public let layout: PromptLayout
    /// Token indices of the observation window, ascending.
    public let window: [Int]
    /// Decoder layers, query heads and KV heads of a layer.
    public let layers: Int, queryHeads: Int, kvHeads: Int
    /// Mean over the window's rows of the softmax attention, [layers, queryHeads, N]. A row sums to 1.
    public let attention: [Float]
    /// Share of a window row's causal entries below a hundredth of the row's largest, mean over rows, [layers,
    /// queryHeads]: the sparsity of VL-Cache.
    public let filteredShare: [Double]
    /// Sum over all rows of the prompt's causal attention, by query head and column, [layers, queryHeads, N]; nil when
    /// the prefill did not add them up.
    public let columnSums: [Float]?

    /// States evidence.
    public init(
        layout: PromptLayout, window: [Int], layers: Int, queryHeads: Int, kvHeads: Int, attention: [Float],
        filteredShare: [Double], columnSums: [Float]? = nil
    ) {
        precondition(attention.count == layers * queryHeads * layout.tokenCount)
        precondition(filteredShare.count == layers * queryHeads)
        precondition(columnSums.map { $0.count == attention.count } ?? true)
        precondition(kvHeads > 0 && queryHeads % kvHeads == 0)
        self.layout = layout
        self.window = window
        self.layers = layers
        self.queryHeads = queryHeads
        self.kvHeads = kvHeads
        self.attention = attention
        self.filteredShare = filteredShare
        self.columnSums = columnSums
    }

    /// Prompt length, N.
    public var tokenCount: Int { layout.tokenCount }

    /// Query heads that share one KV head, g.
    public var groupSize: Int { queryHeads / kvHeads }

    /// All heads, layer by layer.
    public var heads: [HeadID] {
        (0..<layers).flatMap { layer in (0..<kvHeads).map { HeadID(layer: layer, head: $0) } }
    }

    /// The query heads of a KV head, as indices into arrays that list the query heads of all layers.
    public func group(of head: HeadID) -> Range<Int> {
        let first = head.layer * queryHeads + head.head * groupSize
        return first..<first + groupSize
    }

    /// One query head's attention alone, [N]; `queryHead` counts through all layers.
    public func attention(ofQueryHead queryHead: Int) -> [Double] {
        let start = queryHead * tokenCount
        return attention[start..<start + tokenCount].map(Double.init)
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

    /// The attention of a KV head, a(l,h,j): over its group the mean, or the maximum divided by its sum, [N].
    public func attention(of head: HeadID, aggregation: GroupAggregation = .mean) -> [Double] {
        let group = group(of: head)
        var result = attention(ofQueryHead: group.lowerBound)
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
}

/// How the attention of the query heads of a group becomes one number per token.
public enum GroupAggregation: String, Sendable, Hashable, CaseIterable {
    /// The mean over the group.
    case mean
    /// The maximum over the group, divided by the sum over tokens.
    case max
}
