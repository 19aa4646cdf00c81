import KVDecode
import KVFacts
import KVMethods
import KVModel
import KVNumerics

/// Counts how often a query head's most attended row is what an answer is about (SparseMM, visual-head scores).
///
/// For every token of the answer, a head whose largest attention falls on one of the named visual tokens scores
/// 1 / (number of named tokens). Sums over tokens; the mean is taken when all items are in.
public struct VisualHeadTally: Sendable {
    /// Sums of scores, [layers][queryHeads].
    public private(set) var sums: [[Double]]
    /// Tokens that were counted.
    public private(set) var tokenCount = 0

    /// Nothing counted yet.
    public init(_ geometry: ModelGeometry) {
        sums = Array(repeating: Array(repeating: 0, count: geometry.queryHeads), count: geometry.layers)
    }

    /// The mean over all tokens.
    public var scores: [[Double]] {
        sums.map { layer in layer.map { tokenCount == 0 ? 0 : $0 / Double(tokenCount) } }
    }

    /// Adds what another item counted.
    public mutating func add(_ other: VisualHeadTally) {
        tokenCount += other.tokenCount
        for layer in sums.indices {
            for head in sums[layer].indices { sums[layer][head] += other.sums[layer][head] }
        }
    }

    private mutating func count(layer: Int, queryHead: Int, rows: UnsafeBufferPointer<Float>, cells: Set<Int>)
    {
        var best = 0
        for row in rows.indices where rows[row] > rows[best] { best = row }
        if cells.contains(best) { sums[layer][queryHead] += 1 / Double(cells.count) }
    }

    /// Counts the attention of the prompt's last row.
    private mutating func count(_ evidence: PrefillEvidence, cells: Set<Int>) {
        evidence.attention.withUnsafeBufferPointer { all in
            for queryHead in 0..<evidence.layers * evidence.queryHeads {
                let start = queryHead * evidence.tokenCount
                count(
                    layer: queryHead / evidence.queryHeads, queryHead: queryHead % evidence.queryHeads,
                    rows: UnsafeBufferPointer(rebasing: all[start..<start + evidence.tokenCount]),
                    cells: cells)
            }
        }
    }
}

extension VisualHeadTally {
    /// Decodes an answer greedily with the full cache and counts at every token but the one that ends it.
    ///
    /// - Parameter cells: token indices of the visual tokens that the answer is about.
    /// - Returns: the tally and the answer's tokens, so that wrong answers can be left out.
    public static func measure(
        _ bench: Workbench, _ prefilled: Prefilled, cells: Set<Int>, maxTokens: Int = 64
    ) throws -> (tally: VisualHeadTally, tokens: [Int32]) {
        let geometry = prefilled.geometry
        var tally = VisualHeadTally(geometry)
        let plan = try bench.plan(prefilled, by: try bench.planner(.full))
        let options = SessionOptions(
            maxTokens: maxTokens, stopTokens: bench.preparer.stopTokens, isObserved: true)
        var session = try bench.session(consuming: prefilled, under: plan, options: options)
        let truth = prefilled.stores.compactMap { $0 }
        // The first token is predicted by the prompt's last row.
        let last = try prefilled.evidence(
            window: ObservationWindow(kind: .lastW, rows: 1), compute: bench.compute)
        var tokens: [Int32] = []
        while let record = try session.step(), record.finish != .stop {
            tokens.append(record.token)
            tally.tokenCount += 1
            if record.index == 0 {
                tally.count(last, cells: cells)
                continue
            }
            for index in 0..<geometry.headCount {
                let attention = TrueAttention(
                    of: session.cache.heads[index], at: index, truth: truth[index],
                    observer: session.observer,
                    tokenCount: prefilled.tokenCount, compute: bench.compute)
                let rows = attention.probabilities.all
                for query in 0..<rows.rows {
                    tally.count(
                        layer: index / geometry.kvHeads,
                        queryHead: index % geometry.kvHeads * geometry.groupSize + query,
                        rows: UnsafeBufferPointer(start: rows.row(query), count: rows.columns), cells: cells)
                }
            }
        }
        return (tally, tokens)
    }
}
