/// The number formats in which weights may be stored.
public enum ElementType: String, Sendable, Hashable, Codable, CaseIterable {
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
    init?(safetensorsName: String) {
        switch safetensorsName {
        case "F32": self = .f32
        case "F16": self = .f16
        case "BF16": self = .bf16
        default: return nil
        }
    }
}

// Safety: the memory behind `bytes` is read-only and lives as long as `owner`.
/// A named array of weights: a view into the mapped checkpoint, which it keeps alive.
public struct Tensor: @unchecked Sendable {
    /// The Hugging Face name that it was asked for by.
    public let name: String
    /// The format of the elements.
    public let elementType: ElementType
    /// The sizes of the dimensions, outermost first; the elements are row-major without gaps.
    public let shape: [Int]
    /// The elements, little endian, aligned to their size. Valid while this tensor or a copy of it lives.
    public let bytes: UnsafeRawBufferPointer
    /// What keeps `bytes` valid.
    private let owner: any AnyObject & Sendable

    /// The product of the shape; 1 for a scalar.
    public var elementCount: Int { bytes.count / elementType.byteCount }

    /// A view of `bytes`, or of an aligned copy when they do not suit `elementType`.
    init(
        name: String, elementType: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer,
        owner: any AnyObject & Sendable
    ) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
        if let base = bytes.baseAddress, Int(bitPattern: base) % elementType.byteCount != 0 {
            let copy = AlignedCopy(bytes)
            self.bytes = copy.bytes
            self.owner = copy
        } else {
            self.bytes = bytes
            self.owner = owner
        }
    }
}
