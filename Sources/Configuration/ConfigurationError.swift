/// Why a configuration cannot be used. Every sentence names the place, what was found and what was expected.
package enum ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file is there and cannot be read.
    case unreadable(path: String, reason: String)
    /// The file has more bytes than a configuration needs.
    case tooLarge(path: String, limit: Int)
    /// The file is no YAML, or YAML of another kind.
    case malformed(place: String, reason: String)
    /// A value is not what its setting takes.
    case wrongValue(place: String, found: String, expected: String)

    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .tooLarge(let path, let limit):
            "\(path) has more than \(limit) bytes; expected a configuration of kvscope"
        case .malformed(let place, let reason): "\(place): no usable YAML: \(reason)"
        case .wrongValue(let place, let found, let expected):
            "\(place) cannot be \(found); expected \(expected)"
        }
    }
}
