import CImageCodecs
import KVFacts

/// Still WebP pictures through libwebp.
enum WebPFile {
    static func decode(_ source: ImageFile.Source) throws(MediaError) -> RGBImage {
        let bytes = source.bytes
        var features = WebPBitstreamFeatures()
        let status = WebPGetFeatures(bytes, bytes.count, &features)
        guard status == VP8_STATUS_OK else {
            let reason = status == VP8_STATUS_NOT_ENOUGH_DATA ? "the file ends early" : "not a valid header"
            throw source.damaged("WebP", reason)
        }
        guard features.has_animation == 0 else {
            throw .unsupported(name: source.name, format: "WebP", feature: "animation")
        }
        let (width, height) = (Int(features.width), Int(features.height))
        try source.checkSize(width: width, height: height, format: "WebP")
        let hasAlpha = features.has_alpha != 0
        let channels = hasAlpha ? 4 : 3
        let count = width * height * channels
        let stride = Int32(width * channels)
        let pixels = ImageFile.bytes(count) { output in
            let result =
                hasAlpha
                ? WebPDecodeRGBAInto(bytes, bytes.count, output, count, stride)
                : WebPDecodeRGBInto(bytes, bytes.count, output, count, stride)
            return result != nil
        }
        guard let pixels else {
            throw source.damaged("WebP", "the picture data is incomplete or wrong")
        }
        return hasAlpha
            ? RGBImage(width: width, height: height, onWhite: pixels)
            : RGBImage(width: width, height: height, pixels: pixels)
    }

    /// The payload of the EXIF chunk, in the form that JPEG files have.
    static func exif(_ bytes: [UInt8]) -> [UInt8]? {
        var offset = 12
        while offset + 8 <= bytes.count {
            let length = bytes[offset + 4..<offset + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - offset - 8 else { return nil }
            let content = bytes[offset + 8..<offset + 8 + length]
            if bytes[offset..<offset + 4].elementsEqual("EXIF".utf8) {
                return content.starts(with: Orientation.header)
                    ? Array(content) : Orientation.header + content
            }
            offset += 8 + length + length % 2
        }
        return nil
    }
}
