import HybridKVKernels

/// Measures recall: the share of the true attention mass of the last step that the resident rows cover.
///
/// The truth needs every key of the prompt. A dynamic head has them in its offloaded tier; a static head only while
/// the prefill is kept. The probe runs between steps, costs one query over all keys, and changes nothing.
struct RecallProbe {
    private let observer: SessionObserver
    private let compute: Compute
    private let prefilled: Prefilled?
    private let geometry: ModelGeometry
    private let tokenCount: Int
    private let obstacle: String?

    init(session: borrowing DecodeSession, prefilled: Prefilled?, limit: Int) {
        observer = session.observer
        compute = session.compute
        self.prefilled = prefilled
        geometry = session.cache.geometry
        tokenCount = session.layout.tokenCount
        let cost = geometry.layers * geometry.queryHeads * geometry.headDimension * tokenCount
        obstacle =
            if !session.observer.isEnabled {
                "the session is not observed"
            } else if session.observer.lastStep < 0 {
                "no step has read the cache yet"
            } else if cost > limit {
                "measuring it would cost \(cost / 1_000_000) million multiply-adds, more than the limit of "
                    + "\(limit / 1_000_000) million"
            } else {
                nil
            }
    }

    /// Recall of one head, mean over its query heads.
    func recall(of head: HeadCache, at index: Int) -> Reading {
        if let obstacle { return .unavailable(obstacle) }
        if head.promptRows == tokenCount { return .value(1) }
        guard let truth = head.offloaded ?? prefilled?.stores[index] else {
            return .unavailable("the dropped keys are gone")
        }
        let layer = index / geometry.kvHeads
        let dimension = geometry.headDimension
        let first = (index % geometry.kvHeads) * geometry.groupSize * dimension
        let queries = FloatRows(
            base: observer.queries.all.row(layer) + first, rows: geometry.groupSize, columns: dimension,
            stride: dimension)
        let columns = tokenCount + head.generatedRows
        let scores = FloatMatrix(rows: geometry.groupSize, columns: columns)
        let kernel = PackedAttention(
            kernels: compute.kernels, dimension: dimension, type: truth.element.kernelType)
        kernel.score(queries, store: truth, first: 0, count: tokenCount, into: scores.all, column: 0)
        kernel.score(
            queries, store: head.resident, first: head.promptRows, count: head.generatedRows,
            into: scores.all,
            column: tokenCount)
        var covered = 0.0
        for query in 0..<geometry.groupSize {
            let line = scores.all.row(query)
            compute.kernels.softmax(line, columns, kernel.scale)
            head.forEachPromptToken { covered += Double(line[$0]) }
            for column in tokenCount..<columns { covered += Double(line[column]) }
        }
        return .value(min(1, covered / Double(geometry.groupSize)))
    }
}
