/// How a key or value row is kept in the cache.
public enum RowFormat: String, Sendable, Hashable, CaseIterable, Codable {
    /// 32-bit floats.
    case f32
    /// 16-bit floats of IEEE 754.
    case f16
    /// The upper half of a 32-bit float.
    case bf16

    /// Bytes of a row of `channels` channels: of one key, or of one value.
    public func bytes(channels: Int) -> Int { channels * (self == .f32 ? 4 : 2) }
}
