import HybridKVKernels
import KVFacts
import KVNumerics

/// Merges the dropped rows of one head, in f32 on the rows as they are stored.
struct RowMerger {
    let merging: RowMerging
    let compute: Compute

    /// Writes the merged rows over the kept ones in `target`, whose row i is token `kept[i]` of `source`.
    func merge(kept: [Int32], of source: RowStore, into target: RowStore) {
        let count = source.capacity
        guard !kept.isEmpty, kept.count < count else { return }
        let keys = widened(source.keys, source)
        let values = widened(source.values, source)
        let isKept = Set(kept)
        let dropped = (0..<Int32(count)).filter { !isKept.contains($0) }
        let nearest = nearestKept(dropped, kept, keys.all)
        let similarities = nearest.reduce(0.0) { $0 + Double($1.similarity) }
        let mean = Float(similarities / Double(max(1, dropped.count)))
        for (tensor, out) in [(keys.all, target.keys), (values.all, target.values)] {
            write(tensor, kept: kept, dropped: dropped, nearest: nearest, mean: mean, source, to: out)
        }
    }

    private func widened(_ rows: UnsafeMutableRawPointer, _ store: RowStore) -> FloatMatrix {
        let matrix = FloatMatrix(rows: store.capacity, columns: store.dimension)
        for row in 0..<store.capacity {
            compute.kernels.widen(
                rows + row * store.vectorBytes, store.format.kernelType, store.dimension, matrix.all.row(row)
            )
        }
        return matrix
    }

    /// Where each dropped row goes: ties to the smaller place; a vector without length is as near to all.
    private func nearestKept(_ dropped: [Int32], _ kept: [Int32], _ keys: FloatRows) -> [Nearest] {
        let width = keys.columns
        let keptKeys = FloatMatrix(rows: kept.count, columns: width)
        for (place, token) in kept.enumerated() {
            keptKeys.all.row(place).update(from: keys.row(Int(token)), count: width)
        }
        let keptNorms = (0..<kept.count).map { norm(keptKeys.all.row($0), width) }
        let size = 64
        let products = FloatMatrix(rows: compute.threads * size, columns: kept.count)
        let block = FloatMatrix(rows: compute.threads * size, columns: width)
        var result = [Nearest](repeating: Nearest(place: 0, similarity: 0), count: dropped.count)
        result.withUnsafeMutableBufferPointer { result in
            // Safety: every part writes the entries of its own rows only.
            nonisolated(unsafe) let result = result
            compute.parallel((dropped.count + size - 1) / size) { part, worker in
                let tokens = dropped[part * size..<min((part + 1) * size, dropped.count)]
                let first = worker * size
                for (row, token) in tokens.enumerated() {
                    block.all.row(first + row).update(from: keys.row(Int(token)), count: width)
                }
                compute.kernels.matmul_nt(
                    tokens.count, kept.count, width, block.all.row(first), block.all.stride,
                    keptKeys.all.base,
                    HKV_F32, keptKeys.all.stride, nil, products.all.row(first), products.all.stride)
                for row in 0..<tokens.count {
                    result[part * size + row] = best(
                        products.all.row(first + row), keptNorms, norm(block.all.row(first + row), width))
                }
            }
        }
        return result
    }

    private struct Nearest {
        var place: Int
        var similarity: Float
    }

    private func best(_ products: UnsafePointer<Float>, _ norms: [Float], _ norm: Float) -> Nearest {
        var best = Nearest(place: 0, similarity: -.infinity)
        for place in norms.indices {
            let length = norm * norms[place]
            let similarity = length > 0 ? products[place] / length : 0
            if similarity > best.similarity { best = Nearest(place: place, similarity: similarity) }
        }
        return best
    }

    private func norm(_ vector: UnsafePointer<Float>, _ count: Int) -> Float {
        var sum: Float = 0
        for channel in 0..<count { sum += vector[channel] * vector[channel] }
        return sum.squareRoot()
    }

    private func write(
        _ rows: FloatRows, kept: [Int32], dropped: [Int32], nearest: [Nearest],
        mean: Float,
        _ source: RowStore, to out: UnsafeMutableRawPointer
    ) {
        let width = rows.columns
        let sums = FloatMatrix(rows: kept.count, columns: width)
        var counts = [Int](repeating: 1, count: kept.count)
        for (place, token) in kept.enumerated() {
            sums.all.row(place).update(from: rows.row(Int(token)), count: width)
        }
        for (token, target) in zip(dropped, nearest) where merging != .weighted || target.similarity >= mean {
            let (sum, own) = (sums.all.row(target.place), rows.row(Int(token)))
            let other = rows.row(Int(kept[target.place]))
            for channel in 0..<width {
                switch merging {
                case .pivot: sum[channel] += (own[channel] + other[channel]) / 2
                case .average: sum[channel] += own[channel]
                case .weighted: sum[channel] += target.similarity * own[channel]
                }
            }
            counts[target.place] += 1
        }
        for place in kept.indices where counts[place] > 1 {
            let row = sums.all.row(place)
            for channel in 0..<width { row[channel] /= Float(counts[place]) }
            compute.kernels.narrow(
                row, width, source.format.kernelType, out + place * source.vectorBytes)
        }
    }
}
