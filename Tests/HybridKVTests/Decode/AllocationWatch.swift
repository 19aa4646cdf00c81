import CAllocationCounter
import HybridKV
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Counts allocations of the calling thread and of a team's workers, and of no other thread.
final class AllocationWatch {
    private let counter: OpaquePointer?
    private let compute: Compute

    /// Allocations can be counted, and the optimiser has removed those that only debug builds make.
    static var isPossible: Bool {
        #if DEBUG
            false
        #else
            allocation_counter_works()
        #endif
    }

    init(_ compute: Compute) {
        self.compute = compute
        counter = allocation_counter_create()
    }

    deinit {
        allocation_counter_destroy(counter)
    }

    /// Watches while `body` runs, which is told how to count.
    func watch(_ body: (AllocationWatch) throws -> Void) rethrows {
        onEveryThread(counter)
        defer { onEveryThread(nil) }
        try body(self)
    }

    /// Allocations since the last call.
    func take() -> Int {
        defer { allocation_counter_reset(counter) }
        return allocation_counter_calls(counter)
    }

    /// Every thread of the team takes one part, because none ends its part before all have begun.
    private func onEveryThread(_ target: OpaquePointer?) {
        let arrived = Atomic<Int>(0)
        compute.parallel(compute.threads) { _, _ in
            arrived.add(1, ordering: .sequentiallyConsistent)
            while arrived.load(ordering: .sequentiallyConsistent) < compute.threads { sched_yield() }
            allocation_counter_watch_thread(target)
        }
    }
}
