/// A picture of 8-bit RGB pixels.
public struct RGBImage: Sendable, Hashable, Codable {
    /// Columns; at least 1.
    public let width: Int
    /// Rows; at least 1.
    public let height: Int
    /// [height, width, 3], red first, 0...255.
    public let pixels: [UInt8]

    /// A picture of the given pixels, whose number must be `width * height * 3`.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        precondition(pixels.count == width * height * 3, "three bytes per pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Reads a picture as it was written.
    /// - Throws: `DecodingError` when sizes and pixels do not belong together.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        width = try values.decode(Int.self, forKey: .width)
        height = try values.decode(Int.self, forKey: .height)
        pixels = try values.decode([UInt8].self, forKey: .pixels)
        let (area, isLarge) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !isLarge, pixels.count.isMultiple(of: 3), pixels.count / 3 == area else {
            throw DecodingError.dataCorruptedError(
                forKey: .pixels, in: values,
                debugDescription: "\(pixels.count) bytes for a picture of \(width) x \(height)")
        }
    }

    /// A picture from [height, width, 4] RGBA pixels put on white, rounded as Pillow's `paste` with a mask
    /// rounds (qwen-vl-utils' `to_rgb`).
    package init(width: Int, height: Int, onWhite rgba: [UInt8]) {
        precondition(rgba.count == width * height * 4, "four bytes per pixel")
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { output, count in
            count = width * height * 3
            for pixel in 0..<width * height {
                let alpha = UInt32(rgba[4 * pixel + 3])
                for channel in 0..<3 {
                    let blend = 255 * (255 - alpha) + UInt32(rgba[4 * pixel + channel]) * alpha + 128
                    // Division by 255, exact with rounding for every 16-bit blend.
                    output[3 * pixel + channel] = UInt8(truncatingIfNeeded: ((blend >> 8) + blend) >> 8)
                }
            }
        }
        self.init(width: width, height: height, pixels: pixels)
    }
}
