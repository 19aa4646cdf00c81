import HybridKVKernels
import KVFiles
import KVNumerics

/// One block of the vision tower: x + attention(norm x), then + MLP(norm x); `Qwen2_5_VLVisionBlock`.
struct VisionBlock: Sendable {
    private let heads: Int
    private let attentionNorm: RMSNorm
    private let fused: Linear, projection: Linear
    private let mlpNorm: RMSNorm
    private let gate: Linear, up: Linear, down: Linear

    init(
        _ weights: any WeightSource, _ config: Qwen25VLConfig.VisionConfig, _ index: Int
    ) throws(CheckpointError) {
        let name = "visual.blocks.\(index)."
        let hidden = config.hiddenSize
        let width = config.intermediateSize
        heads = config.heads
        attentionNorm = try RMSNorm(weights, name + "norm1", width: hidden, epsilon: VisionBlock.epsilon)
        fused = try Linear(weights, name + "attn.qkv", inputs: hidden, outputs: 3 * hidden, hasBias: true)
        projection = try Linear(
            weights, name + "attn.proj", inputs: hidden, outputs: hidden, hasBias: true)
        mlpNorm = try RMSNorm(weights, name + "norm2", width: hidden, epsilon: VisionBlock.epsilon)
        gate = try Linear(weights, name + "mlp.gate_proj", inputs: hidden, outputs: width, hasBias: true)
        up = try Linear(weights, name + "mlp.up_proj", inputs: hidden, outputs: width, hasBias: true)
        down = try Linear(weights, name + "mlp.down_proj", inputs: width, outputs: hidden, hasBias: true)
    }

    /// Fixed in Hugging Face's code, not in the configuration.
    static let epsilon: Float = 1e-6

    /// Updates `hidden` [patches, hidden]; a patch attends to the patches of its own range.
    func forward(
        _ hidden: FloatRows, ranges: [Range<Int>], angles: VisionAngles, scratch: borrowing VisionScratch,
        compute: Compute
    ) {
        let normed = scratch.normed.all
        compute.normalize(hidden, attentionNorm, into: normed)
        compute.project(normed, fused, into: scratch.fused.all)
        rotate(scratch.fused.all, angles: angles, compute: compute)
        attend(scratch.fused.all, ranges: ranges, into: scratch.attended.all, scratch.scores.all, compute)
        compute.project(scratch.attended.all, projection, into: normed)
        compute.add(normed, to: hidden)

        compute.normalize(hidden, mlpNorm, into: normed)
        compute.project(normed, gate, into: scratch.gate.all)
        compute.project(normed, up, into: scratch.up.all)
        compute.gate(scratch.gate.all, with: scratch.up.all)
        compute.project(scratch.gate.all, down, into: normed)
        compute.add(normed, to: hidden)
    }

    /// Rotates queries and keys of every patch and head in place.
    private func rotate(_ fused: FloatRows, angles: VisionAngles, compute: Compute) {
        let hidden = fused.columns / 3
        let dimension = hidden / heads
        angles.withRows { cosine, sine in
            for patch in 0..<fused.rows {
                let row = fused.row(patch)
                for part in 0..<2 {
                    for head in 0..<heads {
                        compute.kernels.rotate(
                            row + part * hidden + head * dimension, cosine + patch * dimension / 2,
                            sine + patch * dimension / 2, dimension)
                    }
                }
            }
        }
    }

    /// Exact attention inside each range, in blocks of queries.
    private func attend(
        _ fused: FloatRows, ranges: [Range<Int>], into out: FloatRows, _ scores: FloatRows, _ compute: Compute
    ) {
        let hidden = fused.columns / 3
        let dimension = hidden / heads
        let scale = 1 / Float(dimension).squareRoot()
        let block = VisionScratch.queryBlock
        var jobs: [(head: Int, queries: Range<Int>, keys: Range<Int>)] = []
        for keys in ranges {
            for start in stride(from: keys.lowerBound, to: keys.upperBound, by: block) {
                let queries = start..<min(start + block, keys.upperBound)
                for head in 0..<heads { jobs.append((head, queries, keys)) }
            }
        }
        compute.parallel(jobs.count) { part, worker in
            let (head, queries, keys) = jobs[part]
            let column = head * dimension
            let table = scores.base + worker * block * scores.stride
            compute.kernels.matmul_nt(
                queries.count, keys.count, dimension, fused.row(queries.lowerBound) + column, fused.stride,
                fused.row(keys.lowerBound) + hidden + column, .init(0), fused.stride, nil, table,
                scores.stride)
            for (place, query) in queries.enumerated() {
                compute.kernels.softmax(table + place * scores.stride, keys.count, scale)
                (out.row(query) + column).update(repeating: 0, count: dimension)
            }
            compute.kernels.accumulate(
                queries.count, keys.count, dimension, table, scores.stride,
                fused.row(keys.lowerBound) + 2 * hidden + column, .init(0), fused.stride,
                out.row(queries.lowerBound) + column, out.stride)
        }
    }
}

/// RMSNorm, four neighbouring patches side by side, two linear layers with GELU; `Qwen2_5_VLPatchMerger`.
struct PatchMerger: Sendable {
    private let norm: RMSNorm
    private let widen: Linear, project: Linear
    private let unit: Int

    init(_ weights: any WeightSource, _ config: Qwen25VLConfig.VisionConfig) throws(CheckpointError) {
        unit = config.spatialMergeSize * config.spatialMergeSize
        let width = config.hiddenSize * unit
        norm = try RMSNorm(
            weights, "visual.merger.ln_q", width: config.hiddenSize, epsilon: VisionBlock.epsilon)
        widen = try Linear(weights, "visual.merger.mlp.0", inputs: width, outputs: width, hasBias: true)
        project = try Linear(
            weights, "visual.merger.mlp.2", inputs: width, outputs: config.outputSize, hasBias: true)
    }

    /// Merges [patches, hidden] in window order to [cells, output] in raster order.
    func merge(_ hidden: FloatRows, order: [Int], compute: Compute) -> [Float] {
        compute.normalize(hidden, norm, into: hidden)
        let cells = hidden.rows / unit
        let merged = FloatRows(
            base: hidden.base, rows: cells, columns: hidden.columns * unit, stride: hidden.columns * unit)
        let inner = FloatMatrix(rows: cells, columns: widen.outputs)
        compute.project(merged, widen, into: inner.all)
        compute.kernels.gelu(inner.all.base, cells * widen.outputs)
        let out = FloatMatrix(rows: cells, columns: project.outputs)
        compute.project(inner.all, project, into: out.all)
        return [Float](unsafeUninitializedCapacity: cells * project.outputs) { buffer, filled in
            if let base = buffer.baseAddress {
                for (place, cell) in order.enumerated() {
                    (base + cell * project.outputs).initialize(
                        from: out.all.row(place), count: project.outputs)
                }
            }
            filled = cells * project.outputs
        }
    }
}
