import KVFiles

/// How pictures become patches, from `preprocessor_config.json` (transformers' `Qwen2VLImageProcessor`).
public struct PreprocessorConfig: Sendable, Hashable {
    /// The fewest pixels that a resized picture has.
    public let minPixels: Int
    /// The most pixels that a resized picture has.
    public let maxPixels: Int
    /// Side of a patch in pixels.
    public let patchSize: Int
    /// Frames in one patch.
    public let temporalPatchSize: Int
    /// Side of the square of patches that become one visual token.
    public let mergeSize: Int
    /// Subtracted from each channel, on the scale 0...1; three values.
    public let imageMean: [Double]
    /// Divides each channel, on the scale 0...1; three positive values.
    public let imageStd: [Double]

    /// Both sides of a resized picture are multiples of this many pixels.
    public var factor: Int { patchSize * mergeSize }

    /// Settings of one's own, for example another limit of pixels.
    ///
    /// - Throws: `CheckpointError.setting` when a value is out of range.
    public init(
        minPixels: Int = 3136, maxPixels: Int = 1_003_520, patchSize: Int = 14, temporalPatchSize: Int = 2,
        mergeSize: Int = 2, imageMean: [Double] = PreprocessorConfig.clipMean,
        imageStd: [Double] = PreprocessorConfig.clipStd
    ) throws(CheckpointError) {
        func check(_ key: String, _ isValid: Bool, _ expected: String, _ found: Any) throws(CheckpointError) {
            guard isValid else {
                throw .setting(file: "preprocessor settings", key: key, expected: expected, found: "\(found)")
            }
        }
        try check("patch_size", (1...256).contains(patchSize), "1...256", patchSize)
        try check("temporal_patch_size", (1...16).contains(temporalPatchSize), "1...16", temporalPatchSize)
        try check("merge_size", (1...16).contains(mergeSize), "1...16", mergeSize)
        try check(
            "min_pixels", (1...Self.pixelLimit).contains(minPixels), "1...\(Self.pixelLimit)", minPixels)
        let least = max(minPixels, patchSize * patchSize * mergeSize * mergeSize)
        let upper = max(least, Self.pixelLimit)
        try check("max_pixels", (least...upper).contains(maxPixels), "\(least)...\(upper)", maxPixels)
        try check(
            "image_mean", imageMean.count == 3 && imageMean.allSatisfy(\.isFinite), "3 numbers", imageMean)
        let areDivisors = imageStd.count == 3 && imageStd.allSatisfy { $0.isFinite && $0 > 0 }
        try check("image_std", areDivisors, "3 positive numbers", imageStd)
        self.minPixels = minPixels
        self.maxPixels = maxPixels
        self.patchSize = patchSize
        self.temporalPatchSize = temporalPatchSize
        self.mergeSize = mergeSize
        self.imageMean = imageMean
        self.imageStd = imageStd
    }

    /// Reads `preprocessor_config.json`; a missing file or key takes the class default of transformers.
    ///
    /// The limits stand under `min_pixels` and `max_pixels`, or in newer files under `size` as
    /// `shortest_edge` and `longest_edge` (pixel counts despite their names).
    init(json: [UInt8]?, file: String, patches vision: PatchSizes) throws(CheckpointError) {
        guard let json else {
            try self.init(
                patchSize: vision.patchSize, temporalPatchSize: vision.temporalPatchSize,
                mergeSize: vision.spatialMergeSize)
            return
        }
        let settings = try Settings(json: json, file: file)
        // min_pixels wins over size, as in Qwen2VLImageProcessor.__init__.
        let size = try settings.nested("size")
        let limits = 1...Self.pixelLimit
        let least = try size?.integer("shortest_edge", limits, default: 3136) ?? 3136
        let most = try size?.integer("longest_edge", limits, default: 1_003_520) ?? 1_003_520
        for (key, expected) in [
            ("patch_size", vision.patchSize), ("temporal_patch_size", vision.temporalPatchSize),
            ("merge_size", vision.spatialMergeSize),
        ] {
            let found = try settings.integer(key, 1...256, default: expected)
            guard found == expected else {
                throw settings.error(key, "\(expected) as in config.json", found: .integer(found))
            }
        }
        let minPixels = try settings.integer("min_pixels", limits, default: least)
        let maxPixels = try settings.integer("max_pixels", limits, default: most)
        guard minPixels <= maxPixels, maxPixels >= vision.pixelsPerToken else {
            throw settings.error(
                "max_pixels", "at least min_pixels \(minPixels) and one token's \(vision.pixelsPerToken)",
                found: .integer(maxPixels))
        }
        try self.init(
            minPixels: minPixels, maxPixels: maxPixels, patchSize: vision.patchSize,
            temporalPatchSize: vision.temporalPatchSize, mergeSize: vision.spatialMergeSize,
            imageMean: try settings.doubles("image_mean", count: 3, -1000...1000) ?? Self.clipMean,
            imageStd: try settings.doubles("image_std", count: 3, 1e-6...1000) ?? Self.clipStd)
    }

    /// The mean colour of CLIP's training pictures, transformers' default.
    public static let clipMean = [0.48145466, 0.4578275, 0.40821073]
    /// The deviation of CLIP's training pictures, transformers' default.
    public static let clipStd = [0.26862954, 0.26130258, 0.27577711]

    private static let pixelLimit = 1 << 28
}

/// The sizes of patches, as `config.json` states them.
package struct PatchSizes: Sendable, Hashable {
    /// Side of a patch in pixels.
    package let patchSize: Int
    /// Frames in one patch.
    package let temporalPatchSize: Int
    /// Side of the square of patches that become one visual token.
    package let spatialMergeSize: Int

    /// States the sizes.
    package init(patchSize: Int, temporalPatchSize: Int, spatialMergeSize: Int) {
        self.patchSize = patchSize
        self.temporalPatchSize = temporalPatchSize
        self.spatialMergeSize = spatialMergeSize
    }

    /// Pixels under one visual token.
    package var pixelsPerToken: Int { patchSize * patchSize * spatialMergeSize * spatialMergeSize }
}

extension Checkpoint {
    /// `preprocessor_config.json` of a model whose configuration states these sizes.
    /// - Throws: `CheckpointError` when the file is there and broken, or contradicts the sizes.
    package func preprocessor(_ patches: PatchSizes) throws(CheckpointError) -> PreprocessorConfig {
        let name = "preprocessor_config.json"
        return try PreprocessorConfig(json: try file(name), file: folder + "/" + name, patches: patches)
    }
}
