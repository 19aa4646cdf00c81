import HybridKV
import Synchronization
import Testing

@testable import KVLive

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Steps reach the reader in order, none twice, none of another plan.
@Suite struct StepRingTests {
    private func entry(_ generation: Int, _ index: Int) -> StepRing.Entry {
        StepRing.Entry(generation: generation, record: StepRecord(index: index, token: Int32(index)))
    }

    @Test func aFullRingRefusesAndLosesNothing() {
        let ring = StepRing(capacity: 4)
        for index in 0..<4 { #expect(ring.push(entry(0, index))) }
        #expect(!ring.push(entry(0, 4)))
        #expect(ring.take(generation: 0).map(\.index) == [0, 1, 2, 3])
        #expect(ring.take(generation: 0).isEmpty)
        for index in 4..<8 { #expect(ring.push(entry(0, index))) }
        #expect(ring.take(generation: 0).map(\.index) == [4, 5, 6, 7])
    }

    @Test func stepsOfOtherPlansAreKeptApart() {
        let ring = StepRing(capacity: 16)
        for (generation, index) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)] {
            #expect(ring.push(entry(generation, index)))
        }
        // Newer ones stay for the reader who has not heard of their plan yet; older ones are dropped.
        #expect(ring.take(generation: -1).isEmpty)
        #expect(ring.take(generation: 0).map(\.index) == [0, 1])
        #expect(ring.take(generation: 0).isEmpty)
        #expect(ring.take(generation: 2).map(\.index) == [0])
        #expect(ring.take(generation: 2).isEmpty)
    }

    @Test(arguments: [1, 3, 64])
    func aSlowReaderGetsEverythingInOrder(capacity: Int) throws {
        let ring = StepRing(capacity: capacity)
        let count = 20_000
        let thread = try #require(
            EngineThread {
                for index in 0..<count {
                    let entry = StepRing.Entry(
                        generation: 0, record: StepRecord(index: index, token: Int32(index)))
                    while !ring.push(entry) { sched_yield() }
                }
            })
        var next = 0
        var isInOrder = true
        while next < count {
            let records = ring.take(generation: 0)
            for record in records {
                isInOrder = isInOrder && record.index == next && record.token == Int32(next)
                next += 1
            }
            if records.isEmpty { sched_yield() }
        }
        thread.join()
        #expect(isInOrder && next == count)
        #expect(ring.take(generation: 0).isEmpty)
    }
}
