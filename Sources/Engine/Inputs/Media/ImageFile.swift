import KVFacts
import KVFiles

/// Reads picture files: PNG, JPEG and still WebP, told apart by their first bytes.
///
/// The pixels are those that Pillow gives after `ImageOps.exif_transpose`, with transparency put on white.
/// Colour profiles and gamma are ignored, as Pillow ignores them; of 16-bit samples the high byte counts.
public enum ImageFile {
    /// Pillow refuses pictures beyond this many pixels as decompression bombs; so do we, unless told otherwise.
    public static let pixelLimit = 178_956_970

    private static let fileLimit = 512 << 20

    /// The picture in a file.
    ///
    /// - Throws: `MediaError`.
    public static func load(path: String) throws(MediaError) -> RGBImage {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try InputFile.read(path, limit: fileLimit)
        } catch {
            throw .file(error)
        }
        return try decode(bytes, name: path)
    }

    /// The picture that the bytes of a file hold.
    ///
    /// - Parameters:
    ///   - bytes: a whole file.
    ///   - name: what messages call the picture.
    ///   - pixelLimit: larger pictures are refused before memory is asked for.
    /// - Throws: `MediaError`.
    public static func decode(
        _ bytes: [UInt8], name: String, pixelLimit: Int = pixelLimit
    ) throws(MediaError) -> RGBImage {
        let source = Source(bytes: bytes, name: name, pixelLimit: pixelLimit)
        let decoded: (image: RGBImage, exif: [UInt8]?)
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            decoded = try (PNGFile.decode(source), PNGFile.exif(bytes))
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            decoded = try (JPEGFile.decode(source), JPEGFile.exif(bytes))
        } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
            decoded = try (WebPFile.decode(source), WebPFile.exif(bytes))
        } else {
            throw .unknownFormat(name: name, firstBytes: Array(bytes.prefix(8)))
        }
        guard let exif = decoded.exif else { return decoded.image }
        return Orientation(exif: exif).upright(decoded.image)
    }

    /// What a decoder works on.
    struct Source {
        let bytes: [UInt8]
        let name: String
        let pixelLimit: Int

        /// Throws unless a picture of this size may be allocated.
        func checkSize(width: Int, height: Int, format: String) throws(MediaError) {
            guard width > 0, height > 0 else { throw damaged(format, "its size is \(width) x \(height)") }
            let (count, overflow) = width.multipliedReportingOverflow(by: height)
            guard !overflow, count <= pixelLimit else {
                throw .tooLarge(name: name, width: width, height: height, limit: pixelLimit)
            }
        }

        func damaged(_ format: String, _ reason: String) -> MediaError {
            .damaged(name: name, format: format, reason: reason)
        }
    }

    /// Room for `count` bytes that `fill` writes completely when it returns true; `nil` when it returns false.
    static func bytes(_ count: Int, fill: (UnsafeMutablePointer<UInt8>) -> Bool) -> [UInt8]? {
        var isFilled = false
        let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let base = buffer.baseAddress else { return }
            isFilled = fill(base)
            initialized = isFilled ? count : 0
        }
        return isFilled ? result : nil
    }
}
