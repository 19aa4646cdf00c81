import CImageCodecs
import KVFacts

/// How a camera was held: the Exif orientation, and the turn that puts the picture upright.
///
/// Follows Pillow's `ImageOps.exif_transpose`; the raw values are Exif's.
enum Orientation: UInt16, CaseIterable {
    case upright = 1
    case mirrored
    case upsideDown
    case upsideDownMirrored
    case transposed
    case turnedLeft
    case transversed
    case turnedRight

    /// What Exif data begins with inside JPEG files, and where libexif expects it.
    static let header: [UInt8] = Array("Exif\0\0".utf8)

    /// The orientation in Exif data that begins with `header`; upright when there is none or it is broken.
    init(exif: [UInt8]) {
        self = Self.value(in: exif).flatMap(Orientation.init) ?? .upright
    }

    private static func value(in exif: [UInt8]) -> UInt16? {
        guard let count = UInt32(exactly: exif.count), let data = exif_data_new_from_data(exif, count) else {
            return nil
        }
        defer { exif_data_unref(data) }
        guard let content = data.pointee.ifd.0,
            let entry = exif_content_get_entry(content, EXIF_TAG_ORIENTATION)?.pointee,
            entry.format == EXIF_FORMAT_SHORT, entry.components >= 1, entry.size >= 2, let bytes = entry.data
        else { return nil }
        return exif_get_short(bytes, exif_data_get_byte_order(data))
    }

    /// The picture as the photographer saw it.
    func upright(_ image: RGBImage) -> RGBImage {
        guard self != .upright else { return image }
        let (width, height) = swapsSides ? (image.height, image.width) : (image.width, image.height)
        let pixels = [UInt8](unsafeUninitializedCapacity: image.pixels.count) { output, count in
            count = image.pixels.count
            for row in 0..<height {
                for column in 0..<width {
                    let source = source(row, column, image)
                    let target = 3 * (row * width + column)
                    for channel in 0..<3 { output[target + channel] = image.pixels[3 * source + channel] }
                }
            }
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    private var swapsSides: Bool {
        switch self {
        case .upright, .mirrored, .upsideDown, .upsideDownMirrored: false
        case .transposed, .turnedLeft, .transversed, .turnedRight: true
        }
    }

    /// The pixel of `image` that belongs at a row and column of the upright picture.
    private func source(_ row: Int, _ column: Int, _ image: RGBImage) -> Int {
        let (lastRow, lastColumn) = (image.height - 1, image.width - 1)
        let (sourceRow, sourceColumn) =
            switch self {
            case .upright: (row, column)
            case .mirrored: (row, lastColumn - column)
            case .upsideDown: (lastRow - row, lastColumn - column)
            case .upsideDownMirrored: (lastRow - row, column)
            case .transposed: (column, row)
            case .turnedLeft: (lastRow - column, row)
            case .transversed: (lastRow - column, lastColumn - row)
            case .turnedRight: (column, lastColumn - row)
            }
        return sourceRow * image.width + sourceColumn
    }
}
