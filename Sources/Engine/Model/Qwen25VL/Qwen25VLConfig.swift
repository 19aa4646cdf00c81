import KVFiles

/// The sizes and settings of a Qwen2.5-VL model, from `config.json`.
///
/// Reads the flat form of the published checkpoints (text settings at the top level, `rope_scaling`) and the
/// nested form of newer transformers releases (`text_config`, `rope_parameters`). Names in the file follow
/// `Qwen2_5_VLConfig`; every number is checked here so that the model can rely on it.
public struct Qwen25VLConfig: Sendable, Hashable {
    /// The language model.
    public let text: DecoderConfig
    /// The vision tower.
    public let vision: VisionConfig
    /// The token that stands for one visual token of an image (`<|image_pad|>`).
    public let imageTokenID: Int32
    /// The token that stands for one visual token of a video (`<|video_pad|>`).
    public let videoTokenID: Int32
    /// The token before the visual tokens.
    public let visionStartTokenID: Int32
    /// The token after the visual tokens.
    public let visionEndTokenID: Int32

    /// The sizes of the vision tower.
    public struct VisionConfig: Sendable, Hashable {
        /// Transformer blocks.
        public let depth: Int
        /// Width of the residual stream.
        public let hiddenSize: Int
        /// Width inside the MLP.
        public let intermediateSize: Int
        /// Attention heads; `hiddenSize / heads` is a multiple of 4.
        public let heads: Int
        /// Colour channels; always 3.
        public let inputChannels: Int
        /// Side of a patch in pixels.
        public let patchSize: Int
        /// Side of the square of patches that become one visual token.
        public let spatialMergeSize: Int
        /// Frames in one patch.
        public let temporalPatchSize: Int
        /// Side of an attention window in pixels.
        public let windowSize: Int
        /// The blocks that attend over the whole frame, ascending; all others attend inside windows.
        public let fullAttentionBlocks: [Int]
        /// Width of a visual token: the text model's `hiddenSize`.
        public let outputSize: Int
        /// Temporal RoPE positions per second of video.
        public let tokensPerSecond: Double

        /// Width of one attention head.
        public var headDimension: Int { hiddenSize / heads }
        /// Numbers in one flattened patch: channels x frames x side x side.
        public var patchElements: Int { inputChannels * temporalPatchSize * patchSize * patchSize }
    }

    /// Reads `config.json`.
    ///
    /// - Throws: `CheckpointError.json` or `.setting`, naming the key.
    public init(json: [UInt8], file: String = "config.json") throws(CheckpointError) {
        try self.init(try Settings(json: json, file: file))
    }

    init(_ top: Settings) throws(CheckpointError) {
        try top.require("model_type", is: "qwen2_5_vl")
        if let quantization = top.object["quantization_config"] {
            throw top.error(
                "quantization_config", "no quantisation: unquantised weights", found: quantization)
        }
        if let nested = try top.nested("text_config") {
            text = try DecoderConfig(nested, top: top)
        } else {
            text = try DecoderConfig(top, top: top)
        }
        guard let visionSettings = try top.nested("vision_config") else {
            throw top.error("vision_config", "an object")
        }
        vision = try VisionConfig(visionSettings, textHiddenSize: text.hiddenSize)
        let ids = 0...(text.vocabularySize - 1)
        imageTokenID = Int32(try top.integer("image_token_id", ids))
        videoTokenID = Int32(try top.integer("video_token_id", ids))
        visionStartTokenID = Int32(try top.integer("vision_start_token_id", ids))
        visionEndTokenID = Int32(try top.integer("vision_end_token_id", ids))
        guard imageTokenID != videoTokenID else {
            throw top.error(
                "video_token_id", "another id than image_token_id", found: .integer(Int(videoTokenID)))
        }
    }
}

extension DecoderConfig {
    fileprivate init(_ settings: Settings, top: Settings) throws(CheckpointError) {
        try settings.require("hidden_act", is: "silu")
        if try settings.bool("use_sliding_window", default: false) {
            throw settings.error("use_sliding_window", "false", found: .bool(true))
        }
        hiddenSize = try settings.integer("hidden_size", 2...Limits.width)
        intermediateSize = try settings.integer("intermediate_size", 1...Limits.width)
        layers = try settings.integer("num_hidden_layers", 1...Limits.layers)
        queryHeads = try settings.integer("num_attention_heads", 1...Limits.heads)
        kvHeads = try settings.integer("num_key_value_heads", 1...Limits.heads, default: queryHeads)
        vocabularySize = try settings.integer("vocab_size", 1...Limits.vocabulary)
        maxPositions = try settings.integer("max_position_embeddings", 1...Limits.positions, default: 32768)
        rmsNormEpsilon = try settings.double("rms_norm_eps", 0...1, default: 1e-5)
        guard hiddenSize % (2 * queryHeads) == 0 else {
            throw settings.error(
                "num_attention_heads",
                "a divisor of hidden_size \(hiddenSize) that gives heads of even width",
                found: .integer(queryHeads))
        }
        headDimension = hiddenSize / queryHeads
        guard queryHeads % kvHeads == 0 else {
            throw settings.error(
                "num_key_value_heads", "a divisor of num_attention_heads \(queryHeads)",
                found: .integer(kvHeads))
        }
        _ = try settings.integer("head_dim", headDimension...headDimension, default: headDimension)
        // Newer files keep theta with the other rotary settings; older ones beside hidden_size.
        let hasNewerForm = settings.object["rope_parameters"] != nil
        guard let rope = try settings.nested(hasNewerForm ? "rope_parameters" : "rope_scaling") else {
            throw settings.error("rope_scaling", "an object with mrope_section")
        }
        let thetaPlace = rope.object["rope_theta"] == nil ? settings : rope
        ropeTheta = try thetaPlace.double("rope_theta", 1...1e12, default: 1_000_000)
        let kind = rope.object["rope_type"] ?? rope.object["type"]
        guard kind == nil || kind?.stringValue == "default" || kind?.stringValue == "mrope" else {
            throw rope.error("type", "\"mrope\" or \"default\"", found: kind)
        }
        let sections = try rope.integers("mrope_section", 0...headDimension)
        guard let sections, sections.count == 3, sections.reduce(0, +) == headDimension / 2 else {
            throw rope.error(
                "mrope_section", "three integers with the sum \(headDimension / 2) (half a head)",
                found: rope.object["mrope_section"])
        }
        mropeSection = sections
        let tiePlace = top.object["tie_word_embeddings"] == nil ? settings : top
        tiedEmbeddings = try tiePlace.bool("tie_word_embeddings", default: false)
    }
}

extension Qwen25VLConfig.VisionConfig {
    fileprivate init(_ settings: Settings, textHiddenSize: Int) throws(CheckpointError) {
        try settings.require("hidden_act", is: "silu")
        depth = try settings.integer("depth", 1...Limits.layers, default: 32)
        hiddenSize = try settings.integer("hidden_size", 4...Limits.width)
        intermediateSize = try settings.integer("intermediate_size", 1...Limits.width, default: 3420)
        heads = try settings.integer("num_heads", 1...Limits.heads, default: 16)
        // transformers writes in_channels, the published checkpoints in_chans.
        let channelKey = settings.object["in_channels"] == nil ? "in_chans" : "in_channels"
        inputChannels = try settings.integer(channelKey, 3...3, default: 3)
        patchSize = try settings.integer("patch_size", 1...256, default: 14)
        spatialMergeSize = try settings.integer("spatial_merge_size", 1...16, default: 2)
        temporalPatchSize = try settings.integer("temporal_patch_size", 1...16, default: 2)
        let cell = patchSize * spatialMergeSize
        windowSize = try settings.integer("window_size", cell...65536, default: max(cell, 112))
        outputSize = try settings.integer("out_hidden_size", textHiddenSize...textHiddenSize, default: 3584)
        tokensPerSecond = try settings.double("tokens_per_second", 0...1000, default: 4)
        let lastBlock = depth - 1
        let blocks = try settings.integers("fullatt_block_indexes", 0...lastBlock)
        fullAttentionBlocks = Set(blocks ?? [7, 15, 23, 31].filter { $0 <= lastBlock }).sorted()
        guard hiddenSize % (4 * heads) == 0 else {
            throw settings.error(
                "num_heads", "a divisor of hidden_size \(hiddenSize) that gives heads of a multiple of 4",
                found: .integer(heads))
        }
    }
}

/// Far above every published model; their products fit in 64 bits with room to spare.
private enum Limits {
    static let width = 1 << 20
    static let layers = 1024
    static let heads = 4096
    static let vocabulary = 1 << 24
    static let positions = 1 << 30
}
