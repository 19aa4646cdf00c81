import HybridKVKernels
import Testing

/// One table of kernels that this machine can run, as a test argument.
struct KernelSet: Sendable, CustomTestStringConvertible {
    let index: Int

    var kernels: hkv_kernels {
        guard let table = hkv_kernels_at(index) else { preconditionFailure("no kernels at \(index)") }
        return table.pointee
    }

    /// A table is handed to the team by its address.
    var table: UnsafePointer<hkv_kernels> {
        guard let table = hkv_kernels_at(index) else { preconditionFailure("no kernels at \(index)") }
        return table
    }

    var name: String { String(cString: kernels.name) }
    var testDescription: String { name }

    static let all: [KernelSet] = {
        var sets: [KernelSet] = []
        while hkv_kernels_at(sets.count) != nil { sets.append(KernelSet(index: sets.count)) }
        return sets
    }()
}

/// How elements are stored, as a test argument.
enum Storage: CaseIterable, Sendable {
    case f32, f16, bf16

    var type: hkv_type {
        switch self {
        case .f32: HKV_F32
        case .f16: HKV_F16
        case .bf16: HKV_BF16
        }
    }
}

/// Half the distance from 1 to the next f32: the largest relative error of one rounding.
let roundoff = 0x1p-24

/// Where loops of eight lanes change their course: around one and two groups.
let lengthsAroundLanes = Array(0...17)

/// Offsets in elements, so that no load can count on more than an element's own alignment.
let misalignments = [0, 1, 3]
