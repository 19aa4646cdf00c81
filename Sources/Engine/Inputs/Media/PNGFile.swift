import CImageCodecs
import KVFacts

/// PNG through libpng.
enum PNGFile {
    static func decode(_ source: ImageFile.Source) throws(MediaError) -> RGBImage {
        let bytes = source.bytes
        var size = Size()
        if let problem = read(bytes, { hkv_png_size(&$0, &size.width, &size.height, &size.channels) }) {
            throw source.damaged("PNG", problem)
        }
        let (width, height) = (Int(size.width), Int(size.height))
        try source.checkSize(width: width, height: height, format: "PNG")
        // Deflate shrinks at most 1032 to 1, and a pixel has at least one bit: fewer bytes cannot hold the
        // picture, so that its memory need not be asked for.
        guard width * height / 8 / 1032 <= bytes.count else {
            throw source.damaged("PNG", "too few bytes for \(width) x \(height) pixels")
        }
        let channels = Int(size.channels)
        var problem: String?
        let pixels = ImageFile.bytes(width * height * channels) { output in
            problem = read(bytes) { hkv_png_decode(&$0, output, size.width, size.height, size.channels) }
            return problem == nil
        }
        guard let pixels else { throw source.damaged("PNG", problem ?? "unreadable") }
        return channels == 4
            ? RGBImage(width: width, height: height, onWhite: pixels)
            : RGBImage(width: width, height: height, pixels: pixels)
    }

    /// The payload of the eXIf chunk, in the form that JPEG files have.
    static func exif(_ bytes: [UInt8]) -> [UInt8]? {
        var offset = 8
        while let length = bytes.bigEndian32(at: offset), bytes.count - offset - 8 >= length {
            let content = bytes[offset + 8..<offset + 8 + length]
            if bytes[offset + 4..<offset + 8].elementsEqual("eXIf".utf8) {
                return Orientation.header + content
            }
            offset += 12 + length
        }
        return nil
    }

    private struct Size {
        var width: UInt32 = 0
        var height: UInt32 = 0
        var channels: Int32 = 0
    }

    /// Runs `body` over the bytes; what libpng complained about, or `nil`.
    private static func read(_ bytes: [UInt8], _ body: (inout hkv_png_source) -> Int32) -> String? {
        bytes.withUnsafeBufferPointer { buffer in
            var source = hkv_png_source()
            source.bytes = buffer.baseAddress
            source.count = buffer.count
            guard body(&source) == 0 else { return nil }
            return withUnsafeBytes(of: source.message) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
        }
    }
}

extension [UInt8] {
    /// Four bytes as a number, most significant first; `nil` past the end.
    func bigEndian32(at offset: Int) -> Int? {
        guard offset >= 0, offset <= count - 4 else { return nil }
        return self[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
