import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Pause, step, restart, plan and prompt in every mode; ladders.
@Suite struct RunStateTests {
    private static let modes: [RunMode] = [
        .loading(.prefill, 0.5), .live, .paused, .done(.stop), .done(.length), .failed("no room"),
    ]

    private func effects(_ key: Key, in mode: RunMode) -> ([String], Notice?) {
        var model = ModelFixture.live()
        model.standing = mode
        if case .loading(let phase, let fraction) = mode {
            ModelFixture.send(&model, [.event(.progress(phase, fraction: fraction), CommandID(rawValue: 60))])
        }
        return (EffectText.of(ModelFixture.press(&model, key)), model.notice)
    }

    @Test func spaceStopsAndGoesOn() {
        let expected = [["pause"], ["pause"], ["resume"], [], [], []]
        for (mode, wanted) in zip(Self.modes, expected) {
            let (found, notice) = effects(.character(" "), in: mode)
            #expect(found == wanted, "\(mode)")
            if wanted.isEmpty { #expect(notice?.kind == .wrong) }
        }
        #expect(effects(.character(" "), in: .done(.stop)).1?.text.contains("r decodes again") == true)
        #expect(effects(.character(" "), in: .failed("x")).1?.text.contains("r tries again") == true)
    }

    @Test func aDotDoesOneStep() {
        let expected = [["step 1"], ["step 1"], ["step 1"], [], [], []]
        for (mode, wanted) in zip(Self.modes, expected) {
            #expect(effects(.character("."), in: mode).0 == wanted, "\(mode)")
        }
    }

    @Test func restartAndNextPromptWorkInEveryMode() {
        for mode in Self.modes {
            #expect(effects(.character("r"), in: mode).0 == ["restart"], "\(mode)")
            #expect(effects(.character("n"), in: mode).0 == ["open colour of the star"], "\(mode)")
            #expect(effects(.character("+"), in: mode).0 == ["replan hybridkv@30%"], "\(mode)")
        }
    }

    @Test func promptsGoRoundBothWays() {
        var model = ModelFixture.live()
        let places = (0..<4).map { _ -> Int in
            ModelFixture.press(&model, .character("n"))
            return model.promptIndex
        }
        #expect(places == [1, 2, 0, 1])
        ModelFixture.press(&model, .character("N"))
        #expect(model.promptIndex == 0)
        var single = InspectorModel(
            capabilities: ModelFixture.ascii, width: 80, height: 24,
            settings: MethodSettings(name: "full", budget: 1),
            methods: ModelFixture.methods, prompts: [ModelFixture.prompts[0]])
        #expect(ModelFixture.press(&single, .character("n")).isEmpty)
        #expect(single.notice?.text == "there is no other prompt; :prompt TEXT asks")
    }

    @Test func theBudgetLadderHasTwoEnds() {
        var model = ModelFixture.live()
        var up: [Double] = []
        for _ in 0..<8 {
            ModelFixture.press(&model, .character("+"))
            up.append(model.settings.budget)
        }
        #expect(up == [0.3, 0.4, 0.5, 0.75, 1, 1, 1, 1])
        #expect(model.notice == Notice(kind: .wrong, text: "100 % is the largest budget"))
        for _ in 0..<20 { ModelFixture.press(&model, .character("-")) }
        #expect(model.settings.budget == 0.05)
        #expect(model.notice?.text == "5 % is the smallest budget")
        model.settings.budget = 0.123
        ModelFixture.press(&model, .character("-"))
        #expect(model.settings.budget == 0.1)
        // What text and arithmetic make of a tenth is the same step of the ladder.
        model.settings.budget = 0.1 + 1e-12
        ModelFixture.press(&model, .character("+"))
        #expect(model.settings.budget == 0.15)
    }

    @Test func theFullCacheHasNoBudget() {
        var model = ModelFixture.live()
        ModelFixture.command(&model, "method full")
        #expect(ModelFixture.press(&model, .character("+")).isEmpty)
        #expect(model.notice?.text == "full keeps every row and has no budget; :method NAME changes that")
        #expect(ModelFixture.command(&model, "budget 10%").isEmpty)
    }

    @Test func thePaceLadderEndsAtFullSpeed() {
        var model = ModelFixture.live()
        var paces: [Double] = []
        for _ in 0..<8 {
            ModelFixture.press(&model, .character("<"))
            paces.append(model.pace)
        }
        #expect(paces == [50, 20, 10, 5, 2, 1, 1, 1])
        for _ in 0..<6 { ModelFixture.press(&model, .character(">")) }
        #expect(model.pace == 0)
        #expect(model.notice?.text == "pace: full speed")
        #expect(EffectText.of(ModelFixture.press(&model, .character(">"))) == ["pace 0.0"])
    }

    @Test func forcingGoesThroughTheClassesAndBack() {
        var model = ModelFixture.live()
        let classes = (0..<4).map { _ -> HeadClass? in
            ModelFixture.press(&model, .character("f"))
            return model.settings.forcedHeads[model.cursor]
        }
        #expect(classes == [.static, .dynamic, .full, nil])
        #expect(model.settings.forcedHeads.isEmpty)
    }

    @Test func anotherMethodKeepsOnlyItsOwnParameters() {
        var model = ModelFixture.live()
        ModelFixture.command(&model, "set theta=0.8")
        #expect(model.settings.parameters == ["theta": "0.8"])
        #expect(EffectText.of(ModelFixture.command(&model, "method snapkv")) == ["replan snapkv@20%"])
        #expect(model.settings.parameters.isEmpty)
    }

    @Test func anotherQuestionKeepsThePictures() throws {
        var model = ModelFixture.live()
        #expect(
            EffectText.of(ModelFixture.command(&model, "prompt How many  stars?")) == [
                "open How many  stars?"
            ])
        let request = try #require(model.request)
        #expect(request.expectedAnswer == nil)
        #expect(request.messages.last?.content == [.image("a.png"), .text("How many  stars?")])
    }

    @Test func snapshotsAreAskedForTenTimesASecondAtMost() {
        let fixture = RunFixture()
        var model = ModelFixture.live(fixture, steps: 3)
        func tick(_ seconds: Double) -> [String] {
            EffectText.of(ModelFixture.send(&model, [.tick(seconds)]))
        }
        #expect(tick(2).isEmpty, "nothing happened since the last one")
        ModelFixture.send(&model, [.step(fixture.steps[3])])
        #expect(tick(2.01) == ["snapshot"])
        ModelFixture.send(&model, [.step(fixture.steps[4])])
        #expect(tick(2.05).isEmpty && tick(9).isEmpty, "one at a time")
        ModelFixture.send(&model, [.snapshot(fixture.snapshot(after: 5, focus: model.cursor))])
        ModelFixture.conclude(&model) { $0 == .snapshot }
        #expect(tick(9.5).isEmpty, "it is of the last step")
        ModelFixture.send(&model, [.step(fixture.steps[5])])
        #expect(tick(9.6) == ["snapshot"])
        ModelFixture.send(&model, [.step(fixture.steps[6])])
        ModelFixture.conclude(&model) { $0 == .snapshot }
        #expect(tick(9.65).isEmpty)
        #expect(tick(9.71) == ["snapshot"])
        ModelFixture.send(&model, [.event(.paused(.run)), .step(fixture.steps[7])])
        ModelFixture.conclude(&model) { $0 == .snapshot }
        #expect(tick(19).isEmpty, "a paused run is not asked")
    }
}
