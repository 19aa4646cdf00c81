import KVFacts
import KVMethods
import KVNumerics

extension DecodeSession {
    /// Describes the cache between two steps.
    ///
    /// - Parameters:
    ///   - focus: the head to describe in full.
    ///   - evidence: what the prefill measured, for the focused head's picture of it.
    ///   - prefilled: the prefill, if it was kept; with it the recall of pruned heads is known too.
    ///   - recallLimit: multiply-adds that recall may cost; past it recall is unavailable. 0 switches it off.
    public func snapshot(
        focus: HeadID, evidence: PrefillEvidence?, prefilled: Prefilled? = nil,
        recallLimit: Int = 100_000_000
    ) -> CacheSnapshot {
        var clock = Stopwatch()
        let geometry = cache.geometry
        let recall = RecallProbe(session: self, prefilled: prefilled, limit: recallLimit)
        var residentHeads = [UInt16](repeating: 0, count: layout.tokenCount)
        var statuses: [HeadStatus] = []
        for (index, head) in cache.heads.enumerated() {
            head.forEachPromptToken { residentHeads[$0] += 1 }
            statuses.append(status(of: head, at: index, recall: recall))
        }
        let place = geometry.index(of: focus)
        let focusDetail = detail(of: cache.heads[place], at: place, evidence: evidence)
        return CacheSnapshot(
            steps: steps, heads: statuses, memory: MemoryStatus(memory), focus: focusDetail,
            residentHeadCount: residentHeads,
            reads: observer.reads.entries, cost: clock.nanoseconds())
    }

    private func status(of head: HeadCache, at index: Int, recall: RecallProbe) -> HeadStatus {
        let count = observer.isEnabled ? observer.lastCount(head: index) : RetrievalCount()
        let total = observer.isEnabled ? observer.total(head: index) : RetrievalCount()
        let hitRate: Reading =
            if !observer.isEnabled {
                .unavailable("the session is not observed")
            } else if head.retriever == nil {
                .unavailable("only dynamic heads choose chunks")
            } else if total.selected == 0 {
                .unavailable("nothing was chosen yet")
            } else {
                .value(Double(total.hits) / Double(total.selected))
            }
        return HeadStatus(
            id: head.plan.id, headClass: head.plan.headClass, budget: head.plan.budget,
            residentPromptRows: head.promptRows, generatedRows: head.generatedRows,
            usedRows: usedRows(head, index),
            selectedChunks: observer.isEnabled ? count.selected : nil,
            loadedChunks: observer.isEnabled ? count.loaded : nil, hitRate: hitRate,
            recall: recall.recall(of: head, at: index),
            attentionBySegment: observer.isEnabled ? observer.lastShares(head: index) : [])
    }

    /// Prompt rows that received more than an even share; nil when attention was not recorded yet.
    private func usedRows(_ head: HeadCache, _ index: Int) -> Int? {
        guard observer.isEnabled, observer.lastStep >= 0 else { return nil }
        let attention = observer.lastAttention(head: index)
        let even = 1 / Float(max(1, head.residentRows))
        return (0..<head.promptRows).count { attention[$0] > even }
    }

    private func detail(of head: HeadCache, at index: Int, evidence: PrefillEvidence?) -> HeadDetail {
        let count = layout.tokenCount
        var states = [RowState](repeating: head.offloaded == nil ? .dropped : .offloaded, count: count)
        var attention = [Float](repeating: 0, count: observer.lastStep < 0 ? 0 : count)
        var row = 0
        let line = observer.isEnabled ? observer.lastAttention(head: index) : nil
        head.forEachPromptToken { token in
            states[token] = state(of: token, in: head)
            if let line, token < attention.count { attention[token] = line[row] }
            row += 1
        }
        return HeadDetail(
            id: head.plan.id, plan: head.plan, rowStates: states, attention: attention,
            evidence: evidence.map { $0.attention(of: head.plan.id).map(Float.init) } ?? [],
            history: observer.isEnabled ? observer.history(head: index) : [])
    }

    private func state(of token: Int, in head: HeadCache) -> RowState {
        guard let retriever = head.retriever else { return .kept }
        let chunk = token / retriever.plan.chunkSize
        guard chunk < retriever.plan.chunkCount else { return .kept }
        return retriever.wasLoaded(chunk) ? .loaded : .resident
    }
}
