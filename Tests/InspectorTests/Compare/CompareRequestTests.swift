import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// What keys and commands of the compare screen do, beyond the table of keys.
@Suite struct CompareRequestTests {
    private let fixture = ComparisonFixture()

    private func methods(_ effects: [Effect]) -> [String] {
        effects.flatMap { effect -> [String] in
            guard case .send(let command) = effect, case .compare(let request) = command.action else {
                return []
            }
            return request.methods.map { SettingsText.full($0) }
        }
    }

    @Test func branchesAreNamedFromAnyScreen() {
        var model = ModelFixture.live()
        #expect(methods(ModelFixture.command(&model, "compare snapkv@10% full")) == ["snapkv@10%", "full"])
        #expect(model.screen == .compare && model.comparison.phase == .asked)
        #expect(
            methods(ModelFixture.command(&model, "c hybridkv@5")) == ["snapkv@10%", "full", "hybridkv@5%"])
        #expect(methods(ModelFixture.command(&model, "b snapkv")).count == 3)
        #expect(methods(ModelFixture.command(&model, "c off")).count == 2)
    }

    @Test func aFollowsTheRunUntilAPersonChoosesIt() {
        var model = fixture.running()
        ModelFixture.press(&model, .character("1"))
        ModelFixture.send(&model, [.event(.comparisonLeft(reason: nil), model.comparison.command)])
        model.settings.budget = 0.4
        ModelFixture.press(&model, .character("5"))
        #expect(methods(ModelFixture.press(&model, .character("r"))) == ["hybridkv@40%", "snapkv@20%"])
        ModelFixture.command(&model, "a @10%")
        model.settings.budget = 0.5
        #expect(methods(ModelFixture.press(&model, .character("r"))) == ["hybridkv@10%", "snapkv@20%"])
    }

    @Test func aMethodOfTheRunBringsItsParameters() {
        var model = ModelFixture.live()
        model.settings.parameters = ["theta": "0.8"]
        #expect(
            methods(ModelFixture.command(&model, "compare hybridkv hybridkv@5%"))
                == ["hybridkv(theta=0.8)@20%", "hybridkv(theta=0.8)@5%"])
    }

    @Test func settingsMeanTheBranchInFocus() {
        var model = fixture.running()
        ModelFixture.press(&model, .tab)
        #expect(methods(ModelFixture.command(&model, "budget 7%")) == ["hybridkv@20%", "snapkv@7%"])
        #expect(
            methods(ModelFixture.command(&model, "method hybridkv")) == ["hybridkv@20%", "hybridkv@7%"])
        #expect(
            methods(ModelFixture.command(&model, "set theta=0.8"))
                == ["hybridkv@20%", "hybridkv(theta=0.8)@7%"])
        #expect(model.settings == MethodSettings(name: "hybridkv", budget: 0.2), "the run is as it was")
    }

    @Test func theStepCursorFollowsTheNewestUntilItIsMoved() {
        var model = fixture.running(steps: 6)
        #expect(model.comparison.selected == 5)
        ModelFixture.press(&model, .left)
        ModelFixture.send(&model, [.event(.compared(fixture.steps[6]), model.comparison.command)])
        #expect(model.comparison.selected == 4)
        ModelFixture.command(&model, "at end")
        #expect(model.comparison.selected == 6)
        ModelFixture.command(&model, "at 99")
        #expect(model.comparison.selected == 6 && model.notice?.kind == .wrong)
    }

    @Test func differencesEndWithAWord() {
        var model = fixture.ended()
        ModelFixture.press(&model, .character("n"))
        #expect(model.notice?.text == "the tokens differ at no later step")
        ModelFixture.press(&model, .character("N"), .character("N"), .character("N"))
        #expect(model.comparison.cursor == 4)
        ModelFixture.press(&model, .character("N"))
        #expect(model.comparison.cursor == 4 && model.notice?.text == "the tokens differ at no earlier step")
        var same = ComparisonFixture(.init(changes: [[], []])).ended()
        ModelFixture.press(&same, .character("n"))
        #expect(same.notice?.text == "the tokens are the same at all steps so far")
    }

    @Test func enterGoesThroughTheHeadsByDifference() {
        var model = fixture.ended()
        model.comparison.cursor = 4
        let heads = model.comparison.heads(at: 4).map(\.id)
        ModelFixture.press(&model, .enter)
        #expect(model.cursor == heads[0])
        ModelFixture.press(&model, .enter)
        #expect(model.cursor == heads[1])
        ModelFixture.press(&model, .character("l"), .enter)
        #expect(model.cursor == heads[0], "after another way it begins again")
    }

    @Test func escGoesUpLevelByLevel() {
        var model = fixture.ended()
        ModelFixture.command(&model, "view texts")
        model.comparison.cursor = 2
        ModelFixture.press(&model, .escape)
        #expect(model.comparison.cursor == nil && model.screen == .compare)
        ModelFixture.press(&model, .escape)
        #expect(model.comparison.panel == .overview && model.screen == .compare)
        #expect(EffectText.of(ModelFixture.press(&model, .escape)) == ["end comparison"])
        #expect(model.screen == .map)
    }

    @Test func aHeadThatIsFullAlreadyIsToBlameForNothing() {
        let methods = [("hybridkv", 0.2), ("full", 1.0)]
        var model = ComparisonFixture(.init(methods: methods, changes: [[9], []])).running()
        ModelFixture.press(&model, .tab)
        #expect(ModelFixture.press(&model, .character("S")).isEmpty)
        #expect(model.notice?.text == "L02/kv1 is full in B already")
    }

    @Test func completionKnowsMethodsAndViews() {
        let completion = CommandCompletion(methods: ModelFixture.methods, settings: fixture.methods[0])
        #expect(completion.candidates(for: "b sn") == ["snapkv"])
        #expect(completion.candidates(for: "c ").last == "off")
        #expect(completion.complete("view pi") == "view pictures ")
    }
}
