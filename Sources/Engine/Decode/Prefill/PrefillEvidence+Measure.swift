import HybridKVKernels
import KVFacts
import KVMethods
import KVNumerics

extension Prefilled {
    /// The evidence that a planner wants to see.
    public func evidence(
        for planner: Planner, compute: Compute
    ) throws(PolicyError) -> PrefillEvidence {
        try evidence(window: planner.window(tokenCount: tokenCount), compute: compute)
    }

    /// Recomputes the attention of an observation window from the stored queries and keys.
    ///
    /// Blocked attention leaves no attention matrix behind; a few query rows are cheap to compute again, as the
    /// SnapKV family does. Softmax runs in f32 over all causal keys, text and visual.
    /// - Throws: `.windowNotKept` when the prefill did not keep these queries, or a head's rows were released;
    ///   `.emptyWindow` when no token is in the window.
    public func evidence(
        window: ObservationWindow = .default, compute: Compute
    ) throws(PolicyError) -> PrefillEvidence {
        let tokens = window.tokenIndices(in: layout)
        guard !tokens.isEmpty else { throw .emptyWindow(window.kind.rawValue) }
        let places = tokens.compactMap { token in queryTokens.firstIndex(of: token) }
        let rows = stores.compactMap { $0 }
        guard places.count == tokens.count, rows.count == stores.count else {
            throw .windowNotKept(window.kind.rawValue, rows: window.rows)
        }
        var attention = [Float](repeating: 0, count: geometry.layers * geometry.queryHeads * tokenCount)
        var filtered = [Double](repeating: 0, count: geometry.layers * geometry.queryHeads)
        attention.withUnsafeMutableBufferPointer { attention in
            filtered.withUnsafeMutableBufferPointer { filtered in
                // Safety: every part writes the entries of its own query head only.
                nonisolated(unsafe) let attention = attention
                nonisolated(unsafe) let filtered = filtered
                compute.parallel(geometry.layers * geometry.queryHeads) { queryHead, _ in
                    let start = queryHead * tokenCount
                    filtered[queryHead] = measure(
                        queryHead: queryHead, tokens: tokens, places: places, rows: rows, compute: compute,
                        into: UnsafeMutableBufferPointer(rebasing: attention[start..<start + tokenCount]))
                }
            }
        }
        return PrefillEvidence(
            layout: layout, window: tokens, layers: geometry.layers, queryHeads: geometry.queryHeads,
            kvHeads: geometry.kvHeads, attention: attention, filteredShare: filtered, columnSums: columnSums)
    }

    /// Writes one query head's mean attention; returns the mean share of entries below a hundredth of the largest.
    private func measure(
        queryHead: Int, tokens: [Int], places: [Int], rows: [RowStore], compute: Compute,
        into mean: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        let layer = queryHead / geometry.queryHeads
        let inLayer = queryHead % geometry.queryHeads
        let dimension = geometry.headDimension
        let store = rows[layer * geometry.kvHeads + inLayer / geometry.groupSize]
        let kernel = PackedAttention(
            kernels: compute.kernels, dimension: dimension, type: store.format.kernelType)
        let query = FloatMatrix(rows: 1, columns: dimension)
        let scores = FloatMatrix(rows: 1, columns: tokenCount)
        let line = scores.all.row(0)
        var sums = [Double](repeating: 0, count: tokenCount)
        var share = 0.0
        for (token, place) in zip(tokens, places) {
            let start = ((layer * queryTokens.count + place) * geometry.queryHeads + inLayer) * dimension
            for channel in 0..<dimension { query.all.base[channel] = queries[start + channel] }
            let causal = token + 1
            kernel.score(query.all, store: store, first: 0, count: causal, into: scores.all, column: 0)
            compute.kernels.softmax(line, causal, kernel.scale)
            var largest: Float = 0
            for key in 0..<causal { largest = max(largest, line[key]) }
            var below = 0
            for key in 0..<causal {
                sums[key] += Double(line[key])
                if line[key] < 0.01 * largest { below += 1 }
            }
            share += Double(below) / Double(causal)
        }
        for key in 0..<tokenCount { mean[key] = Float(sums[key] / Double(tokens.count)) }
        return share / Double(tokens.count)
    }
}
