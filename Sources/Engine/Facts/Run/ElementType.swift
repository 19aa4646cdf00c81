/// The number formats in which weights may be stored.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
    case f32
    case f16
    case bf16

    /// Bytes of one element.
    public var byteCount: Int {
        switch self {
        case .f32: 4
        case .f16, .bf16: 2
        }
    }

    /// The safetensors spelling: `F32`, `F16` or `BF16`.
    package init?(safetensorsName: String) {
        switch safetensorsName {
        case "F32": self = .f32
        case "F16": self = .f16
        case "BF16": self = .bf16
        default: return nil
        }
    }
}
