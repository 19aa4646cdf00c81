import HybridKVKernels
import KVFacts

/// How weights are stored: in blocks of so many elements, each of so many bytes.
public enum WeightFormat: String, Sendable, Hashable, CaseIterable {
    /// 32-bit floats.
    case f32
    /// 16-bit floats of IEEE 754.
    case f16
    /// The upper half of a 32-bit float.
    case bf16

    /// Elements of one block; a row of a matrix is a whole number of blocks.
    public var blockElements: Int { 1 }

    /// Bytes of one block.
    public var blockBytes: Int { self == .f32 ? 4 : 2 }

    /// Bytes of so many elements; nil when they are no whole number of blocks or the product overflows.
    public func bytes(elements: Int) -> Int? {
        guard elements >= 0, elements % blockElements == 0 else { return nil }
        let (bytes, overflows) = (elements / blockElements).multipliedReportingOverflow(by: blockBytes)
        return overflows ? nil : bytes
    }

    /// Where a block may begin, in bytes.
    package var alignment: Int { blockBytes }

    /// The kernels' name of the format.
    package var kernelType: hkv_type {
        switch self {
        case .f32: HKV_F32
        case .f16: HKV_F16
        case .bf16: HKV_BF16
        }
    }
}

extension RowFormat {
    /// The kernels' name of the format.
    package var kernelType: hkv_type {
        switch self {
        case .f32: HKV_F32
        case .f16: HKV_F16
        case .bf16: HKV_BF16
        }
    }
}
