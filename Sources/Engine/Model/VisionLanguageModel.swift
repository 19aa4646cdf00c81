import KVFacts
import KVFiles
import KVNumerics

/// A checkpoint, ready to compute: immutable weights and pure functions over them.
///
/// All state of a run (caches, scratch memory, positions) lives with the caller, so one model can serve any number
/// of prefills and sessions. What is particular to its architecture is its family's.
public final class VisionLanguageModel: Sendable {
    /// Where the weights come from.
    public let checkpoint: Checkpoint
    /// How the checkpoint's authors decode.
    public let generation: GenerationConfig
    package let family: any ModelFamily
    package let vision: any VisionEncoder
    package let decoder: Decoder

    /// Chooses the family, and looks up every weight with its shape; nothing is copied but biases and norms.
    /// - Throws: `CheckpointError` for a family that is not known, a setting that is wrong, or a weight that is missing.
    public init(_ checkpoint: Checkpoint) throws(CheckpointError) {
        self.checkpoint = checkpoint
        family = try ModelFamilies.read(checkpoint)
        generation = try checkpoint.generation(vocabularySize: family.decoder.vocabularySize)
        vision = try family.vision(checkpoint.weights)
        decoder = try Decoder(checkpoint.weights, family.decoder)
    }

    /// The sizes, with a cache that stores rows as `kvElement`.
    public func geometry(kvElement: RowFormat) -> ModelGeometry {
        let text = family.decoder
        return ModelGeometry(
            name: checkpoint.name, type: type(of: family).modelType, layers: text.layers,
            queryHeads: text.queryHeads, kvHeads: text.kvHeads, headDimension: text.headDimension,
            hiddenSize: text.hiddenSize, vocabularySize: text.vocabularySize,
            parameterCount: checkpoint.weights.parameterCount, weightBytes: checkpoint.weights.weightBytes,
            kvElement: kvElement)
    }

    /// The longest sequence that the model was made for.
    public var maxPositions: Int { family.decoder.maxPositions }

    /// The vision tower in one line, for people.
    public var visionSummary: String { family.visionSummary }
}
