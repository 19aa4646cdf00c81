import HybridKV
import Testing

@testable import KVLive

/// Commands arrive in order, and whoever waits for them is woken.
@Suite struct CommandQueueTests {
    @Test func commandsComeInOrderAndOnce() {
        let queue = CommandQueue()
        for count in 1...5 { queue.send(.step(count)) }
        let counts = queue.takeAll().map { if case .step(let count) = $0 { count } else { 0 } }
        #expect(counts == [1, 2, 3, 4, 5])
        #expect(queue.takeAll().isEmpty)
    }

    @Test func waitingEndsAtTheDeadline() {
        let queue = CommandQueue()
        queue.wait(until: 0)
        let deadline = Stopwatch.now() + 1_000_000
        queue.wait(until: deadline)
        #expect(Stopwatch.now() >= deadline)
        #expect(queue.takeAll().isEmpty && !queue.isStopped)
    }

    @Test func whatIsThereAlreadyNeedsNoWait() {
        let queue = CommandQueue()
        queue.send(.pause)
        queue.wait(until: nil)
        #expect(queue.takeAll().count == 1)
        queue.stop()
        queue.wait(until: nil)
        #expect(queue.isStopped)
    }

    @Test func aCommandAndAStopWakeTheWaiter() throws {
        let queue = CommandQueue()
        let answers = CommandQueue()
        let thread = try #require(
            EngineThread {
                while !queue.isStopped {
                    queue.wait(until: nil)
                    for command in queue.takeAll() { answers.send(command) }
                }
                answers.stop()
            })
        for _ in 0..<100 {
            queue.send(.resume)
            answers.wait(until: nil)
            #expect(answers.takeAll().count == 1)
        }
        queue.stop()
        answers.wait(until: nil)
        #expect(answers.isStopped)
        thread.join()
    }

    @Test func onlyAnotherPromptOrTheEndAbandonsAPrompt() {
        let queue = CommandQueue()
        queue.send(.pause)
        queue.send(.replan(MethodSettings(name: "full", budget: 1)))
        #expect(!queue.abandonsPrompt)
        queue.send(.open(PromptRequest(messages: [])))
        #expect(queue.abandonsPrompt)
        _ = queue.takeAll()
        #expect(!queue.abandonsPrompt)
        queue.stop()
        #expect(queue.abandonsPrompt)
    }
}
