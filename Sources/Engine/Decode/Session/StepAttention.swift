import HybridKVKernels
import KVFacts
import KVNumerics

/// Retrieval and attention of one decode step, one layer at a time; heads share the threads when it is worth it.
///
/// What a layer needs is held here while its heads run, because a closure that crosses threads would be allocated at
/// every call, and a step allocates nothing.
final class StepAttention {
    private let geometry: ModelGeometry
    private let compute: Compute
    private let scores: FloatMatrix  // [threads * group, maxRows]
    private let retrievedCounts: UnsafeMutablePointer<RetrievalCount>  // [kvHeads], of the layer last done
    private var stage = Stage.none

    /// What the heads of a layer are doing.
    private enum Stage {
        case none
        case retrieval(ArraySlice<HeadCache>, queries: FloatRows)
        case attention(ArraySlice<HeadCache>, queries: FloatRows, out: FloatRows, SessionObserver)
    }

    init(geometry: ModelGeometry, maxRows: Int, compute: Compute) {
        self.geometry = geometry
        self.compute = compute
        scores = FloatMatrix(rows: compute.threads * geometry.groupSize, columns: maxRows)
        retrievedCounts = .allocate(capacity: geometry.kvHeads)
        retrievedCounts.initialize(repeating: RetrievalCount(), count: geometry.kvHeads)
    }

    deinit {
        retrievedCounts.deallocate()
    }

    /// What a head of the layer last done retrieved.
    func retrieved(head: Int) -> RetrievalCount {
        precondition(head < geometry.kvHeads)
        return retrievedCounts[head]
    }

    /// Lets every dynamic head of a layer choose and load its chunks.
    func retrieve(_ heads: ArraySlice<HeadCache>, queries: FloatRows) {
        let work = heads.reduce(0) { $0 + ($1.retriever?.plan.chunkCount ?? 0) } * queries.columns
        run(.retrieval(heads, queries: queries), parts: heads.count, work: work)
    }

    /// Exact attention of every head of a layer over its resident rows, [1, queryHeads * d].
    func attend(
        _ heads: ArraySlice<HeadCache>, queries: FloatRows, into out: FloatRows, observer: SessionObserver
    ) {
        let rows = heads.reduce(0) { $0 + $1.residentRows }
        let work = 2 * rows * geometry.headDimension * geometry.groupSize
        run(.attention(heads, queries: queries, out: out, observer), parts: heads.count, work: work)
    }

    private func run(_ stage: Stage, parts: Int, work: Int) {
        self.stage = stage
        compute.parallel(parts, work: work, self)
        self.stage = .none
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

extension StepAttention: ParallelWork {
    /// One head; every head has memory of its own, and the scores are the worker's.
    func run(part head: Int, worker: Int) {
        switch stage {
        case .none: break
        case .retrieval(let heads, let queries):
            retrievedCounts[head] = heads[heads.startIndex + head].retrieve(
                group(head, of: queries), compute: compute)
        case .attention(let heads, let queries, let out, let observer):
            let cache = heads[heads.startIndex + head]
            let table = attentionTable(worker: worker)
            let kernel = PackedAttention(
                kernels: compute.kernels, dimension: geometry.headDimension,
                type: cache.resident.format.kernelType)
            kernel.attend(cache, group(head, of: queries), into: group(head, of: out), table: table)
            cache.eviction?.note(table, rows: cache.residentRows)
            observer.note(table, rows: cache.residentRows, head: heads.startIndex + head)
        }
    }
}
