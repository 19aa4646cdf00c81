import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// The log of a run, in order and out of it.
@Suite struct EventTests {
    private let fixture = RunFixture()

    @Test func aRunGoesThroughItsModes() {
        var model = ModelFixture.fresh()
        #expect(model.mode.word == "LOADING")
        ModelFixture.send(&model, [.event(.opened(fixture.geometry)), .event(.prepared(fixture.prompt))])
        #expect(model.pictures.count == 6)
        ModelFixture.send(&model, [.event(.progress(.vision, fraction: 1.7))])
        #expect(model.mode.detail == "vision 100 %", "a share is shown within its bounds")
        let effects = ModelFixture.send(&model, [.event(.planned(fixture.plan, fixture.timing))])
        #expect(EffectText.of(effects) == ["focus L00/kv0", "snapshot"])
        #expect(model.mode == .live)
        ModelFixture.send(&model, [.event(.paused(.run))])
        #expect(model.mode == .paused)
        ModelFixture.send(&model, [.event(.resumed(.run))])
        #expect(model.mode == .live)
        #expect(EffectText.of(ModelFixture.send(&model, [.event(.finished(.length))])) == ["snapshot"])
        #expect(model.mode.detail == "token limit")
        ModelFixture.send(&model, [.event(.failed("disk full"))])
        #expect(model.mode == .failed("disk full") && model.exitSummary == "kvscope: disk full")
    }

    @Test func aPausedRunIsStillPausedAfterPlanningAnew() {
        var model = ModelFixture.live(fixture)
        ModelFixture.send(&model, [.event(.paused(.run))])
        ModelFixture.command(&model, "budget 30%")
        let id = ModelFixture.last(model)
        ModelFixture.send(&model, [.event(.progress(.planning, fraction: nil), id)])
        #expect(model.mode == .loading(.planning, nil))
        ModelFixture.send(&model, [.event(.planned(fixture.plan, fixture.timing, isPaused: true), id)])
        #expect(model.mode == .paused)
    }

    @Test func aRefusalPutsTheSettingsBack() {
        for mode in [RunMode.live, .paused, .done(.stop)] {
            var model = ModelFixture.live(fixture)
            model.standing = mode
            ModelFixture.command(&model, "set theta=7")
            #expect(model.settings.parameters == ["theta": "7"] && model.commands.awaitsPlan)
            let id = ModelFixture.last(model)
            ModelFixture.send(
                &model,
                [
                    .event(.progress(.planning, fraction: nil), id),
                    .event(.refused("theta cannot be 7\u{1B}[2J; expected 0...1"), id),
                ])
            #expect(model.settings == fixture.plan.settings)
            #expect(!model.commands.awaitsPlan)
            #expect(model.mode == mode, "the run goes on as it was")
            #expect(model.notice?.text == "refused: theta cannot be 7<0x1B>[2J; expected 0...1")
        }
    }

    @Test func ofTwoPlansInARowTheSettingsOfTheLastCount() throws {
        var model = ModelFixture.live(fixture)
        ModelFixture.press(&model, .character("+"))
        let first = try #require(ModelFixture.last(model))
        ModelFixture.press(&model, .character("+"))
        let second = try #require(ModelFixture.last(model))
        #expect(model.settings.budget == 0.4)
        let plan = RunFixture(.init(budget: 0.3)).plan
        ModelFixture.send(
            &model, [.event(.planned(plan, fixture.timing), first), .event(.concluded(.done), first)])
        #expect(model.settings.budget == 0.4 && model.plan?.settings.budget == 0.3)
        ModelFixture.send(&model, [.event(.refused("no"), second)])
        #expect(model.settings.budget == 0.3, "what is true, once nothing else is asked for")
    }

    @Test func stepsOfAnotherPlanAreNotMixedIn() throws {
        var model = ModelFixture.live(fixture, steps: 4)
        ModelFixture.press(&model, .character("r"))
        let id = try #require(ModelFixture.last(model))
        ModelFixture.send(&model, [.step(fixture.steps[4])])
        #expect(model.answer.steps.count == 5, "the old plan still decodes")
        ModelFixture.send(&model, [.event(.planned(fixture.plan, fixture.timing), id)])
        #expect(model.answer.steps.isEmpty)
        ModelFixture.send(&model, [.step(fixture.steps[5]), .step(fixture.steps[0], id)])
        #expect(model.answer.steps.map(\.index) == [0])
    }

    /// A draft may need queries that the prefill did not keep: the model runs again, the run does not.
    @Test func aDraftThatRanTheModelLeavesTheRunAsItWas() {
        for mode in [RunMode.live, .paused, .done(.stop)] {
            for answer in [
                FactContent.drafted(fixture.plan), .refused("no"), .concluded(.abandoned(by: nil)),
            ] {
                var model = ModelFixture.live(fixture)
                model.standing = mode
                ModelFixture.command(&model, "draft theta=0.7")
                let id = ModelFixture.last(model)
                ModelFixture.send(
                    &model,
                    [
                        .event(.progress(.vision, fraction: 0.5), id),
                        .event(.progress(.prefill, fraction: 0.5), id),
                    ])
                #expect(model.mode.isLoading)
                ModelFixture.send(&model, [.event(answer, id)])
                #expect(model.mode == mode && !model.commands.awaitsPlan)
                #expect(model.answer.steps.count == 8)
            }
        }
    }

    @Test func aRefusedPromptIsNotAskedAboutAgain() throws {
        var model = ModelFixture.live(fixture)
        ModelFixture.press(&model, .character("n"))
        #expect(model.request?.title == "colour of the star" && model.promptIndex == 1)
        ModelFixture.send(&model, [.event(.refused("b.png: no such file"), ModelFixture.last(model))])
        #expect(model.request?.title == "caption", "its pictures are those on the screen")
        #expect(EffectText.of(ModelFixture.press(&model, .character("n"))) == ["open count"])
        let id = ModelFixture.last(model)
        ModelFixture.send(&model, [.event(.prepared(fixture.prompt), id), .event(.concluded(.done), id)])
        #expect(model.request?.title == "count" && model.openedRequest?.title == "count")
    }

    @Test func whatAnotherPromptCutShortIsSaid() {
        var model = ModelFixture.live(fixture)
        ModelFixture.press(&model, .character("4"), .character("V"))
        let id = ModelFixture.last(model)
        ModelFixture.send(&model, [.event(.concluded(.abandoned(by: CommandID(rawValue: 9))), id)])
        #expect(model.notice?.text == "not measured: another prompt came" && !model.commands.isVerifying)
    }

    @Test func whyTheRunCannotGoOnIsSaidOnce() {
        var model = ModelFixture.fresh()
        ModelFixture.send(&model, [.event(.failed("no such folder")), .event(.refused("no such folder"))])
        #expect(model.mode == .failed("no such folder") && model.notice == nil)
    }

    @Test func aNewPromptForgetsTheOldOne() {
        var model = ModelFixture.live(fixture)
        model.patch = 30
        model.tokenCursor = 2
        model.pictureIndex = 4
        ModelFixture.send(&model, [.event(.prepared(RunFixture(.init(pictures: 1)).prompt))])
        #expect(model.plan == nil && model.snapshot == nil && model.answer.steps.isEmpty)
        #expect(model.patch == nil && model.tokenCursor == nil && model.pictureIndex == 0)
    }

    @Test func theCursorStaysInsideASmallerModel() {
        var model = ModelFixture.fresh()
        model.cursor = HeadID(layer: 40, head: 9)
        ModelFixture.send(&model, [.event(.opened(fixture.geometry))])
        #expect(model.cursor == HeadID(layer: 5, head: 3))
    }

    @Test func aSnapshotOfAnotherPlanIsNotShown() {
        var model = ModelFixture.live(fixture, steps: 4)
        let other = RunFixture(.init(budget: 0.5))
        let id = CommandID(rawValue: 50)
        ModelFixture.send(&model, [.event(.planned(other.plan, other.timing), id)])
        #expect(model.snapshot == nil)
        ModelFixture.send(&model, [.snapshot(fixture.snapshot(after: 5, focus: model.cursor))])
        #expect(model.snapshot == nil, "late, from before the plan")
        ModelFixture.send(&model, [.snapshot(other.snapshot(after: 1, focus: model.cursor), plan: id)])
        #expect(model.snapshot?.steps == 1)
    }

    @Test func aSnapshotOfAnotherModelOrPromptIsNotShown() {
        var model = ModelFixture.live(fixture, steps: 4)
        let before = model.snapshot?.steps
        for options in [
            RunFixture.Options(layers: 2), .init(layers: 12), .init(pictures: 2), .init(pictures: 9),
        ] {
            let other = RunFixture(options)
            let id = HeadID(layer: options.layers - 1, head: 0)
            ModelFixture.send(&model, [.snapshot(other.snapshot(after: 9, focus: id))])
            #expect(model.snapshot?.steps == before)
        }
        var fresh = ModelFixture.fresh()
        ModelFixture.send(&fresh, [.snapshot(fixture.snapshot(after: 3, focus: HeadID(layer: 0, head: 0)))])
        #expect(fresh.snapshot == nil)
    }

    @Test func whatAHeadDoesIsUnknownUntilItsSnapshotCame() {
        var model = ModelFixture.live(fixture)
        #expect(model.focus?.id == model.cursor)
        ModelFixture.press(&model, .right)
        #expect(model.focus == nil, "the snapshot describes another head")
        #expect(model.status(of: model.cursor) != nil)
        #expect(GridMarks(model) != nil, "the plan says where the rows begin")
    }

    @Test func sizesAndOddNumbersAreTaken() {
        var model = ModelFixture.live(fixture)
        ModelFixture.send(&model, [.resized(width: -3, height: 0), .frameDrawn(0.004), .continued])
        #expect(model.width == 0 && model.height == 0 && model.frameCost == 0.004)
        #expect(View.draw(model).cells.isEmpty)
    }
}
