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
        var facts: FactQueue?
        var log: [RunFact] = []
        var names: [String] = []
        var plans: [CompressionPlan] = []
        let react: (CommandQueue, String) -> Void

        init(_ react: @escaping (CommandQueue, String) -> Void) {
            self.react = react
        }

        func take() {
            for fact in facts?.take() ?? [] {
                log.append(fact)
                names.append(fact.content.name)
                if case .planned(let plan, _, _) = fact.content { plans.append(plan) }
                react(queue, fact.content.name)
            }
        }

        func run(_ golden: PromptGolden, _ settings: MethodSettings) {
            var configuration = LiveConfiguration(
                model: Repository.sampleModel, prompt: golden.request, settings: settings)
            configuration.threads = 1
            configuration.maxTokens = 4
            let facts = FactQueue { [unowned self] in take() }
            self.facts = facts
            LiveEngine(configuration, queue: queue, facts: facts).run()
            self.facts = nil
        }
    }

    @Test(arguments: ["opening", "preparing", "vision", "prefill"])
    func stoppingEndsEveryPhase(phase: String) throws {
        let golden = try #require(PromptGolden.named("large-picture"))
        let front = Front { queue, name in if name == phase { queue.stop() } }
        front.run(golden, full)
        let last = phase == "opening" ? "opened" : phase == "preparing" ? "vision" : phase
        #expect(front.names.suffix(3) == [last, "abandoned", "ended"])
        #expect(!front.names.contains("prepared") && !front.names.contains("planned"))
    }

    @Test func stoppingEndsADecode() throws {
        let golden = try #require(PromptGolden.named("two-sizes"))
        let front = Front { queue, name in if name == "planned" { queue.stop() } }
        front.run(golden, full)
        #expect(front.names.suffix(3) == ["planned", "done", "ended"])
    }

    @Test(arguments: ["vision", "prefill"])
    func anotherPromptReplacesTheOneUnderWay(phase: String) throws {
        let golden = try #require(PromptGolden.named("large-picture"))
        let other = try #require(PromptGolden.named("text-only"))
        var wasSent = false
        let front = Front { queue, name in
            if name == phase, !wasSent {
                wasSent = true
                queue.send(RunCommand(CommandID(rawValue: 1), .open(other.request)))
            }
            if name == "finished" { queue.stop() }
        }
        front.run(golden, full)
        #expect(front.plans.map(\.tokenCount) == [other.tokens.count])
        #expect(front.names.filter { $0 == "prepared" }.count == 1)
        #expect(!front.names.contains("refused") && !front.names.contains("failed"))
        let conclusions = front.log.filter { if case .concluded = $0.content { true } else { false } }
        #expect(
            conclusions.map(\.content) == [
                .concluded(.abandoned(by: CommandID(rawValue: 1))), .concluded(.done),
            ])
        #expect(conclusions.map(\.command) == [.start, CommandID(rawValue: 1)])
    }
}
