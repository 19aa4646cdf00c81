import HybridKVKernels
import KVFacts
import KVMethods
import KVNumerics

extension Prefilled {
    /// The evidence that a planner has to see, and nothing else.
    /// - Parameter shown: a window that people look at beside what the planner needs.
    /// - Throws: `.windowNotKept`, `.evidenceMissing` when the prefill did not keep what is measured from; `.emptyWindow`.
    public func evidence(
        for planner: Planner, showing shown: ObservationWindow? = nil, compute: Compute
    ) throws(PolicyError) -> PrefillEvidence {
        var needs = planner.needs(tokenCount: tokenCount)
        if let shown, needs.windows.isEmpty { needs = needs + .window(shown) }
        return try evidence(needs, method: planner.settings.name, compute: compute)
    }

    /// The attention of one window, and the column sums where they were kept.
    /// - Throws: `.windowNotKept`, `.emptyWindow`.
    public func evidence(
        window: ObservationWindow = .default, compute: Compute
    ) throws(PolicyError) -> PrefillEvidence {
        try evidence(
            EvidenceNeeds(windows: [window], measures: columnSums == nil ? [] : [.columnSums]),
            method: "this", compute: compute)
    }

    /// Measures what is needed from what the prefill stored.
    private func evidence(
        _ needs: EvidenceNeeds, method: String, compute: Compute
    ) throws(PolicyError) -> PrefillEvidence {
        var windows: [WindowEvidence] = []
        for window in needs.windows {
            let tokens = window.tokenIndices(in: layout)
            guard !windows.contains(where: { $0.tokens == tokens }) else { continue }
            windows.append(try attention(of: window, tokens: tokens, compute: compute))
        }
        let readsRows = !needs.measures.isDisjoint(with: [
            .keys, .values, .keyNorms, .valueNorms, .outputNorms,
        ])
        let evidence = PrefillEvidence(
            layout: layout, layers: geometry.layers, queryHeads: geometry.queryHeads,
            kvHeads: geometry.kvHeads, windows: windows,
            columnSums: needs.measures.contains(.columnSums) ? columnSums : nil,
            rows: readsRows ? try rowEvidence(compute) : nil,
            queryStatistics: needs.measures.contains(.queryStatistics) ? queryStatistics : nil)
        if let missing = evidence.missing(of: needs) { throw .evidenceMissing(missing, method: method) }
        return evidence
    }

    /// Whether everything that a planner needs can be measured of this prefill.
    public func serves(_ planner: Planner) -> Bool {
        let needs = planner.needs(tokenCount: tokenCount)
        let queries = needs.windows.flatMap { $0.tokenIndices(in: layout) }
        return Set(queries).isSubset(of: queryTokens)
            && (columnSums != nil || !needs.measures.contains(.columnSums))
            && (queryStatistics != nil || !needs.measures.contains(.queryStatistics))
    }

    /// Recomputes the attention of an observation window from the stored queries and keys.
    ///
    /// Blocked attention leaves no attention matrix behind; a few query rows are cheap to compute again, as the
    /// SnapKV family does. Softmax runs in f32 over all causal keys, text and visual.
    /// - Throws: `.windowNotKept` when the prefill did not keep these queries, or a head's rows were released;
    ///   `.emptyWindow` when no token is in the window.
    private func attention(
        of window: ObservationWindow, tokens: [Int], compute: Compute
    ) throws(PolicyError) -> WindowEvidence {
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
        return WindowEvidence(tokens: tokens, attention: attention, filteredShare: filtered)
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
