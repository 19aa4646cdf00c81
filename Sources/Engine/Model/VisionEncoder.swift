import KVInputs
import KVNumerics

/// The part of a model that turns patches into embeddings of visual tokens.
package protocol VisionEncoder: Sendable {
    /// Embeds the patches of one picture or video.
    ///
    /// - Parameters:
    ///   - patches: [t*h*w, channels*temporal*patch*patch] in the order of the family's processor.
    ///   - grid: the patch grid.
    ///   - observe: called with the activations after each stage, in the encoder's own order.
    /// - Returns: [visual tokens, hidden], in raster order of the merged grid.
    /// - Throws: `.cancelled` when `progress` says so.
    func embed(
        _ patches: [Float], grid: GridTHW, compute: Compute, progress: Progress,
        observe: ((VisionStage, FloatRows) -> Void)?
    ) throws(ModelError) -> [Float]
}

extension VisionEncoder {
    /// Embeds patches without an observer.
    package func embed(
        _ patches: [Float], grid: GridTHW, compute: Compute, progress: Progress
    ) throws(ModelError) -> [Float] {
        try embed(patches, grid: grid, compute: compute, progress: progress, observe: nil)
    }
}

/// The places where the activations of a vision encoder can be observed.
package enum VisionStage: Hashable {
    /// After the patch embedding.
    case patches
    /// After a block.
    case block(Int)
}
