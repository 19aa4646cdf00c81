import HybridKV
import Testing

@testable import Inspector

/// What the engine says, in the order of a run and out of it.
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
        ModelFixture.send(&model, [.event(.paused)])
        #expect(model.mode == .paused)
        ModelFixture.send(&model, [.event(.resumed)])
        #expect(model.mode == .live)
        #expect(EffectText.of(ModelFixture.send(&model, [.event(.finished(.length))])) == ["snapshot"])
        #expect(model.mode.detail == "token limit")
        ModelFixture.send(&model, [.event(.failed("disk full"))])
        #expect(model.mode == .failed("disk full") && model.exitSummary == "kvscope: disk full")
    }

    @Test func aPausedRunIsStillPausedAfterPlanningAnew() {
        var model = ModelFixture.live(fixture)
        ModelFixture.send(&model, [.event(.paused)])
        ModelFixture.command(&model, "budget 30%")
        ModelFixture.send(
            &model,
            [
                .event(.progress(.planning, fraction: nil)), .event(.planned(fixture.plan, fixture.timing)),
            ])
        #expect(model.mode == .paused)
    }

    @Test func aRefusalPutsTheSettingsBack() {
        for mode in [RunMode.live, .paused, .done(.stop)] {
            var model = ModelFixture.live(fixture)
            model.mode = mode
            ModelFixture.command(&model, "set theta=7")
            #expect(model.settings.parameters == ["theta": "7"] && model.awaitsPlan)
            ModelFixture.send(
                &model,
                [
                    .event(.progress(.planning, fraction: nil)),
                    .event(.refused("theta cannot be 7\u{1B}[2J; expected 0...1")),
                ])
            #expect(model.settings == fixture.plan.settings)
            #expect(!model.awaitsPlan)
            #expect(model.mode == mode, "the run goes on as it was")
            #expect(model.notice?.text == "refused: theta cannot be 7<0x1B>[2J; expected 0...1")
        }
    }

    /// A draft may need queries that the prefill did not keep: the model runs again, the run does not.
    @Test func aDraftThatRanTheModelLeavesTheRunAsItWas() {
        for mode in [RunMode.live, .paused, .done(.stop)] {
            var model = ModelFixture.live(fixture)
            model.mode = mode
            ModelFixture.send(
                &model,
                [.event(.progress(.vision, fraction: 0.5)), .event(.progress(.prefill, fraction: 0.5))])
            #expect(model.mode.isLoading)
            ModelFixture.send(&model, [.event(.drafted(fixture.plan))])
            #expect(model.mode == mode && !model.awaitsPlan)
            #expect(model.answer.steps.count == 8)
        }
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
        ModelFixture.send(&model, [.event(.planned(other.plan, other.timing))])
        #expect(model.snapshot == nil)
        ModelFixture.send(&model, [.snapshot(fixture.snapshot(after: 5, focus: model.cursor))])
        #expect(model.snapshot == nil, "late, from before the plan")
        ModelFixture.send(&model, [.snapshot(other.snapshot(after: 1, focus: model.cursor))])
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
