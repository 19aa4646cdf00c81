import CKernelCounter
import HybridKV
import HybridKVKernels
import Synchronization
import Testing

/// One instruction set of this machine, as a test argument.
struct InstructionSet: Sendable, CustomTestStringConvertible {
    // Safety: the tables are constant memory.
    nonisolated(unsafe) let table: UnsafePointer<hkv_kernels>

    var name: String { String(cString: table.pointee.name) }
    var testDescription: String { name }

    static let all: [InstructionSet] = {
        var sets: [InstructionSet] = []
        while let table = hkv_kernels_at(sets.count) { sets.append(InstructionSet(table: table)) }
        return sets
    }()
}

/// What one kernel was asked for.
struct KernelWork: Equatable, Sendable {
    let name: String
    let calls: Int
    /// Multiply-adds of a product, elements of anything else.
    let work: Int
    /// Stored elements read or written: f32, f16, bf16.
    let bytes: [Int]

    func bytes(_ format: RowFormat) -> Int { bytes[Int(format.kernelType.rawValue)] }
}

/// Counts what kernels are asked for; one at a time in a process.
enum WorkCounter {
    private static let turn = Mutex<Void>(())

    /// Runs `body` with a compute whose kernels count; `take` is what they were asked for since it was last called.
    static func watch<Result: Sendable>(
        _ set: InstructionSet, threads: Int = 1,
        _ body: (Compute, _ take: () -> [KernelWork]) throws -> Result
    ) rethrows -> Result {
        try turn.withLock { _ in
            counted_reset()
            return try body(Compute(threads: threads, kernels: counting_kernels(set.table)), take)
        }
    }

    private static func take() -> [KernelWork] {
        defer { counted_reset() }
        return (0..<KERNEL_COUNT.rawValue).map { index in
            let kernel = counted_kernel(rawValue: index)
            let work = counted_kernel_work(kernel)
            return KernelWork(
                name: String(cString: counted_kernel_name(kernel)), calls: Int(work.calls),
                work: Int(work.work), bytes: [work.bytes.0, work.bytes.1, work.bytes.2].map { Int($0) })
        }
    }
}

extension [KernelWork] {
    /// The work of one kernel.
    subscript(_ name: String) -> KernelWork {
        get throws { try #require(first { $0.name == name }) }
    }
}
