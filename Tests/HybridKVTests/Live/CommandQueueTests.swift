import HybridKV
import Testing

@testable import KVLive

/// Commands arrive in order, and whoever waits for them is woken.
@Suite struct CommandQueueTests {
    private func command(_ action: RunAction) -> RunCommand { RunCommand(CommandID(rawValue: 7), action) }

    @Test func commandsComeInOrderAndOnce() {
        let queue = CommandQueue()
        for count in 1...5 { queue.send(command(.step(count))) }
        #expect(queue.takeNext()?.action == .step(1))
        #expect(queue.takeAll().map(\.action) == [.step(2), .step(3), .step(4), .step(5)])
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
        queue.send(command(.pause))
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
            queue.send(command(.resume))
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
        queue.send(command(.pause))
        queue.send(command(.replan(MethodSettings(name: "full", budget: 1))))
        #expect(!queue.abandonsPrompt)
        queue.send(command(.open(PromptRequest(messages: []))))
        #expect(queue.abandonsPrompt && queue.nextPrompt == CommandID(rawValue: 7))
        _ = queue.takeAll()
        #expect(!queue.abandonsPrompt && queue.nextPrompt == nil)
        queue.stop()
        #expect(queue.abandonsPrompt)
    }
}
