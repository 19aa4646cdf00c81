import KVFacts
import KVFiles

/// A Qwen2.5-VL checkpoint, ready to compute: immutable weights and pure functions over them.
///
/// All state of a run (caches, scratch memory, positions) lives with the caller, so one model can serve any number
/// of prefills and sessions. Follows Hugging Face's `Qwen2_5_VLForConditionalGeneration`.
public final class Qwen25VL: Sendable {
    /// Where the weights come from.
    public let checkpoint: Checkpoint
    package let vision: VisionTower
    package let decoder: Decoder

    /// Looks up every weight, with its shape; nothing is copied but biases and norms.
    public init(_ checkpoint: Checkpoint) throws(CheckpointError) {
        self.checkpoint = checkpoint
        vision = try VisionTower(checkpoint)
        decoder = try Decoder(checkpoint)
    }

    /// The sizes, with a cache that stores rows as `kvElement`.
    public func geometry(kvElement: ElementType) -> ModelGeometry {
        let text = checkpoint.config.text
        return ModelGeometry(
            name: checkpoint.folder.split(separator: "/").last.map(String.init) ?? checkpoint.folder,
            type: "qwen2_5_vl", layers: text.layers, queryHeads: text.queryHeads, kvHeads: text.kvHeads,
            headDimension: text.headDimension, hiddenSize: text.hiddenSize,
            vocabularySize: text.vocabularySize,
            parameterCount: checkpoint.parameterCount, weightBytes: checkpoint.weightBytes,
            kvElement: kvElement)
    }
}
