import KVFacts
import KVNumerics

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
        if head.lostGeneratedRows > 0 {
            return .unavailable("rows of the answer were given up; their keys are gone")
        }
        if head.promptRows == tokenCount { return .value(1) }
        guard let truth = head.offloaded ?? prefilled?.stores[index] else {
            return .unavailable("the dropped keys are gone")
        }
        let attention = TrueAttention(
            of: head, at: index, truth: truth, observer: observer, tokenCount: tokenCount, compute: compute)
        return .value(attention.covered(by: head))
    }
}
