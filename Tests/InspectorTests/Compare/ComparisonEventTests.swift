import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// What the run tells of comparisons, in every order in which it can be told.
@Suite struct ComparisonEventTests {
    private let fixture = ComparisonFixture()
    private let free = ComparisonFixture(.init(isForced: false))

    /// Facts about the comparison that was asked for, or else the one that is shown; or about another command.
    private func effects(
        _ model: inout InspectorModel, _ events: [FactContent], of command: CommandID? = nil
    ) -> [String] {
        events.flatMap { content in
            let id = command ?? model.comparison.asked ?? model.comparison.command
            return EffectText.of(ModelFixture.send(&model, [.event(content, id)]))
        }
    }

    private func comparison(_ effect: Effect?) -> ComparisonRequest? {
        guard case .send(let command)? = effect, case .compare(let request) = command.action else {
            return nil
        }
        return request
    }

    private func compared(_ fixture: ComparisonFixture, _ range: Range<Int>) -> [FactContent] {
        fixture.steps[range].map { .compared($0) }
    }

    @Test func theScreenAsksOnceForTheRunAndARival() throws {
        var model = ModelFixture.live()
        let effects = ModelFixture.press(&model, .character("5"))
        let request = try #require(comparison(effects.first))
        #expect(effects.count == 1)
        #expect(request.methods == fixture.methods)
        #expect(request.isForced && request.steps == 48)
        #expect(request.probes == [.divergence, .recall, .fate])
        #expect(model.comparison.phase == .asked && model.shownMode == .live)
        #expect(ModelFixture.press(&model, .character("5")).isEmpty)
    }

    /// The full cache may have more to say than a run that forgot something.
    @Test func aCompleteAnswerDoesNotCutTheComparison() throws {
        var model = ModelFixture.done()
        let request = try #require(comparison(ModelFixture.press(&model, .character("5")).first))
        #expect(request.steps == 48 && request.steps > RunFixture().steps.count)
    }

    @Test func theRivalComesFromTheRegistry() {
        func rival(_ names: [String]) -> String? {
            var model = InspectorModel(
                capabilities: ModelFixture.ascii, width: 80, height: 24,
                settings: MethodSettings(name: "hybridkv", budget: 0.2),
                methods: ModelFixture.methods.filter { names.contains($0.name) }, prompts: [])
            ModelFixture.press(&model, .character("5"))
            return model.comparison.wishes.last.map { SettingsText.short($0) }
        }
        #expect(rival(["hybridkv", "full", "snapkv"]) == "snapkv 20 %")
        #expect(rival(["hybridkv", "full"]) == "full")
        #expect(rival(["hybridkv"]) == "hybridkv 10 %")
    }

    @Test func withoutAPlanItWaitsForOne() {
        var model = ModelFixture.fresh()
        ModelFixture.send(
            &model, [.event(.opened(fixture.run.geometry)), .event(.prepared(fixture.run.prompt))])
        #expect(ModelFixture.press(&model, .character("5")).isEmpty)
        let effects = effects(&model, [.planned(fixture.run.plan, fixture.run.timing)], of: .start)
        #expect(effects.last == "compare [\"hybridkv@20%\", \"snapkv@20%\"]")
    }

    @Test func stepsSnapshotsAndTheEndAreTaken() throws {
        var model = fixture.asked()
        #expect(effects(&model, [.comparisonStarted(fixture.start)]) == ["focus L02/kv1"])
        #expect(model.comparison.phase == .running)
        #expect(effects(&model, compared(fixture, 0..<5)).isEmpty)
        #expect(EffectText.of(ModelFixture.send(&model, [.tick(3), .tick(3.1), .tick(4)])) == ["snapshot"])
        #expect(effects(&model, compared(fixture, 5..<12)).isEmpty)
        #expect(effects(&model, [.comparisonEnded(.stop)]) == ["snapshot"])
        #expect(model.comparison.phase == .ended(.stop) && model.shownMode == .done(.stop))
        #expect(model.comparison.steps.count == 12)
        let snapshot = fixture.snapshot(after: 12, focus: model.cursor)
        _ = effects(&model, [.comparisonSnapshot(snapshot, comparison: .start)])
        #expect(model.comparison.snapshot == nil, "of another comparison")
        let id = try #require(model.comparison.command)
        _ = effects(&model, [.comparisonSnapshot(snapshot, comparison: id)])
        #expect(model.comparison.snapshot?.steps == 12)
        #expect(model.mode == .live, "the run waits where it is")
    }

    @Test func whatStandsStillIsSaid() {
        var model = fixture.running()
        #expect(effects(&model, [.paused(.comparison)]) == ["snapshot"])
        #expect(model.comparison.phase == .paused && model.mode == .live)
        #expect(EffectText.of(ModelFixture.press(&model, .character(" "))) == ["resume"])
        _ = effects(&model, [.resumed(.comparison)])
        #expect(model.comparison.phase == .running)
        _ = effects(&model, [.comparisonEnded(.length), .paused(.comparison)])
        #expect(model.comparison.phase == .ended(.length) && model.mode == .live)
        _ = effects(&model, [.comparisonLeft(reason: nil), .paused(.run)])
        #expect(model.mode == .paused)
    }

    @Test func leavingTheScreenLeavesTheComparisonAndKeepsItsResults() {
        var model = fixture.running()
        #expect(EffectText.of(ModelFixture.press(&model, .character("1"))) == ["end comparison"])
        #expect(effects(&model, compared(fixture, 8..<9)).isEmpty)
        #expect(effects(&model, [.comparisonLeft(reason: nil)]) == ["focus L02/kv1", "snapshot"])
        #expect(model.comparison.phase == .left && model.comparison.steps.count == 9)
        #expect(ModelFixture.press(&model, .character("5")).isEmpty)
        #expect(model.notice?.text == "kept from before; r compares again")
        #expect(ModelFixture.press(&model, .character(" ")).isEmpty)
        #expect(ModelFixture.press(&model, .character("S")).isEmpty)
        let again = EffectText.of(ModelFixture.press(&model, .character("r")))
        #expect(again == ["compare [\"hybridkv@20%\", \"snapkv@20%\"]"])
    }

    @Test func leavingBeforeTheStartAndComingBackWaitsForTheRightOne() throws {
        var model = fixture.asked()
        let first = try #require(model.comparison.asked)
        #expect(EffectText.of(ModelFixture.press(&model, .character("1"))) == ["end comparison"])
        #expect(ModelFixture.press(&model, .character("5")).count == 1)
        let second = try #require(model.comparison.asked)
        _ = effects(&model, [.comparisonStarted(fixture.start), .comparisonLeft(reason: nil)], of: first)
        #expect(model.comparison.phase == .asked)
        _ = effects(&model, [.comparisonStarted(fixture.start)] + compared(fixture, 0..<3), of: second)
        #expect(model.comparison.phase == .running && model.comparison.steps.count == 3)
    }

    @Test func leavingBeforeTheStartShowsNothingOfIt() throws {
        var model = fixture.asked()
        let id = try #require(model.comparison.asked)
        ModelFixture.press(&model, .character("1"))
        _ = effects(
            &model, [.comparisonStarted(fixture.start), .concluded(.done)] + compared(fixture, 0..<1), of: id)
        #expect(model.comparison.phase == .none && model.comparison.steps.isEmpty)
        _ = effects(&model, [.comparisonLeft(reason: nil)], of: id)
        #expect(model.comparison.phase == .none)
        #expect(ModelFixture.press(&model, .character("5")).count == 1, "coming back asks")
    }

    @Test func lateFactsOfAnOldComparisonAreNotMixedWithTheNewOne() throws {
        var model = fixture.running(steps: 3)
        let old = try #require(model.comparison.command)
        ModelFixture.press(&model, .character("t"))
        #expect(model.comparison.phase == .asked)
        // The old one still makes a step and pauses before the engine reads the command.
        _ = effects(&model, compared(fixture, 3..<4) + [.paused(.comparison)], of: old)
        #expect(model.comparison.phase == .asked)
        _ = effects(&model, [.comparisonStarted(free.start)])
        #expect(model.comparison.phase == .running && model.comparison.steps.isEmpty)
        #expect(model.comparison.start?.isForced == false && model.comparison.snapshot == nil)
        _ = effects(&model, compared(fixture, 4..<5), of: old)
        _ = effects(&model, compared(free, 0..<2))
        #expect(model.comparison.steps.count == 2)
    }

    @Test func ofSeveralInARowTheLastIsWaitedFor() throws {
        var model = fixture.running(steps: 3)
        ModelFixture.press(&model, .character("t"))
        let first = try #require(model.comparison.asked)
        ModelFixture.press(&model, .character("+"))
        let second = try #require(model.comparison.asked)
        _ = effects(&model, [.comparisonStarted(free.start)] + compared(free, 0..<2), of: first)
        #expect(model.comparison.phase == .asked && model.comparison.steps.count == 2)
        let larger = ComparisonFixture(.init(isForced: false, methods: [("hybridkv", 0.3), ("snapkv", 0.2)]))
        _ = effects(&model, [.comparisonStarted(larger.start)] + compared(larger, 0..<4), of: second)
        #expect(model.comparison.steps.count == 4 && model.comparison.phase == .running)
        #expect(model.comparison.start?.plans.first?.settings.budget == 0.3)
    }

    @Test func whenTheLastOfSeveralIsRefusedTheOneBeforeIsShown() throws {
        var model = fixture.running(steps: 3)
        ModelFixture.press(&model, .character("t"))
        let first = try #require(model.comparison.asked)
        ModelFixture.press(&model, .character("+"))
        let second = try #require(model.comparison.asked)
        _ = effects(&model, [.comparisonStarted(free.start)], of: first)
        _ = effects(&model, [.refused("no room")], of: second)
        #expect(model.comparison.phase == .running && model.comparison.wishes == free.methods)
        _ = effects(&model, compared(free, 0..<2), of: first)
        #expect(model.comparison.steps.count == 2)
    }

    @Test func anAbandonedComparisonIsAskedForAgainWithTheNextPlan() throws {
        var model = fixture.asked()
        let id = try #require(model.comparison.asked)
        _ = effects(&model, [.concluded(.abandoned(by: CommandID(rawValue: 99)))], of: id)
        #expect(model.comparison.phase == .none)
        _ = effects(&model, [.prepared(fixture.run.prompt)], of: .start)
        let effects = effects(&model, [.planned(fixture.run.plan, fixture.run.timing)], of: .start)
        #expect(effects.last == "compare [\"hybridkv@20%\", \"snapkv@20%\"]")
    }

    @Test func aComparisonThatCannotGoOnSaysWhy() {
        var model = fixture.running()
        _ = effects(&model, [.comparisonLeft(reason: "step 9: no numbers")])
        #expect(model.comparison.phase == .left && model.notice?.text == "refused: step 9: no numbers")
    }

    @Test func aStepOutOfOrderIsNotTaken() {
        var model = fixture.running(steps: 3)
        _ = effects(&model, compared(fixture, 5..<6) + compared(fixture, 1..<2))
        #expect(model.comparison.steps.count == 3)
    }

    @Test func aRefusedComparisonSaysWhyAndCanBeAskedForAgain() {
        var model = fixture.asked()
        _ = effects(&model, [.refused("no window of 0")])
        #expect(model.comparison.phase == .refused("no window of 0") && model.notice?.kind == .wrong)
        #expect(model.mode == .live && model.settings == fixture.run.plan.settings)
        #expect(ModelFixture.press(&model, .character("1")).isEmpty, "there is nothing to leave")
        #expect(ModelFixture.press(&model, .character("5")).count == 1, "coming back asks again")
    }

    @Test func afterARefusalTheComparisonBeforeGoesOn() {
        var model = fixture.running(steps: 3)
        let old = model.comparison.command
        ModelFixture.command(&model, "b @90%")
        _ = effects(&model, compared(fixture, 3..<4), of: old)
        _ = effects(&model, [.refused("too much")])
        #expect(model.comparison.phase == .running && model.comparison.wishes == fixture.methods)
        _ = effects(&model, compared(fixture, 4..<5))
        #expect(model.comparison.steps.count == 5)
        #expect(EffectText.of(ModelFixture.press(&model, .character("2"))) == ["end comparison"])
    }

    @Test func anotherPromptForgetsResultsAndComparesAgain() {
        var model = fixture.running()
        ModelFixture.command(&model, "prompt What is it?")
        _ = effects(
            &model,
            [
                .comparisonLeft(reason: nil), .progress(.preparing, fraction: nil),
                .prepared(fixture.run.prompt),
            ])
        #expect(model.comparison.start == nil && model.comparison.steps.isEmpty)
        let id = ModelFixture.last(model)
        let effects = effects(&model, [.planned(fixture.run.plan, fixture.run.timing)], of: id)
        #expect(effects.last == "compare [\"hybridkv@20%\", \"snapkv@20%\"]")
    }

    @Test func aFailedRunEndsIt() {
        var model = fixture.running()
        _ = effects(&model, [.failed("the disk is gone")])
        #expect(model.comparison.phase == .left && model.shownMode.isFailed)
    }

    @Test func blameIsListedOncePerHeadAndARefusalEndsTheWait() {
        var model = fixture.running()
        let head = HeadID(layer: 1, head: 3)
        func answer(_ content: FactContent) {
            let id = ModelFixture.last(model) { if case .blame = $0 { true } else { false } }
            _ = effects(&model, [content, .concluded(.done)], of: id)
        }
        func result(_ after: Double) -> FactContent {
            .blamed(BlameResult(branch: 1, head: head, steps: 7, meanKL: 0.4, meanKLWithHeadFull: after))
        }
        ModelFixture.press(&model, .tab)
        #expect(EffectText.of(ModelFixture.command(&model, "blame 1 3")) == ["blame 1 L01/kv3"])
        #expect(ModelFixture.command(&model, "blame 1 3").isEmpty, "it is being measured")
        answer(result(0.1))
        #expect(model.commands.blames.isEmpty)
        #expect(model.notice?.text == "B with L01/kv3 full: mean KL .4000 -> .1000, -.3000 in 7 steps")
        ModelFixture.command(&model, "blame 1 3")
        answer(result(0.2))
        #expect(model.comparison.blames.map(\.meanKLWithHeadFull) == [0.2])
        ModelFixture.command(&model, "blame 2 0")
        answer(.refused("no memory"))
        #expect(model.commands.blames.isEmpty && model.notice?.text == "refused: no memory")
        #expect(model.comparison.phase == .running)
    }

    @Test func aBlameBeforeTheFirstMeasuredStepIsRefused() {
        var model = fixture.running(steps: 1)
        #expect(ModelFixture.press(&model, .character("S")).isEmpty)
        #expect(model.notice?.text == "no step was measured yet")
    }
}
