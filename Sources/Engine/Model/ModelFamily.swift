import KVFacts
import KVFiles
import KVInputs

/// A family of models, read from one checkpoint: everything that is particular to the architecture.
///
/// A new family is a folder beside `VisionLanguageModel` and one line in `ModelFamilies`. Decoder, cache and methods know none.
package protocol ModelFamily: Sendable {
    /// The `model_type` of config.json.
    static var modelType: String { get }

    /// Reads and checks the configuration; weights are not looked at.
    /// - Throws: `CheckpointError.setting`, naming the key.
    init(_ checkpoint: Checkpoint) throws(CheckpointError)

    /// The language model.
    var decoder: DecoderConfig { get }

    /// The tokens that stand for pictures, and how many patches become one of them.
    var markers: VisualMarkers { get }

    /// How pictures become patches.
    var processor: PreprocessorConfig { get }

    /// The vision tower in one line, for people.
    var visionSummary: String { get }

    /// The chat template, told the Jinja text of the folder, if it has one.
    func template(jinja: String?) -> ChatTemplate

    /// Where a prompt's tokens stand, from its beginning.
    func positions() -> any PositionScheme

    /// The vision tower over a checkpoint's weights.
    /// - Throws: `CheckpointError.missingTensor` or `.shapeMismatch`.
    func vision(_ weights: any WeightSource) throws(CheckpointError) -> any VisionEncoder
}

/// The tokens of a vocabulary that stand for pictures and videos.
package struct VisualMarkers: Sendable, Hashable {
    /// Stands for one visual token of a picture.
    package let image: Int32
    /// Stands for one visual token of a video.
    package let video: Int32
    /// Side of the square of patches that become one visual token.
    package let mergeSize: Int
}

/// Where tokens stand for rotation, told from left to right.
package protocol PositionScheme: Sendable {
    /// The position of the next token of text.
    mutating func text() -> RopePosition

    /// The positions of a picture's visual tokens, in raster order.
    mutating func picture(_ grid: CellGrid) -> [RopePosition]

    /// The position that text goes on from.
    var next: Int32 { get }
}

/// The families that the engine knows.
enum ModelFamilies {
    static let all: [any ModelFamily.Type] = [Qwen25VLFamily.self]

    /// The family of a checkpoint, by the `model_type` of its config.json.
    /// - Throws: `CheckpointError.setting` for a type that no family has, or what the family finds wrong.
    static func read(_ checkpoint: Checkpoint) throws(CheckpointError) -> any ModelFamily {
        let found = checkpoint.config.object["model_type"]
        // Files without a type are taken for the first family, whose checks then say what is missing.
        let name = found == nil ? all[0].modelType : found?.stringValue
        guard let family = all.first(where: { $0.modelType == name }) else {
            let known = all.map { "\"\($0.modelType)\"" }.joined(separator: ", ")
            throw checkpoint.config.error("model_type", known, found: found)
        }
        return try family.init(checkpoint)
    }
}
