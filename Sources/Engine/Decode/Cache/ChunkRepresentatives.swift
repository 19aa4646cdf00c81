import HybridKVKernels
import KVFacts
import KVNumerics

/// Builds the vectors that stand for chunks, in the type in which the cache stores rows.
enum ChunkRepresentatives {
    /// A store whose keys hold [chunks, vectors * d].
    static func build(_ plan: RetrievalPlan, source: RowStore, compute: Compute) -> RowStore {
        let dimension = source.dimension
        let width = plan.representative.vectorsPerChunk * dimension
        let store = RowStore(keysOnly: plan.chunkCount, dimension: width, format: source.format)
        let keys = FloatMatrix(rows: plan.chunkSize, columns: dimension)
        let out = FloatMatrix(rows: 1, columns: width)
        for chunk in 0..<plan.chunkCount {
            compute.kernels.widen(
                source.key(chunk * plan.chunkSize), source.format.kernelType, plan.chunkSize * dimension,
                keys.all.base)
            let vector = out.all.row(0)
            switch plan.representative {
            case .mean: mean(keys.all, into: vector)
            case .minmax: bounds(keys.all, into: vector, compute)
            case .topToken:
                vector.update(
                    from: keys.all.row(Int(plan.topTokens[chunk]) - chunk * plan.chunkSize), count: dimension)
            }
            compute.kernels.narrow(vector, width, source.format.kernelType, store.key(chunk))
        }
        return store
    }

    private static func mean(_ keys: FloatRows, into out: UnsafeMutablePointer<Float>) {
        for channel in 0..<keys.columns {
            var sum = 0.0
            for row in 0..<keys.rows { sum += Double(keys.row(row)[channel]) }
            out[channel] = Float(sum / Double(keys.rows))
        }
    }

    private static func bounds(_ keys: FloatRows, into out: UnsafeMutablePointer<Float>, _ compute: Compute) {
        let low = out
        let high = out + keys.columns
        low.update(from: keys.row(0), count: keys.columns)
        high.update(from: keys.row(0), count: keys.columns)
        for row in 1..<max(1, keys.rows) { compute.kernels.bounds(keys.row(row), low, high, keys.columns) }
    }
}
