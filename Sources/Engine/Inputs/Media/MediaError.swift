import KVFiles

/// Why a picture could not be used.
public enum MediaError: Error, Sendable, Hashable {
    /// A file could not be read.
    case file(FileFailure)
    /// The bytes begin like no format that can be read.
    case unknownFormat(name: String, firstBytes: [UInt8])
    /// The decoder gave up: a truncated or damaged file.
    case damaged(name: String, format: String, reason: String)
    /// The format is known but not this use of it.
    case unsupported(name: String, format: String, feature: String)
    /// More pixels than any sensible picture.
    case tooLarge(name: String, width: Int, height: Int, limit: Int)
    /// A picture so narrow that the model's preprocessing refuses it.
    case aspectRatio(width: Int, height: Int, limit: Int)
    /// A size, limit or factor that is not positive.
    case invalidSize(width: Int, height: Int)
}

extension MediaError: CustomStringConvertible {
    /// One line: what was found, what was expected, how to mend it.
    public var description: String {
        switch self {
        case .file(let failure):
            "cannot read \(failure)"
        case .unknownFormat(let name, let firstBytes):
            firstBytes.isEmpty
                ? "\(name) is empty; expected a PNG, JPEG or WebP file"
                : "\(name) is not a PNG, JPEG or WebP file (it begins with the bytes \(firstBytes))"
        case .damaged(let name, let format, let reason):
            "\(name) is a truncated or damaged \(format) file: \(reason)"
        case .unsupported(let name, let format, let feature):
            "\(name) is a \(format) file with \(feature), which is not supported; convert it to RGB PNG or JPEG"
        case .tooLarge(let name, let width, let height, let limit):
            "\(name) has \(width) x \(height) pixels, more than the limit of \(limit) in all; scale it down"
        case .aspectRatio(let width, let height, let limit):
            "a picture of \(width) x \(height) pixels is too narrow: at most \(limit) to 1; crop it"
        case .invalidSize(let width, let height):
            "\(width) x \(height) is not a size that a picture can have"
        }
    }
}
