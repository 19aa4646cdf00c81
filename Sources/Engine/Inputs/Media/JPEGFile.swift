import CImageCodecs
import KVFacts

/// JPEG through libjpeg-turbo, with the settings that Pillow uses: accurate DCT and smooth chroma upsampling.
enum JPEGFile {
    static func decode(_ source: ImageFile.Source) throws(MediaError) -> RGBImage {
        let bytes = source.bytes
        guard let decoder = tjInitDecompress() else {
            throw source.damaged("JPEG", "the decoder cannot start")
        }
        defer { tjDestroy(decoder) }
        func problem() -> String { tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unreadable" }

        var (width, height, subsampling, colors): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let count = UInt(bytes.count)
        guard tjDecompressHeader3(decoder, bytes, count, &width, &height, &subsampling, &colors) == 0 else {
            throw source.damaged("JPEG", problem())
        }
        let (columns, rows) = (Int(width), Int(height))
        try source.checkSize(width: columns, height: rows, format: "JPEG")
        let isCMYK = colors == TJCS_CMYK.rawValue.asInt32 || colors == TJCS_YCCK.rawValue.asInt32
        let (format, channels) = isCMYK ? (TJPF_CMYK.rawValue, 4) : (TJPF_RGB.rawValue, 3)
        let pixels = ImageFile.bytes(columns * rows * channels) { output in
            let status = tjDecompress2(
                decoder, bytes, count, output, width, 0, height, format.asInt32, TJFLAG_LIMITSCANS)
            return status == 0 || isHarmless(problem())
        }
        guard let pixels else { throw source.damaged("JPEG", problem()) }
        return RGBImage(width: columns, height: rows, pixels: isCMYK ? rgb(invertedCMYK: pixels) : pixels)
    }

    /// [n, 3] RGB of [n, 4] CMYK as JPEG files hold it, with 255 for no ink; rounded as Pillow rounds.
    private static func rgb(invertedCMYK cmyk: [UInt8]) -> [UInt8] {
        let count = cmyk.count / 4 * 3
        return [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            initialized = count
            for place in 0..<count {
                let (pixel, channel) = place.quotientAndRemainder(dividingBy: 3)
                let light = UInt32(cmyk[4 * pixel + 3])
                let ink = UInt32(255 - cmyk[4 * pixel + channel]) * light + 128
                output[place] = UInt8(clamping: Int(light) - Int(((ink >> 8) + ink) >> 8))
            }
        }
    }

    /// Oddities that cameras write and every reader forgives. All else that is reported is an error: the
    /// decoder's code does not tell a warning from a warning that an error followed, only its last message does.
    private static func isHarmless(_ message: String) -> Bool {
        ["extraneous bytes before marker", "unknown JFIF revision", "Unknown Adobe color transform"]
            .contains { message.contains($0) }
    }

    /// The payload of the first Exif segment.
    static func exif(_ bytes: [UInt8]) -> [UInt8]? {
        var offset = 2
        while offset + 4 <= bytes.count, bytes[offset] == 0xFF {
            let marker = bytes[offset + 1]
            // Image data begins: no more metadata.
            if marker == 0xDA || marker == 0xD9 { return nil }
            // Fill bytes, and markers without a length.
            if marker == 0xFF || marker == 0x01 || (0xD0...0xD8).contains(marker) {
                offset += marker == 0xFF ? 1 : 2
                continue
            }
            let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            guard length >= 2, offset + 2 + length <= bytes.count else { return nil }
            let content = bytes[offset + 4..<offset + 2 + length]
            if marker == 0xE1, content.starts(with: Orientation.header) { return Array(content) }
            offset += 2 + length
        }
        return nil
    }
}

extension FixedWidthInteger {
    /// C enumerations come as UInt32 on Linux; the functions take Int32.
    fileprivate var asInt32: Int32 { Int32(truncatingIfNeeded: self) }
}
