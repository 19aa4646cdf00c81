import KVFacts
import KVFiles
import KVInputs

/// Qwen2.5-VL, as Hugging Face's `Qwen2_5_VLForConditionalGeneration` computes it.
struct Qwen25VLFamily: ModelFamily {
    static let modelType = "qwen2_5_vl"

    let config: Qwen25VLConfig
    let processor: PreprocessorConfig

    init(_ checkpoint: Checkpoint) throws(CheckpointError) {
        config = try Qwen25VLConfig(checkpoint.config)
        processor = try checkpoint.preprocessor(
            PatchSizes(
                patchSize: config.vision.patchSize, temporalPatchSize: config.vision.temporalPatchSize,
                spatialMergeSize: config.vision.spatialMergeSize))
    }

    var decoder: DecoderConfig { config.text }

    var markers: VisualMarkers {
        VisualMarkers(
            image: config.imageTokenID, video: config.videoTokenID, mergeSize: config.vision.spatialMergeSize)
    }

    var visionSummary: String {
        let vision = config.vision
        let cell = vision.patchSize * vision.spatialMergeSize
        return "\(vision.depth) blocks, \(vision.heads) heads, one token for \(cell)x\(cell) pixels, "
            + "windows of \(vision.windowSize) pixels, full attention in "
            + vision.fullAttentionBlocks.map(String.init).joined(separator: ", ")
    }

    func template(jinja: String?) -> ChatTemplate { ChatTemplate(jinja: jinja) }

    func positions() -> any PositionScheme { Qwen25VLPositions() }

    func vision(_ weights: any WeightSource) throws(CheckpointError) -> any VisionEncoder {
        try VisionTower(weights, config.vision)
    }
}

/// Positions as Hugging Face's `get_rope_index` gives them: text counts on all axes; a picture that starts at p has t = p
/// + frame, h = p + row and w = p + column; text goes on behind the largest number so far.
struct Qwen25VLPositions: PositionScheme {
    private(set) var next: Int32 = 0

    mutating func text() -> RopePosition {
        defer { next += 1 }
        return RopePosition(next)
    }

    mutating func picture(_ grid: CellGrid) -> [RopePosition] {
        var positions: [RopePosition] = []
        positions.reserveCapacity(grid.count)
        for frame in 0..<grid.frames {
            for row in 0..<grid.rows {
                for column in 0..<grid.columns {
                    positions.append(
                        RopePosition(t: next + Int32(frame), h: next + Int32(row), w: next + Int32(column)))
                }
            }
        }
        next += Int32(max(grid.frames, grid.rows, grid.columns))
        return positions
    }
}
