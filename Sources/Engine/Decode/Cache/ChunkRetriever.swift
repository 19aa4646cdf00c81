import HybridKVKernels
import KVFacts
import KVNumerics

/// Serves one dynamic head while decoding: scores the chunks against the step's queries, chooses, and **loads chunks**
/// from the offloaded tier into slots of the resident one.
///
/// Chunks that stay chosen keep their slots, so only what is new is copied. All memory is reserved at init.
package final class ChunkRetriever {
    package let plan: RetrievalPlan
    private let groupSize: Int
    private let representatives: RowStore  // keys only: [chunks, vectors * d]
    private let vectors: Int
    private let queries: FloatMatrix  // [group, vectors * d]
    private let scores: FloatMatrix  // [group, chunks]
    private let lastQueries: FloatMatrix  // [1, group * d], those of the last selection
    private var selection: BoundedSelection
    private var slots: [Int32]  // [chunks]: slot of a resident chunk, else -1
    private var freeSlots: [Int32]
    private var isLoaded: [Bool]  // [chunks]: loaded by the last retrieval
    private var stepsSinceSelection = 0
    private var hasSelected = false

    /// Builds the representatives and puts the initial chunks into the slots 0, 1, … in ascending order, which is
    /// where `HeadCache` copied them.
    init(plan: RetrievalPlan, source: RowStore, groupSize: Int, compute: Compute) {
        self.plan = plan
        self.groupSize = groupSize
        vectors = plan.representative.vectorsPerChunk
        representatives = ChunkRepresentatives.build(plan, source: source, compute: compute)
        queries = FloatMatrix(rows: groupSize, columns: vectors * source.dimension)
        scores = FloatMatrix(rows: groupSize, columns: plan.chunkCount)
        lastQueries = FloatMatrix(rows: 1, columns: groupSize * source.dimension)
        selection = BoundedSelection(capacity: plan.selected, candidates: plan.chunkCount)
        slots = Array(repeating: -1, count: plan.chunkCount)
        isLoaded = Array(repeating: false, count: plan.chunkCount)
        freeSlots = []
        freeSlots.reserveCapacity(plan.selected)
        for (slot, chunk) in plan.initial.enumerated() { slots[Int(chunk)] = Int32(slot) }
    }

    /// The slot of a chunk, or -1 when it is not resident.
    package func slot(of chunk: Int) -> Int { Int(slots[chunk]) }

    /// True when the last retrieval loaded this chunk.
    package func wasLoaded(_ chunk: Int) -> Bool { isLoaded[chunk] }

    /// Bytes of the representatives.
    var metadataBytes: Int { plan.chunkCount * representatives.vectorBytes }

    /// Bytes that the process holds for them.
    var allocatedMetadataBytes: Int { representatives.allocatedBytes }

    /// Chooses the chunks for these queries, [group, d], and makes exactly them resident.
    func retrieve(
        _ current: FloatRows, from offloaded: RowStore, into resident: RowStore, compute: Compute
    ) -> RetrievalCount {
        for chunk in 0..<plan.chunkCount where isLoaded[chunk] { isLoaded[chunk] = false }
        guard isDue(current) else { return RetrievalCount() }
        score(current, compute: compute)
        selection.choose(scores.all, forced: plan.forced)
        return exchange(from: offloaded, into: resident)
    }

    /// Whether this step selects again.
    private func isDue(_ current: FloatRows) -> Bool {
        defer { stepsSinceSelection += 1 }
        if hasSelected {
            if stepsSinceSelection < plan.refreshInterval { return false }
            if let limit = plan.driftLimit, cosineWithLast(current) >= limit { return false }
        }
        hasSelected = true
        stepsSinceSelection = 0
        let dimension = current.columns
        for query in 0..<groupSize {
            (lastQueries.all.base + query * dimension).update(from: current.row(query), count: dimension)
        }
        return true
    }

    private func cosineWithLast(_ current: FloatRows) -> Double {
        var product = 0.0, now = 0.0, before = 0.0
        for query in 0..<groupSize {
            let row = current.row(query)
            let last = lastQueries.all.base + query * current.columns
            for channel in 0..<current.columns {
                product += Double(row[channel]) * Double(last[channel])
                now += Double(row[channel]) * Double(row[channel])
                before += Double(last[channel]) * Double(last[channel])
            }
        }
        let norm = (now * before).squareRoot()
        return norm > 0 ? product / norm : 1
    }

    /// Softmax over chunks of every query's logit against the representatives; the mean over the group decides, for
    /// which the sum serves as well.
    private func score(_ current: FloatRows, compute: Compute) {
        let dimension = current.columns
        for query in 0..<groupSize {
            let row = current.row(query)
            let out = queries.all.row(query)
            if vectors == 1 {
                out.update(from: row, count: dimension)
            } else {
                // max(q * min, q * max) is q * min for negative q and q * max otherwise, so one dot product of
                // [min(q, 0), max(q, 0)] with [min, max] gives the bound.
                for channel in 0..<dimension {
                    out[channel] = min(row[channel], 0)
                    out[dimension + channel] = max(row[channel], 0)
                }
            }
        }
        compute.kernels.matmul_nt(
            groupSize, plan.chunkCount, queries.all.columns, queries.all.base, queries.all.stride,
            representatives.keys, representatives.format.kernelType, queries.all.columns, nil,
            scores.all.base,
            scores.all.stride)
        let scale = 1 / Float(dimension).squareRoot()
        for query in 0..<groupSize { compute.kernels.softmax(scores.all.row(query), plan.chunkCount, scale) }
        for query in 1..<max(1, groupSize) {
            compute.kernels.add(scores.all.row(0), scores.all.row(query), plan.chunkCount)
        }
    }

    /// Evicts what is no longer chosen and copies what is new into the free slots.
    private func exchange(from offloaded: RowStore, into resident: RowStore) -> RetrievalCount {
        var count = RetrievalCount()
        freeSlots.removeAll(keepingCapacity: true)
        for chunk in 0..<plan.chunkCount {
            if selection.isChosen(chunk) {
                count.selected += 1
                if slots[chunk] >= 0 { count.hits += 1 }
            } else if slots[chunk] >= 0 {
                freeSlots.append(slots[chunk])
                slots[chunk] = -1
                count.evicted += 1
            }
        }
        for chunk in 0..<plan.chunkCount where selection.isChosen(chunk) && slots[chunk] < 0 {
            let slot = freeSlots.removeLast()
            let first = chunk * plan.chunkSize
            resident.copy(
                rows: first..<first + plan.chunkSize, of: offloaded, to: Int(slot) * plan.chunkSize)
            slots[chunk] = slot
            isLoaded[chunk] = true
            count.loaded += 1
        }
        return count
    }
}
