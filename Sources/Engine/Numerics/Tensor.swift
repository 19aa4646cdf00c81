import KVFacts

// Safety: the memory behind `bytes` is read-only and lives as long as `owner`.
/// A named array of weights: a view into the mapped checkpoint, which it keeps alive.
public struct Tensor: @unchecked Sendable {
    /// The Hugging Face name that it was asked for by.
    public let name: String
    /// The format of the elements.
    public let format: WeightFormat
    /// The sizes of the dimensions, outermost first; the elements are row-major without gaps.
    public let shape: [Int]
    /// The elements, little endian, aligned to their size. Valid while this tensor or a copy of it lives.
    public let bytes: UnsafeRawBufferPointer
    /// What keeps `bytes` valid.
    private let owner: any AnyObject & Sendable

    /// The product of the shape; 1 for a scalar.
    public var elementCount: Int { shape.reduce(1, *) }

    /// A view of `bytes`, or of an aligned copy when they do not suit `format`.
    package init(
        name: String, format: WeightFormat, shape: [Int], bytes: UnsafeRawBufferPointer,
        owner: any AnyObject & Sendable
    ) {
        self.name = name
        self.format = format
        self.shape = shape
        if let base = bytes.baseAddress, Int(bitPattern: base) % format.alignment != 0 {
            let copy = AlignedCopy(bytes)
            self.bytes = copy.bytes
            self.owner = copy
        } else {
            self.bytes = bytes
            self.owner = owner
        }
    }
}
