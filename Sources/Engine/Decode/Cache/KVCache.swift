import HybridKVKernels
import KVFacts
import KVNumerics

/// The cache of one session: every head's tiers, built from a plan in one act, and the only place that changes them.
package struct KVCache: ~Copyable {
    let geometry: ModelGeometry
    /// Every head, layer by layer.
    package let heads: [HeadCache]
    /// Rows copied from the offloaded tier, rows that took a place for the first time, and rows that gave it up.
    private(set) var loadedRows = 0
    private(set) var writtenRows = 0
    private(set) var evictedRows = 0
    private let replanBytes: Int
    private let evicts: Bool

    /// Applies a plan to a prefill.
    ///
    /// Head by head: what the plan keeps is copied, then the head's part of the prefill is let go. When nobody else
    /// holds the prefill, that frees the rows for good, unless they serve as the offloaded tier.
    /// - Parameters:
    ///   - keepsPrefill: true when the caller holds on to the prefill to plan again; its rows are then reported.
    init(
        plan: CompressionPlan, prefilled: consuming Prefilled, maxGenerated: Int, keepsPrefill: Bool,
        compute: Compute
    ) throws(SessionError) {
        let geometry = prefilled.geometry
        guard plan.tokenCount == prefilled.tokenCount, plan.heads.count == prefilled.stores.count else {
            throw .planMismatch(
                planned: [plan.heads.count, plan.tokenCount],
                found: [prefilled.stores.count, prefilled.tokenCount])
        }
        var heads: [HeadCache] = []
        var held = 0
        for (index, headPlan) in plan.heads.enumerated() {
            guard let source = prefilled.stores[index] else { throw .prefillReleased }
            let head = HeadCache(
                plan: headPlan, source: source, maxGenerated: maxGenerated, groupSize: geometry.groupSize,
                compute: compute)
            if head.offloaded == nil { held += source.allocatedBytes }
            prefilled.stores[index] = nil
            heads.append(head)
        }
        self.geometry = geometry
        self.heads = heads
        evicts = heads.contains { $0.eviction != nil }
        replanBytes = keepsPrefill ? held : 0
        writtenRows = heads.reduce(0) { $0 + $1.promptRows }
        hkv_return_freed_memory()
    }

    /// Adds what a step did.
    mutating func account(_ retrieval: RetrievalCount, head: Int) {
        guard let size = heads[head].retriever?.plan.chunkSize else { return }
        loadedRows += retrieval.loaded * size
        evictedRows += retrieval.evicted * size
    }

    /// Lets every head that evicts give up rows, once a step has read all of them; returns how many went.
    mutating func evict(_ observer: SessionObserver) -> Int {
        guard evicts else { return 0 }
        let count = Self.evict(heads, kvHeads: geometry.kvHeads, observer)
        evictedRows += count
        return count
    }

    /// The same for heads at hand, layer by layer.
    static func evict(_ heads: [HeadCache], kvHeads: Int, _ observer: SessionObserver?) -> Int {
        for layer in 0..<heads.count / kvHeads {
            shareAttention(heads[layer * kvHeads..<(layer + 1) * kvHeads])
        }
        var count = 0
        for (index, head) in heads.enumerated() {
            guard let eviction = head.eviction else { continue }
            eviction.settle(rows: head.residentRows)
            count += head.evict { row in observer?.remove(row: row, of: head.residentRows, head: index) }
        }
        return count
    }

    /// Heads of a layer that decide together take the mean of their attention; they hold the same rows.
    private static func shareAttention(_ layer: ArraySlice<HeadCache>) {
        guard let first = layer.first(where: { $0.eviction?.plan.isPerLayer == true }),
            let eviction = first.eviction
        else { return }
        eviction.share(layer, rows: first.residentRows)
        for head in layer where head !== first {
            head.eviction?.copyAttention(of: eviction, rows: first.residentRows)
        }
    }

    /// Adds the rows of a generated token, one in every head.
    mutating func accountGeneratedToken() {
        writtenRows += heads.count
    }

    /// Rows in the resident tier.
    var residentRows: Int { heads.reduce(0) { $0 + $1.residentRows } }

    /// Rows in the offloaded tier.
    var offloadedRows: Int { heads.reduce(0) { $0 + $1.offloadedRows } }

    /// Counts bytes; `tokens` is the length of prompt and answer so far.
    func memory(tokens: Int) -> MemoryCounters {
        var memory = MemoryCounters()
        memory.fullBytes = tokens * geometry.kvBytesPerToken
        memory.residentRows = residentRows
        memory.residentBytes = residentRows * geometry.rowBytes
        memory.offloadedBytes = offloadedRows * geometry.rowBytes
        memory.metadataBytes = heads.reduce(0) { $0 + $1.metadataBytes }
        memory.allocatedBytes = heads.reduce(0) { $0 + $1.allocatedBytes }
        memory.reservedBytes = heads.reduce(0) { $0 + $1.reservedRows } * geometry.rowBytes
        memory.replanBytes = replanBytes
        memory.loadedRows = loadedRows
        memory.writtenRows = writtenRows
        memory.evictedRows = evictedRows
        memory.movedBytes = loadedRows * geometry.rowBytes
        return memory
    }
}
