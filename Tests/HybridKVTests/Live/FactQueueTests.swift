import HybridKV
import Synchronization
import Testing

@testable import KVLive

/// The log on its way to its reader: in order, complete, bounded.
@Suite struct FactQueueTests {
    private func step(_ index: Int) -> FactContent {
        .step(StepFact(index: index, token: TokenFact(id: Int32(index), bytes: [])))
    }

    private func index(_ fact: RunFact) -> Int? {
        if case .step(let step) = fact.content { step.index } else { nil }
    }

    @Test func factsAreNumberedAndTakenOnce() {
        let queue = FactQueue(capacity: 8) {}
        queue.post(step(0), .start)
        queue.post(.paused(.run), CommandID(rawValue: 3))
        queue.post(step(1), nil)
        let facts = queue.take()
        #expect(facts.map(\.number) == [0, 1, 2])
        #expect(facts.map(\.command) == [.start, CommandID(rawValue: 3), nil])
        #expect(queue.take().isEmpty)
        queue.post(step(2), nil)
        #expect(queue.take().map(\.number) == [3])
    }

    @Test func theReaderIsWokenOnceUntilItTakes() {
        let wakes = Atomic<Int>(0)
        let queue = FactQueue { wakes.add(1, ordering: .relaxed) }
        for index in 0..<3 { queue.post(step(index), nil) }
        #expect(wakes.load(ordering: .relaxed) == 1)
        #expect(queue.take().count == 3)
        queue.post(step(3), nil)
        #expect(wakes.load(ordering: .relaxed) == 2)
    }

    @Test(arguments: [1, 3, 64])
    func aSlowReaderGetsEverythingInOrderAndNeverMoreThanTheCapacity(capacity: Int) throws {
        let bell = CommandQueue()
        let queue = FactQueue(capacity: capacity) { bell.send(RunCommand(.start, .snapshot)) }
        let count = 5000
        let thread = try #require(
            EngineThread {
                for index in 0..<count {
                    queue.post(.step(StepFact(index: index, token: TokenFact(id: 0, bytes: []))), nil)
                }
            })
        var next = 0
        var isInOrder = true
        var most = 0
        while next < count {
            bell.wait(until: nil)
            _ = bell.takeAll()
            let facts = queue.take()
            most = max(most, facts.count)
            for fact in facts {
                isInOrder = isInOrder && fact.number == next && index(fact) == next
                next += 1
            }
        }
        thread.join()
        #expect(isInOrder && next == count && most <= capacity)
        #expect(queue.take().isEmpty)
    }

    @Test func nobodyWaitsForAReaderThatWasStopped() throws {
        let queue = FactQueue(capacity: 1) {}
        let thread = try #require(EngineThread { for _ in 0..<10 { queue.post(.ended, nil) } })
        queue.stop()
        thread.join()
        #expect(queue.take().count == 10)
    }
}
