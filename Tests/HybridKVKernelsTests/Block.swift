import HybridKV
import TestSupport

/// A value that no kernel computes in a test, to fence the memory around operands.
protocol Fenced: BitwiseCopyable, Equatable {
    static var fence: Self { get }
}

extension Float: Fenced {
    static let fence: Float = -123_456.789
}

extension UInt16: Fenced {
    static let fence: UInt16 = 0xFACE
}

/// Elements at a chosen offset from a cache line, with a fence on both sides.
final class Block<Element: Fenced> {
    let start: UnsafeMutablePointer<Element>
    let count: Int
    private let whole: UnsafeMutableRawBufferPointer
    private let fenceCount = 16

    init(_ values: [Element], offset: Int = 0) {
        let stride = MemoryLayout<Element>.stride
        count = values.count
        let elements = offset + fenceCount + count + fenceCount
        whole = .allocate(byteCount: elements * stride, alignment: 64)
        let all = whole.bindMemory(to: Element.self)
        all.initialize(repeating: .fence)
        guard let base = all.baseAddress else { preconditionFailure("fences make every block non-empty") }
        start = base + offset + fenceCount
        start.update(from: values, count: count)
    }

    deinit { whole.deallocate() }

    var values: [Element] { Array(UnsafeBufferPointer(start: start, count: count)) }

    /// Whether nothing outside the elements was written.
    var isFenced: Bool {
        let before = UnsafeBufferPointer(start: start - fenceCount, count: fenceCount)
        let after = UnsafeBufferPointer(start: start + count, count: fenceCount)
        return before.allSatisfy { $0 == .fence } && after.allSatisfy { $0 == .fence }
    }
}

/// Elements in one of the stored types together with the exact values that they stand for.
final class StoredBlock {
    let storage: Storage
    let values: [Float]
    private let floats: Block<Float>
    private let halves: Block<UInt16>

    /// `count` values of magnitudes around 1.
    init(random count: Int, as storage: Storage, seed: UInt64, offset: Int = 0) {
        var generator = SplitMix64(seed: seed)
        self.storage = storage
        var values: [Float] = []
        var bits: [UInt16] = []
        for _ in 0..<count {
            let sign = UInt16(generator.next() & 1) << 15
            switch storage {
            case .f32:
                values.append(Float.random(in: -2...2, using: &generator))
            case .f16:
                bits.append(sign | UInt16.random(in: 0x3000...0x4000, using: &generator))
                values.append(Float(exactValue(f16: bits[bits.count - 1])))
            case .bf16:
                bits.append(sign | UInt16.random(in: 0x3E00...0x4000, using: &generator))
                values.append(exactValue(bf16: bits[bits.count - 1]))
            }
        }
        self.values = values
        floats = Block(storage == .f32 ? values : [], offset: offset)
        halves = Block(bits, offset: offset)
    }

    /// The address of one element.
    func pointer(at index: Int = 0) -> UnsafeRawPointer {
        storage == .f32 ? UnsafeRawPointer(floats.start + index) : UnsafeRawPointer(halves.start + index)
    }
}

/// The value of an f16 by the definition of the format.
func exactValue(f16 bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    let sign: Double = bits >> 15 == 0 ? 1 : -1
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return Double(sign: .plus, exponent: exponent - 25, significand: sign * (1024 + fraction))
    }
}

/// A bf16 is the upper half of an f32.
func exactValue(bf16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

/// `count` values in -2...2.
func randomFloats(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: -2...2, using: &generator) }
}

extension Array where Element == Float {
    /// What two results are compared by when they must be the same to the last bit.
    var bitPatterns: [UInt32] { map(\.bitPattern) }
}
