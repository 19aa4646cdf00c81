import HybridKVKernels
import KVFiles
import KVInputs
import KVNumerics

/// The vision tower: patches of one picture to one embedding per merged cell.
///
/// Follows Hugging Face's `Qwen2_5_VisionTransformerPretrainedModel`. Pictures never attend to one another, so they
/// are processed one by one, and the scratch memory is that of the largest.
package struct VisionTower: VisionEncoder {
    package let config: Qwen25VLConfig.VisionConfig
    private let patchEmbedding: Linear
    private let blocks: [VisionBlock]
    private let merger: PatchMerger
    private let rotary: VisionRotary

    init(_ weights: any WeightSource, _ config: Qwen25VLConfig.VisionConfig) throws(CheckpointError) {
        self.config = config
        let width = config.inputChannels * config.temporalPatchSize * config.patchSize * config.patchSize
        let kernel = try weights.tensor(
            "visual.patch_embed.proj.weight",
            shape: [
                config.hiddenSize, config.inputChannels, config.temporalPatchSize, config.patchSize,
                config.patchSize,
            ])
        // The convolution's stride equals its kernel, so over flattened patches it is a matrix product.
        patchEmbedding = Linear(kernel, bias: nil, inputs: width, outputs: config.hiddenSize)
        var blocks: [VisionBlock] = []
        for index in 0..<config.depth { blocks.append(try VisionBlock(weights, config, index)) }
        self.blocks = blocks
        merger = try PatchMerger(weights, config)
        rotary = VisionRotary(headDimension: config.hiddenSize / config.heads)
    }

    /// Embeds the patches of one picture or video.
    ///
    /// - Parameters:
    ///   - patches: [t*h*w, channels*temporal*patch*patch] in Hugging Face's order.
    ///   - grid: the patch grid.
    ///   - observe: called with the activations after each stage, in the tower's own (window) order.
    /// - Returns: [t*h*w / merge^2, output size], in raster order of the merged grid.
    package func embed(
        _ patches: [Float], grid: GridTHW, compute: Compute, progress: Progress,
        observe: ((VisionStage, FloatRows) -> Void)?
    ) throws(ModelError) -> [Float] {
        let count = grid.t * grid.h * grid.w
        let unit = config.spatialMergeSize * config.spatialMergeSize
        let order = WindowOrder(grid: grid, config: config)
        let scratch = VisionScratch(patches: count, config: config, threads: compute.threads)
        let hidden = scratch.hidden.all

        embedPatches(patches, order: order, unit: unit, into: hidden, scratch: scratch, compute: compute)
        observe?(.patches, hidden)
        let angles = rotary.angles(grid: grid, merge: config.spatialMergeSize, order: order.units, unit: unit)
        let full = order.frames
        for (index, block) in blocks.enumerated() {
            guard progress.report(Double(index) / Double(blocks.count)) else { throw .cancelled }
            let ranges = config.fullAttentionBlocks.contains(index) ? full : order.windows
            block.forward(hidden, ranges: ranges, angles: angles, scratch: scratch, compute: compute)
            observe?(.block(index), hidden)
        }
        return merger.merge(hidden, order: order.units, compute: compute)
    }

    /// Patches in window order through the patch embedding.
    private func embedPatches(
        _ patches: [Float], order: WindowOrder, unit: Int, into hidden: FloatRows,
        scratch: borrowing VisionScratch,
        compute: Compute
    ) {
        let width = patchEmbedding.inputs
        precondition(patches.count == hidden.rows * width)
        let permuted = FloatMatrix(rows: hidden.rows, columns: width)
        patches.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            for (place, origin) in order.units.enumerated() {
                (permuted.all.base + place * unit * width)
                    .update(from: base + origin * unit * width, count: unit * width)
            }
        }
        compute.project(permuted.all, patchEmbedding, into: hidden)
    }
}

/// Scratch memory of one picture's way through the tower.
struct VisionScratch: ~Copyable {
    package let hidden: FloatMatrix  // [patches, hidden]
    let normed: FloatMatrix  // [patches, hidden]
    let fused: FloatMatrix  // [patches, 3*hidden]: queries, keys, values
    package let attended: FloatMatrix  // [patches, hidden]
    let gate: FloatMatrix, up: FloatMatrix  // [patches, intermediate]
    let scores: FloatMatrix  // [threads * queryBlock, patches]

    /// Queries whose scores are held at a time, so that memory grows with N and not with N squared.
    static let queryBlock = 64

    init(patches: Int, config: Qwen25VLConfig.VisionConfig, threads: Int) {
        hidden = FloatMatrix(rows: patches, columns: config.hiddenSize)
        normed = FloatMatrix(rows: patches, columns: config.hiddenSize)
        fused = FloatMatrix(rows: patches, columns: 3 * config.hiddenSize)
        attended = FloatMatrix(rows: patches, columns: config.hiddenSize)
        gate = FloatMatrix(rows: patches, columns: config.intermediateSize)
        up = FloatMatrix(rows: patches, columns: config.intermediateSize)
        scores = FloatMatrix(rows: threads * Self.queryBlock, columns: patches)
    }
}
