import HybridKV
import TestSupport
import Testing

@testable import KVLive

/// Every command is concluded exactly once, whatever becomes of it, and its facts come before.
@Suite struct ConclusionTests {
    private let golden: PromptGolden
    private let full = MethodSettings(name: "full", budget: 1)
    private let snap = MethodSettings(name: "snapkv", budget: 0.2)
    private let unknown = MethodSettings(name: "nothing", budget: 0.2)
    private let head = HeadID(layer: 1, head: 1)

    init() throws {
        golden = try #require(PromptGolden.named("sample-caption-6"))
    }

    /// Every case of what can be asked.
    private var actions: [RunAction] {
        [
            .pause, .step(2), .resume, .pause, .pace(1000), .pace(0), .seek(3), .focus(head), .snapshot,
            .draft(snap),
            .draft(unknown), .verify([full, snap], steps: 2), .verify([unknown], steps: 2),
            .blame(branch: 0, head),
            .endComparison, .compare(ComparisonRequest(methods: [snap], steps: 3)), .step(9), .snapshot,
            .blame(branch: 0, head), .blame(branch: 7, head), .pause, .restart,
            .compare(ComparisonRequest(methods: [])),
            .endComparison, .replan(snap), .replan(unknown), .step(100), .step(1), .restart,
            .open(golden.request),
            .open(PromptRequest(messages: [Message(role: .user, content: [.image("/nowhere.png")])])),
            .resume,
        ]
    }

    /// Whether a fact may follow the conclusion of its command: what a plan or a comparison goes on to do.
    private func mayFollow(_ content: FactContent) -> Bool {
        switch content {
        case .step, .finished, .failed, .compared, .comparisonEnded, .comparisonLeft: true
        default: false
        }
    }

    private func expectContract(_ reader: LiveReader) {
        #expect(reader.log.map(\.number) == Array(reader.log.indices))
        var concluded: Set<CommandID> = []
        for fact in reader.log {
            guard let command = fact.command else {
                #expect(fact.content == .ended)
                continue
            }
            if case .concluded = fact.content {
                #expect(concluded.insert(command).inserted, "\(command) is concluded twice")
            } else if concluded.contains(command) {
                #expect(mayFollow(fact.content), "\(fact.content.name) after the conclusion of \(command)")
            }
        }
        #expect(concluded == Set([.start] + reader.commands.map(\.id)))
    }

    @Test func everyCommandIsConcludedOnce() throws {
        let reader = LiveReader(golden, full)
        try reader.wait { $0.count("paused") == 1 }
        for action in actions { _ = try reader.conclusion(of: action) }
        try reader.finish()
        expectContract(reader)
    }

    @Test(arguments: 0..<6)
    func inAnyOrder(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let reader = LiveReader(golden, full, maxTokens: 6)
        try reader.wait { $0.count("paused") == 1 }
        for action in actions.shuffled(using: &random) { reader.send(action) }
        // What was not reached yet when the run is stopped is abandoned.
        if seed.isMultiple(of: 2) {
            let last = reader.send(.snapshot)
            try reader.wait { !$0.conclusions(of: last).isEmpty }
        }
        try reader.finish()
        expectContract(reader)
    }

    @Test func stepsBelongToTheCommandThatPlannedThem() throws {
        let reader = LiveReader(golden, full)
        try reader.wait { $0.count("paused") == 1 }
        try reader.send(.step(2), until: "paused")
        let replan = try reader.send(.replan(snap), until: "planned")
        try reader.send(.step(3), until: "paused")
        let steps = reader.log.filter { if case .step = $0.content { true } else { false } }
        #expect(steps.map(\.command) == [.start, .start, replan, replan, replan])
        for case .snapshot(_, let plan) in reader.log.map(\.content) { #expect(plan == replan) }
        for case .planned(let plan, _, let isPaused) in reader.log.map(\.content) {
            #expect(isPaused == (plan.settings == snap), "the run was paused before the second plan")
        }
    }

    @Test func aStepCommandIsAbandonedForWhatReplacesIt() throws {
        let reader = LiveReader(golden, full, pace: 0)
        try reader.wait { $0.count("paused") == 1 }
        reader.send(.compare(ComparisonRequest(methods: [snap], steps: 40)))
        let step = reader.send(.step(1_000_000))
        let pause = reader.send(.pause)
        try reader.wait { !$0.conclusions(of: step).isEmpty && !$0.conclusions(of: pause).isEmpty }
        let expected: [Conclusion] =
            reader.count("comparisonEnded") > 0 ? [.done, .abandoned(by: pause)] : [.abandoned(by: pause)]
        #expect(expected.contains(try #require(reader.conclusions(of: step).first)))
    }

    @Test func ofTwoPromptsInARowTheFirstIsAbandoned() throws {
        let other = try #require(PromptGolden.named("text-only"))
        let reader = LiveReader(golden, full)
        let first = reader.send(.open(golden.request))
        let second = reader.send(.open(other.request))
        try reader.wait { !$0.conclusions(of: second).isEmpty }
        #expect(reader.conclusions(of: second) == [.done])
        #expect([[.abandoned(by: second)], [.done]].contains(reader.conclusions(of: first)))
        #expect(reader.plan?.0.tokenCount == other.tokens.count)
    }

    @Test func aSourceRefusesWhatItCannotDo() throws {
        let reader = LiveReader(golden, full)
        #expect(!reader.run.capabilities.contains(.seek))
        #expect(reader.run.obstacle(to: .seek(3)) == "a live run cannot go to another step")
        #expect(try reader.conclusion(of: .seek(3)) == .refused("a live run cannot go to another step"))
        for action in actions where reader.run.obstacle(to: action) != nil { #expect(action == .seek(3)) }
    }
}
