import KVFacts

/// Keys and values of a prompt as a method reads them: one head at a time, widened when it is asked for, because all of
/// them together would be twice the cache.
public struct RowEvidence: Sendable {
    /// Which half of a row.
    package enum Part: Sendable { case keys, values }

    /// Channels of a key, d.
    public let dimension: Int
    private let read: @Sendable (HeadID, Part) -> [Float]
    private let project: (@Sendable (_ queryHead: Int) -> [Double])?

    /// Reads rows of a head, [N, d], and norms behind the output projection by query head, [N].
    package init(
        dimension: Int, read: @escaping @Sendable (HeadID, Part) -> [Float],
        project: (@Sendable (_ queryHead: Int) -> [Double])? = nil
    ) {
        self.dimension = dimension
        self.read = read
        self.project = project
    }

    /// States rows: keys and values of every head, layer by layer, [N, d] each, and by query head the norms of projected
    /// values, [N] each.
    public init(
        dimension: Int, kvHeads: Int, keys: [[Float]], values: [[Float]], outputNorms: [[Double]]? = nil
    ) {
        self.dimension = dimension
        read = { (head: HeadID, part: Part) -> [Float] in
            let place = head.layer * kvHeads + head.head
            return part == .keys ? keys[place] : values[place]
        }
        if let outputNorms {
            project = { (queryHead: Int) -> [Double] in outputNorms[queryHead] }
        } else {
            project = nil
        }
    }

    /// Whether norms of projected values can be read.
    var hasOutputNorms: Bool { project != nil }

    fileprivate func rows(of head: HeadID, _ part: Part) -> [Float] { read(head, part) }
    fileprivate func norms(ofQueryHead queryHead: Int) -> [Double] { project?(queryHead) ?? [] }
}

extension PrefillEvidence {
    /// Rotated keys of a head, row after row, [N, d]; empty when they were not asked for.
    public func keys(of head: HeadID) -> [Float] { rows?.rows(of: head, .keys) ?? [] }

    /// Values of a head, row after row, [N, d]; empty when they were not asked for.
    public func values(of head: HeadID) -> [Float] { rows?.rows(of: head, .values) ?? [] }

    /// Length of every key of a head, [N].
    public func keyNorms(of head: HeadID) -> [Double] { norms(keys(of: head)) }

    /// Length of every value of a head, [N].
    public func valueNorms(of head: HeadID) -> [Double] { norms(values(of: head)) }

    /// Sum of the magnitudes of every value behind the output projection of one query head, [N]; `queryHead` counts
    /// through all layers.
    public func outputNorms(ofQueryHead queryHead: Int) -> [Double] {
        rows?.norms(ofQueryHead: queryHead) ?? []
    }

    /// The same, mean over the group of a KV head, [N].
    public func outputNorms(of head: HeadID) -> [Double] {
        let all = group(of: head).map { outputNorms(ofQueryHead: $0) }
        return (0..<tokenCount).map { token in all.reduce(0.0) { $0 + $1[token] } / Double(groupSize) }
    }

    private func norms(_ rows: [Float]) -> [Double] {
        let dimension = self.rows?.dimension ?? 1
        return stride(from: 0, to: rows.count, by: dimension).map { start in
            var sum = 0.0
            for value in rows[start..<start + dimension] { sum += Double(value) * Double(value) }
            return sum.squareRoot()
        }
    }
}

/// Mean and covariance of a prompt's queries before rotation, by query head: what can be expected of queries to come.
public struct QueryStatistics: Sendable, Hashable {
    /// The first token that counts: sinks have queries unlike all others.
    public static let firstToken = 4

    /// Tokens that were counted.
    public let tokens: Int
    /// Channels of a query, d.
    public let dimension: Int
    /// [layers, queryHeads, d].
    public let mean: [Double]
    /// [layers, queryHeads, d, d].
    public let covariance: [Double]

    /// States statistics.
    public init(tokens: Int, dimension: Int, mean: [Double], covariance: [Double]) {
        precondition(mean.count * dimension == covariance.count)
        self.tokens = tokens
        self.dimension = dimension
        self.mean = mean
        self.covariance = covariance
    }

    /// Mean of one query head, [d]; `queryHead` counts through all layers.
    public func mean(ofQueryHead queryHead: Int) -> ArraySlice<Double> {
        mean[queryHead * dimension..<(queryHead + 1) * dimension]
    }

    /// Covariance of one query head, [d, d].
    public func covariance(ofQueryHead queryHead: Int) -> ArraySlice<Double> {
        let size = dimension * dimension
        return covariance[queryHead * size..<(queryHead + 1) * size]
    }
}
