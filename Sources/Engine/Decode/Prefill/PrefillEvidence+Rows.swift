import HybridKVKernels
import KVFacts
import KVMethods
import KVNumerics

extension Prefilled {
    /// Keys, values and their projections, read from the stored rows when a method asks for them.
    /// - Throws: `.evidenceMissing` when a session released the rows.
    func rowEvidence(_ compute: Compute) throws(PolicyError) -> RowEvidence {
        let rows = stores.compactMap { $0 }
        guard rows.count == stores.count else {
            throw .evidenceMissing("the prompt's rows", method: "the plan")
        }
        let (geometry, count, outputs) = (geometry, tokenCount, outputs)
        return RowEvidence(
            dimension: geometry.headDimension,
            read: { head, part in
                let store = rows[geometry.index(of: head)]
                return Self.widened(part == .keys ? store.keys : store.values, store, count, compute)
            },
            project: { queryHead in
                let (layer, inLayer) = (queryHead / geometry.queryHeads, queryHead % geometry.queryHeads)
                let store = rows[layer * geometry.kvHeads + inLayer / geometry.groupSize]
                let values = Self.widened(store.values, store, count, compute)
                return Self.projectedNorms(
                    values, outputs[layer], column: inLayer * geometry.headDimension,
                    dimension: geometry.headDimension, compute)
            })
    }

    /// [N, d] in f32.
    private static func widened(
        _ rows: UnsafeMutableRawPointer, _ store: RowStore, _ count: Int, _ compute: Compute
    ) -> [Float] {
        let elements = count * store.dimension
        return [Float](unsafeUninitializedCapacity: elements) { buffer, filled in
            if let out = buffer.baseAddress, elements > 0 {
                compute.kernels.widen(rows, store.format.kernelType, elements, out)
            }
            filled = elements
        }
    }

    /// L1 norms of rows [N, d] behind the columns `column ..< column + d` of a projection, [N].
    private static func projectedNorms(
        _ rows: [Float], _ projection: Linear, column: Int, dimension: Int, _ compute: Compute
    ) -> [Double] {
        let block = 64
        let out = FloatMatrix(rows: block, columns: projection.outputs)
        let first = projection.weight + column * hkv_size(projection.type)
        var norms: [Double] = []
        rows.withUnsafeBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            let count = rows.count / dimension
            for start in stride(from: 0, to: count, by: block) {
                let size = min(block, count - start)
                compute.kernels.matmul_nt(
                    size, projection.outputs, dimension, base + start * dimension, dimension, first,
                    projection.type, projection.inputs, nil, out.all.base, out.all.stride)
                for row in 0..<size {
                    let line = out.all.row(row)
                    norms.append((0..<projection.outputs).reduce(0.0) { $0 + Double(abs(line[$1])) })
                }
            }
        }
        return norms
    }
}
