import HybridKV
import TestSupport
import Testing

/// A run from outside: commands in, facts out.
@Suite struct LiveRunTests {
    private let sample: SampleModel
    private let golden: PromptGolden
    private let full = MethodSettings(name: "full", budget: 1)
    private let hybrid = MethodSettings(name: "hybridkv", budget: 0.2, parameters: ["theta": "q:0.25"])

    init() throws {
        sample = try SampleModel.shared.get()
        golden = try #require(PromptGolden.named("sample-caption-6"))
    }

    /// The tokens that a session gives without a run.
    private func tokens(_ settings: MethodSettings, _ golden: PromptGolden, limit: Int) throws -> [Int32] {
        let all = try sample.decode(try sample.prefill(golden), settings, tokens: limit)
        let end = all.firstIndex { [485, 487].contains($0) }.map { $0 + 1 } ?? all.count
        return Array(all.prefix(end))
    }

    @Test func aRunTellsWhatHappensInOrder() throws {
        let reader = LiveReader(golden, full, maxTokens: 100, isPaused: false)
        try reader.wait { $0.count("finished") == 1 }
        var phases: [String] = []
        for name in reader.names where phases.last != name { phases.append(name) }
        #expect(
            phases == [
                "opening", "opened", "preparing", "vision", "prefill", "planning", "prepared", "planned",
                "finished",
            ])
        #expect(reader.tokens == golden.answer(limit: 100))
        #expect(reader.steps.map(\.index) == Array(reader.steps.indices))
        #expect(reader.steps.last?.finish == .stop)
        #expect(reader.steps.last?.token.isSpecial == true)
        let bytes = reader.steps.map(\.token).filter { !$0.isSpecial }.flatMap(\.bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == golden.answer)
        for step in reader.steps {
            let candidates = try #require(step.candidates)
            #expect(candidates.count == 5 && candidates.first == step.token)
            #expect(step.time.total != nil && step.cache.residentBytes != nil)
        }
    }

    @Test func pauseStepAndResume() throws {
        let reader = LiveReader(golden, full)
        try reader.wait { $0.count("paused") == 1 }
        #expect(reader.steps.isEmpty)
        try reader.send(.step(1), until: "paused")
        #expect(reader.tokens == golden.answer(limit: 1))
        try reader.send(.step(3), until: "paused")
        #expect(reader.tokens == golden.answer(limit: 4))
        #expect(try reader.takeSnapshot().steps == 4)
        try reader.send(.resume, until: "finished")
        #expect(reader.count("resumed") == 1)
        #expect(reader.tokens == golden.answer(limit: 12))
        // At the end there is nothing left to step; the run still answers.
        for action in [RunAction.step(5), .pause, .resume] {
            #expect(try reader.conclusion(of: action) == .refused("the answer is complete"))
        }
        #expect(try reader.takeSnapshot().steps == 12)
    }

    @Test func planningAgainRunsNoModel() throws {
        let reader = LiveReader(golden, full)
        try reader.wait { $0.count("paused") == 1 }
        let (_, timing) = try #require(reader.plan)
        try reader.send(.step(3), until: "paused")
        reader.clearEvents()
        try reader.send(.replan(hybrid), until: "planned")
        #expect(Set(reader.names) == ["planning", "planned"])
        let (plan, again) = try #require(reader.plan)
        #expect(plan == (try sample.plan(try sample.prefill(golden), hybrid)))
        #expect(again.vision == timing.vision && again.prefill == timing.prefill)
        #expect(again.load == timing.load)
        #expect(reader.steps.isEmpty)
        try reader.send(.resume, until: "finished")
        #expect(reader.tokens == (try tokens(hybrid, golden, limit: 12)))
    }

    @Test func anotherWindowMayNeedThePrefillAgain() throws {
        let long = try #require(PromptGolden.named("text-long"))
        let reader = LiveReader(long, full)
        try reader.wait { $0.count("paused") == 1 }
        var settings = hybrid
        settings.parameters["windowRows"] = "64"
        reader.clearEvents()
        try reader.send(.replan(settings), until: "planned")
        #expect(reader.count("prefill") > 0 && reader.count("prepared") == 0)
        #expect(reader.plan?.0.settings == settings)
        // Its queries are kept from now on.
        reader.clearEvents()
        try reader.send(.replan(settings), until: "planned")
        #expect(reader.count("prefill") == 0)
        try reader.send(.step(2), until: "paused")
        #expect(reader.steps.map(\.index) == [0, 1])
    }

    @Test func peopleChooseTheClassesOfHeads() throws {
        let reader = LiveReader(golden, hybrid)
        try reader.wait { $0.count("paused") == 1 }
        for headClass in HeadClass.allCases {
            var settings = hybrid
            let head = HeadID(layer: 3, head: 1)
            settings.forcedHeads = [head: headClass]
            try reader.send(.replan(settings), until: "planned")
            let plan = try #require(reader.plan?.0)
            #expect(plan[head].headClass == headClass)
            #expect(plan[head].isForced)
            #expect(plan.heads.count { $0.isForced } == 1)
        }
    }

    @Test func restartingGivesTheSameTokens() throws {
        let sampling = SamplingOptions(temperature: 1.3, seed: 77)
        let reader = LiveReader(golden, hybrid, sampling: sampling, isPaused: false)
        try reader.wait { $0.count("finished") == 1 }
        let (tokens, plan) = (reader.tokens, reader.plan?.0)
        #expect(!tokens.isEmpty)
        reader.clearEvents()
        try reader.send(.restart, until: "finished")
        #expect(reader.names == ["planned", "finished"])
        #expect(reader.tokens == tokens && reader.plan?.0 == plan)
    }

    @Test func anotherPromptCanBeOpened() throws {
        let other = try #require(PromptGolden.named("two-sizes"))
        let reader = LiveReader(golden, full)
        try reader.wait { $0.count("paused") == 1 }
        try reader.send(.step(2), until: "paused")
        try reader.send(.open(other.request), until: "planned")
        var views: [PromptView] = []
        for case .prepared(let view) in reader.events { views.append(view) }
        #expect(views.map(\.title) == [golden.name, other.name])
        #expect(views.last?.layout.tokens == other.tokens)
        try reader.send(.resume, until: "finished")
        #expect(reader.tokens == other.answer(limit: 12))
    }

    @Test func whatCannotBeDoneChangesNothing() throws {
        let reader = LiveReader(golden, hybrid)
        try reader.wait { $0.count("paused") == 1 }
        try reader.send(.step(4), until: "paused")
        var noHead = hybrid
        noHead.forcedHeads = [HeadID(layer: 6, head: 0): .full]
        let picture = Message(role: .user, content: [.image("/nowhere/picture.png"), .text("What is it?")])
        let commands: [RunAction] = [
            .replan(MethodSettings(name: "nothing", budget: 0.2)),
            .replan(MethodSettings(name: "hybridkv", budget: 0)),
            .replan(MethodSettings(name: "hybridkv", budget: 0.2, parameters: ["phi": "1"])),
            .replan(MethodSettings(name: "hybridkv", budget: 0.2, parameters: ["theta": "much"])),
            .replan(noHead),
            .open(PromptRequest(messages: [picture])),
            .open(PromptRequest(messages: [Message(role: .user, text: "<|image_pad|>")])),
        ]
        for command in commands { try reader.send(command, until: "refused") }
        #expect(reader.count("refused") == commands.count && reader.count("planned") == 1)
        #expect(try reader.takeSnapshot().steps == 4)
        #expect(reader.plan?.0.settings == hybrid)
        try reader.send(.resume, until: "finished")
        #expect(reader.tokens == (try tokens(hybrid, golden, limit: 12)))
        try reader.send(.restart, until: "finished")
        #expect(reader.tokens == (try tokens(hybrid, golden, limit: 12)))
    }

    @Test func snapshotsDescribeTheFocus() throws {
        let reader = LiveReader(golden, hybrid)
        try reader.wait { $0.count("paused") == 1 }
        try reader.send(.step(3), until: "paused")
        #expect(try reader.takeSnapshot().focus.id == HeadID(layer: 0, head: 0))
        reader.send(.focus(HeadID(layer: 2, head: 3)))
        let snapshot = try reader.takeSnapshot()
        #expect(snapshot.focus.id == HeadID(layer: 2, head: 3))
        #expect(snapshot.focus.evidence.count == golden.tokens.count)
        reader.send(.focus(HeadID(layer: 99, head: -1)))
        #expect(try reader.takeSnapshot().focus.id == HeadID(layer: 5, head: 0))
    }

    @Test func thePaceCanBeChangedWhileWaiting() throws {
        // A token in a quarter of an hour: the first comes at once, the others when the pace is lifted.
        let reader = LiveReader(golden, full, pace: 0.001, isPaused: false)
        try reader.wait { $0.steps.count == 1 }
        #expect(reader.count("finished") == 0)
        try reader.send(.pace(0), until: "finished")
        #expect(reader.tokens == golden.answer(limit: 12))
    }

    @Test func aMissingFolderFailsTheRun() throws {
        let reader = LiveReader(
            LiveConfiguration(model: "/nowhere/model", prompt: golden.request, settings: full))
        try reader.wait { $0.count("failed") == 1 }
        try reader.wait { $0.count("refused") == 1 }
        #expect(reader.names == ["opening", "failed", "refused"])
        guard case .failed(let reason) = reader.events[1] else { return }
        #expect(reason.contains("/nowhere/model"))
        #expect(reader.conclusions(of: .start) == [.refused(reason)])
        #expect(try reader.conclusion(of: .snapshot) == .refused("no model is open"))
        #expect(reader.steps.isEmpty)
    }

    @Test func aFirstPromptThatFailsLeavesRoomForAnother() throws {
        var configuration = LiveConfiguration(
            model: Repository.sampleModel,
            prompt: PromptRequest(messages: [Message(role: .user, content: [.image("/nowhere.png")])]),
            settings: full)
        configuration.kvElement = .f32
        configuration.maxTokens = 3
        let reader = LiveReader(configuration)
        try reader.wait { $0.count("failed") == 1 }
        try reader.send(.open(golden.request), until: "finished")
        #expect(reader.tokens == golden.answer(limit: 3))
    }
}
