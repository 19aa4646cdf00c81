import KVFacts
import KVFiles

/// The size of a picture or video in patches: frames, rows and columns.
public struct GridTHW: Sendable, Hashable {
    /// Patches in time; 1 for a picture.
    public let t: Int
    /// Patches from top to bottom.
    public let h: Int
    /// Patches from left to right.
    public let w: Int

    /// A grid of `t` x `h` x `w` patches.
    public init(t: Int, h: Int, w: Int) {
        self.t = t
        self.h = h
        self.w = w
    }

    /// Patches in all.
    public var count: Int { t * h * w }
}

/// A picture as the vision tower takes it.
public struct PatchedImage: Sendable, Hashable {
    /// Patches per side, before they are merged into visual tokens.
    public let grid: GridTHW
    /// [t·h·w, channels·frames·side·side], normalised. Patches come in merge squares: t, h/m, w/m, m, m; inside a
    /// patch by channel, frame, row, column.
    public let patches: [Float]
    /// The resized picture that was cut: what the model sees.
    public let resized: RGBImage
    /// Columns of the picture before resizing.
    public let originalWidth: Int
    /// Rows of the picture before resizing.
    public let originalHeight: Int
}

/// Turns pictures into patches, as `Qwen2VLImageProcessor` of transformers does.
public struct ImageProcessor: Sendable {
    /// Limits, patch sizes and normalisation.
    public let config: PreprocessorConfig
    /// [3, 256]: the normalised value of each pixel value, channel by channel.
    private let normalized: [Float]

    /// A processor with these settings.
    public init(_ config: PreprocessorConfig) {
        self.config = config
        // transformers scales in double, then normalises in single precision.
        normalized = (0..<3 * 256).map { index in
            let scaled = Float(Double(index % 256) * (1 / 255))
            return (scaled - Float(config.imageMean[index / 256])) / Float(config.imageStd[index / 256])
        }
    }

    /// The size that a picture of this size is resized to, without resizing it.
    ///
    /// - Throws: `MediaError.aspectRatio` or `.invalidSize`.
    public func resizedSize(width: Int, height: Int) throws(MediaError) -> (width: Int, height: Int) {
        try SmartResize.size(
            width: width, height: height, factor: config.factor, minPixels: config.minPixels,
            maxPixels: config.maxPixels)
    }

    /// Resizes a picture and cuts it into patches; it is repeated to fill a patch's frames.
    ///
    /// - Throws: `MediaError.aspectRatio` for pictures narrower than 200 to 1.
    public func process(_ image: RGBImage) throws(MediaError) -> PatchedImage {
        let size = try resizedSize(width: image.width, height: image.height)
        let resized = Bicubic.resize(image, width: size.width, height: size.height)
        return PatchedImage(
            grid: GridTHW(t: 1, h: size.height / config.patchSize, w: size.width / config.patchSize),
            patches: patches(of: resized), resized: resized, originalWidth: image.width,
            originalHeight: image.height)
    }

    private func patches(of image: RGBImage) -> [Float] {
        let (side, merge) = (config.patchSize, config.mergeSize)
        var values: [Float] = []
        values.reserveCapacity(image.pixels.count * config.temporalPatchSize)
        // One patch after another: top and left are its corner in pixels.
        for squareTop in stride(from: 0, to: image.height, by: side * merge) {
            for squareLeft in stride(from: 0, to: image.width, by: side * merge) {
                for top in stride(from: squareTop, to: squareTop + side * merge, by: side) {
                    for left in stride(from: squareLeft, to: squareLeft + side * merge, by: side) {
                        appendPatch(of: image, top: top, left: left, to: &values)
                    }
                }
            }
        }
        return values
    }

    private func appendPatch(of image: RGBImage, top: Int, left: Int, to values: inout [Float]) {
        let side = config.patchSize
        for channel in 0..<3 {
            for _ in 0..<config.temporalPatchSize {
                for row in top..<top + side {
                    var source = 3 * (row * image.width + left) + channel
                    for _ in 0..<side {
                        values.append(normalized[256 * channel + Int(image.pixels[source])])
                        source += 3
                    }
                }
            }
        }
    }
}
