import HybridKVKernels

/// Retrieval and attention of one decode step, one layer at a time; heads share the threads when it is worth it.
final class StepAttention {
    private let geometry: ModelGeometry
    private let scores: FloatMatrix  // [threads * group, maxRows]
    private var retrievedCounts: [RetrievalCount]  // [kvHeads], of the layer last done

    init(geometry: ModelGeometry, maxRows: Int, threads: Int) {
        self.geometry = geometry
        scores = FloatMatrix(rows: threads * geometry.groupSize, columns: maxRows)
        retrievedCounts = Array(repeating: RetrievalCount(), count: geometry.kvHeads)
    }

    /// What a head of the layer last done retrieved.
    func retrieved(head: Int) -> RetrievalCount { retrievedCounts[head] }

    /// Lets every dynamic head of a layer choose and load its chunks.
    func retrieve(_ heads: ArraySlice<HeadCache>, queries: FloatRows, compute: Compute) {
        let work = heads.reduce(0) { $0 + ($1.retriever?.plan.chunkCount ?? 0) } * queries.columns
        let first = heads.startIndex
        retrievedCounts.withUnsafeMutableBufferPointer { counts in
            // Safety: every part writes the entry of its own head only.
            nonisolated(unsafe) let counts = counts
            compute.parallel(heads.count, work: work) { head, _ in
                counts[head] = heads[first + head].retrieve(group(head, of: queries), compute: compute)
            }
        }
    }

    /// Exact attention of every head of a layer over its resident rows, [1, queryHeads * d].
    func attend(
        _ heads: ArraySlice<HeadCache>, queries: FloatRows, into out: FloatRows, observer: SessionObserver,
        compute: Compute
    ) {
        let rows = heads.reduce(0) { $0 + $1.residentRows }
        let first = heads.startIndex
        let work = 2 * rows * geometry.headDimension * geometry.groupSize
        compute.parallel(heads.count, work: work) { head, worker in
            let cache = heads[first + head]
            let table = attentionTable(worker: worker)
            let kernel = PackedAttention(
                kernels: compute.kernels, dimension: geometry.headDimension,
                type: cache.resident.element.kernelType)
            kernel.attend(cache, group(head, of: queries), into: group(head, of: out), table: table)
            observer.note(table, rows: cache.residentRows, head: first + head)
        }
    }

    /// The rows of one head's group in [1, queryHeads * d], as [group, d].
    private func group(_ head: Int, of rows: FloatRows) -> FloatRows {
        let dimension = geometry.headDimension
        return FloatRows(
            base: rows.base + head * geometry.groupSize * dimension, rows: geometry.groupSize,
            columns: dimension,
            stride: dimension)
    }

    /// One thread's scores, [group, maxRows].
    private func attentionTable(worker: Int) -> FloatRows {
        FloatRows(
            base: scores.all.row(worker * geometry.groupSize), rows: geometry.groupSize,
            columns: scores.all.columns, stride: scores.all.stride)
    }
}
