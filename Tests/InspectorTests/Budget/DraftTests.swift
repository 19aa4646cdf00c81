import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// The draft beside the live plan: knobs, commands, what the engine answers, apply, verify.
@Suite struct DraftTests {
    private let fixture = BudgetFixture.small

    private func text(_ model: InspectorModel) -> String { View.draw(model).text }

    @Test func turningAKnobAsksForAPlanAndChangesNothingElse() {
        var model = fixture.model()
        let live = model.plan
        let effects = fixture.press(&model, .right)
        #expect(EffectText.of(effects) == ["draft hybridkv@25%"])
        #expect(model.plan == live && model.settings == live?.settings && !model.commands.awaitsPlan)
        #expect(model.budget.draft?.plan?.totalRows == 24 * 52)
        for screen in ScreenName.allCases {
            model.screen = screen
            #expect(text(model).contains("DRAFT differs"), "\(screen)")
        }
    }

    @Test func theLatestDraftWins() {
        var model = fixture.model()
        ModelFixture.press(&model, .right)
        let (first, firstID) = (model.draftSettings, model.budget.draft?.command)
        ModelFixture.press(&model, .right)
        #expect(model.draftSettings.budget == 0.3)
        if let plan = fixture.plan(first) { ModelFixture.send(&model, [.event(.drafted(plan), firstID)]) }
        #expect(model.budget.draft?.plan == nil, "a plan of an older draft")
        ModelFixture.send(&model, [.event(.refused("the older one"), firstID)])
        #expect(model.budget.draft?.refusal == nil && model.notice == nil)
        if let plan = fixture.plan(model.draftSettings) {
            ModelFixture.send(&model, [.event(.drafted(plan), model.budget.draft?.command)])
        }
        #expect(model.budget.draft?.plan?.settings.budget == 0.3)
    }

    @Test func goingBackIsNoDraft() {
        var model = fixture.model()
        fixture.press(&model, .right, .left)
        #expect(model.budget.draft == nil && !text(model).contains("DRAFT differs"))
        fixture.command(&model, "draft theta=0.9")
        #expect(model.budget.draft == nil, "a default that is written out changes nothing")
        fixture.command(&model, "draft 1 1 full")
        #expect(model.draftSettings.forcedHeads == [HeadID(layer: 1, head: 1): .full])
        fixture.command(&model, "draft 1 1 auto")
        #expect(model.budget.draft == nil)
    }

    @Test func aRefusedDraftStaysVisibleAndTheRunGoesOn() {
        var model = fixture.model()
        let mode = model.mode
        fixture.command(&model, "draft r=-1")
        #expect(model.budget.draft?.refusal?.contains("r cannot be \"-1\"") == true)
        #expect(model.mode == mode && model.settings == model.plan?.settings)
        fixture.press(&model, .down)
        #expect(text(model).contains("DRAFT INVALID: r cannot be \"-1\"; expected a number in 0...100"))
        for (key, word) in [(Key.character("a"), "invalid"), (.character("V"), "no plan")] {
            #expect(EffectText.of(fixture.press(&model, key)).isEmpty)
            #expect(model.notice?.kind == .wrong && model.notice?.text.contains(word) == true)
        }
        fixture.command(&model, "draft r=0.5")
        #expect(model.budget.draft?.plan != nil, "the next value may be good again")
    }

    @Test func aRefusedPlanIsNotTheDraftsFault() {
        var model = fixture.model()
        fixture.press(&model, .right)
        ModelFixture.command(&model, "set theta=abc")
        ModelFixture.send(
            &model, [.event(.refused("theta cannot be abc"), ModelFixture.last(model))])
        #expect(model.budget.draft?.plan != nil && model.settings == model.plan?.settings)
    }

    @Test func applyingMakesTheDraftTrueOnceItsPlanArrives() throws {
        var model = fixture.model()
        ModelFixture.press(&model, .right)
        #expect(EffectText.of(ModelFixture.press(&model, .character("a"))).isEmpty, "not planned yet")
        fixture.command(&model, "draft budget=12%")
        let effects = EffectText.of(fixture.press(&model, .character("a")))
        #expect(effects == ["replan hybridkv@12%"] && model.commands.awaitsPlan)
        #expect(model.budget.draft != nil, "until the engine says so, it is a draft")
        let plan = try #require(model.budget.draft?.plan)
        ModelFixture.send(&model, [.event(.planned(plan, OpeningTimes()), ModelFixture.last(model))])
        #expect(model.budget.draft == nil && model.plan == plan)
    }

    @Test func escapeAndRevertDropIt() {
        var model = fixture.model()
        fixture.press(&model, .right, .escape)
        #expect(model.budget.draft == nil && model.screen == .budget)
        #expect(model.notice?.text == "draft dropped; the live plan was never changed")
        fixture.press(&model, .escape)
        #expect(model.screen == .map)
        fixture.command(&model, "draft kappa=0.2")
        fixture.command(&model, "revert")
        #expect(model.budget.draft == nil)
        fixture.command(&model, "revert")
        #expect(model.notice?.kind == .wrong)
    }

    @Test func aNewPromptPlansTheDraftAnew() {
        var model = fixture.model()
        fixture.press(&model, .right)
        ModelFixture.send(&model, [.event(.prepared(fixture.run.prompt))])
        #expect(model.budget.draft?.plan == nil && model.budget.verified.isEmpty)
        let effects = ModelFixture.send(&model, [.event(.planned(fixture.live, OpeningTimes()))])
        #expect(EffectText.of(effects).last == "draft hybridkv@25%")
    }

    @Test func verifyingMeasuresBothAndOnlyForTheirPlans() throws {
        var model = fixture.model()
        fixture.command(&model, "draft budget=12%")
        #expect(!text(model).contains("0.0187"))
        #expect(
            EffectText.of(fixture.press(&model, .character("V")))
                == ["verify hybridkv@20% and hybridkv@12% over 16"])
        #expect(fixture.press(&model, .character("V")).isEmpty && model.notice?.text == "already measuring")
        let live = BudgetFixture.verified(try #require(model.plan), divergence: 0.0041)
        let draft = BudgetFixture.verified(try #require(model.budget.draft?.plan), divergence: 0.0187)
        let id = ModelFixture.last(model) { if case .verify = $0 { true } else { false } }
        ModelFixture.send(&model, [.event(.verified([live, draft]), id), .event(.concluded(.done), id)])
        #expect(!model.commands.isVerifying && text(model).contains("0.0187"))
        fixture.press(&model, .right)
        #expect(
            text(model).contains("0.0041") && !text(model).contains("0.0187"), "another draft is n/a again")
    }

    @Test func aRefusedMeasurementSaysSo() {
        var model = fixture.model()
        fixture.press(&model, .character("V"))
        ModelFixture.send(&model, [.event(.refused("no room for two caches"), ModelFixture.last(model))])
        #expect(!model.commands.isVerifying)
        #expect(model.notice?.text == "not measured: no room for two caches")
        #expect(model.settings == model.plan?.settings && !model.mode.isLoading)
    }

    @Test func methodsWithoutABudgetHaveNoBudgetKnob() {
        var model = fixture.model(MethodSettings(name: "full", budget: 0.2))
        #expect(model.knobs.map(\.key) == ["method"])
        fixture.command(&model, "draft budget=10%")
        #expect(model.budget.draft == nil && model.notice?.kind == .wrong)
        fixture.press(&model, .left)
        #expect(model.draftSettings.name == "hybridkv" && model.budget.draft?.plan != nil)
        #expect(model.knobs.count > 10, "the knobs are those of the draft's method")
    }

    @Test func unknownParametersAreRefusedWithWhatThereIs() {
        var model = fixture.model()
        #expect(fixture.command(&model, "draft beta=1").isEmpty)
        #expect(
            model.notice?.text.hasPrefix("hybridkv has no parameter 'beta': expected budget method theta")
                == true)
        var fresh = ModelFixture.fresh()
        #expect(ModelFixture.command(&fresh, "draft budget=3%").isEmpty)
        #expect(fresh.notice?.kind == .wrong)
    }

    @Test func enterTypesTheValueOfTheKnob() {
        var model = fixture.model()
        fixture.press(&model, .down, .down, .enter)
        #expect(model.commandLine?.text == "draft theta=0.9")
        let effects = ModelFixture.press(&model, .backspace, .character("8"), .enter)
        #expect(EffectText.of(effects) == ["draft hybridkv(theta=0.8)@20%"])
    }

    @Test func lettersMoveTheHeadThatIsExplained() {
        var model = fixture.model()
        fixture.press(&model, .character("l"), .character("j"))
        #expect(model.cursor == HeadID(layer: 3, head: 2) && text(model).contains("L03/kv2: "))
    }
}
