import HybridKV
import TestSupport
import Testing

@testable import KVLive

/// A prompt that is no longer wanted is given up at the next report of progress.
///
/// The engine runs on the test's own thread, and commands come from inside its reports, so nothing depends on time.
@Suite struct AbandonedPromptTests {
    private let full = MethodSettings(name: "full", budget: 1)

    /// Answers an event of the engine with commands, on the engine's thread.
    private final class Front: @unchecked Sendable {
        // Safety: used by the one thread that runs the engine.
        let queue = CommandQueue()
        var outbox: LiveOutbox?
        var names: [String] = []
        var plans: [CompressionPlan] = []
        let react: (CommandQueue, String) -> Void

        init(_ react: @escaping (CommandQueue, String) -> Void) {
            self.react = react
        }

        func take() {
            for event in outbox?.takeEvents() ?? [] {
                names.append(event.name)
                if case .planned(let plan, _) = event { plans.append(plan) }
                react(queue, event.name)
            }
        }

        func run(_ golden: PromptGolden, _ settings: MethodSettings) {
            var configuration = LiveConfiguration(
                model: Repository.sampleModel, prompt: golden.request, settings: settings)
            configuration.threads = 1
            configuration.maxTokens = 4
            let outbox = LiveOutbox { [unowned self] in take() }
            self.outbox = outbox
            LiveEngine(configuration, queue: queue, outbox: outbox).run()
            self.outbox = nil
        }
    }

    @Test(arguments: ["opening", "preparing", "vision", "prefill"])
    func stoppingEndsEveryPhase(phase: String) throws {
        let golden = try #require(PromptGolden.named("large-picture"))
        let front = Front { queue, name in if name == phase { queue.stop() } }
        front.run(golden, full)
        #expect(front.names.last == (phase == "opening" ? "opened" : phase == "preparing" ? "vision" : phase))
        #expect(!front.names.contains("prepared") && !front.names.contains("planned"))
    }

    @Test func stoppingEndsADecode() throws {
        let golden = try #require(PromptGolden.named("two-sizes"))
        let front = Front { queue, name in if name == "planned" { queue.stop() } }
        front.run(golden, full)
        #expect(front.names.last == "planned")
    }

    @Test(arguments: ["vision", "prefill"])
    func anotherPromptReplacesTheOneUnderWay(phase: String) throws {
        let golden = try #require(PromptGolden.named("large-picture"))
        let other = try #require(PromptGolden.named("text-only"))
        var wasSent = false
        let front = Front { queue, name in
            if name == phase, !wasSent {
                wasSent = true
                queue.send(.open(other.request))
            }
            if name == "finished" { queue.stop() }
        }
        front.run(golden, full)
        #expect(front.plans.map(\.tokenCount) == [other.tokens.count])
        #expect(front.names.filter { $0 == "prepared" }.count == 1)
        #expect(!front.names.contains("refused") && !front.names.contains("failed"))
    }
}
