import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Keys that a person binds otherwise.
@Suite struct KeyMapTests {
    private func map(_ wishes: (String?, String, String)...) -> KeyMap {
        KeyMap(
            wishes.map { KeyWish(screen: $0.0, key: $0.1, command: $0.2, place: "config.yaml:7") },
            methods: ModelFixture.methods, settings: MethodSettings(name: "hybridkv", budget: 0.2))
    }

    private func model(_ map: KeyMap) -> InspectorModel {
        let live = ModelFixture.live(width: 250, height: 60)
        var model = InspectorModel(
            capabilities: live.capabilities, width: live.width, height: live.height, settings: live.settings,
            methods: live.methods, prompts: live.prompts, boundKeys: map)
        model.geometry = live.geometry
        model.plan = live.plan
        model.prompt = live.prompt
        model.standing = live.standing
        return model
    }

    private func hints(_ model: InspectorModel) -> Substring {
        View.draw(model).text.split(separator: "\n").last ?? ""
    }

    @Test func nothingBoundIsTheTable() {
        let map = KeyMap.standard
        #expect(map.warnings.isEmpty && map.bindings.map(\.label) == KeyTable.all.map(\.label))
    }

    @Test func aKeyAsksForACommand() {
        let map = map((nil, "F5", "restart"), (nil, "ctrl-r", "budget 30%"), (nil, "e", "step 4"))
        #expect(map.warnings.isEmpty)
        var model = model(map)
        #expect(EffectText.of(ModelFixture.press(&model, .function(5))) == ["restart"])
        #expect(EffectText.of(ModelFixture.press(&model, .character("e"))) == ["step 4"])
        _ = ModelFixture.press(&model, .control("r"))
        #expect(model.settings.budget == 0.3)
        // The default goes on to work.
        #expect(EffectText.of(ModelFixture.press(&model, .character("r"))) == ["restart"])
    }

    @Test func aKeyCanBeTakenAway() {
        var model = model(map((nil, "n", "none"), (nil, "q", "none")))
        #expect(ModelFixture.press(&model, .character("n")).isEmpty)
        #expect(model.notice?.text == "'n' does nothing here; ? lists the keys")
        #expect(ModelFixture.press(&model, .character("q")).isEmpty)
        #expect(!hints(model).contains("next prompt") && !hints(model).contains("quit"))
        #expect(
            EffectText.of(ModelFixture.press(&model, .control("c"))) == ["quit"], "there is always a way out")
    }

    @Test func hintAndHelpShowTheKeyThatIsBound() {
        let map = map((nil, "r", "none"), (nil, "F5", "restart"), (nil, "?", "none"), (nil, "F2", "help"))
        var model = model(map)
        #expect(hints(model).contains("F5 again") && !hints(model).contains("F2 help"))
        // F1 is bound to the help by the table and goes on to show it.
        #expect(hints(model).contains("F1 help") && map.helpKey == "F1")
        for binding in map.bindings where binding.request == .help {
            #expect(binding.isShared, "a key that was taken away leaves the others where they were")
        }
        ModelFixture.press(&model, .function(2))
        #expect(model.overlay == .help)
        let words = View.draw(model).text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("F5 decode again from the start"))
    }

    @Test func aScreenOfItsOwnLeavesTheOthersAlone() {
        let map = map(("map", "n", "previous"), ("compare", "x", "view heads"))
        var model = model(map)
        #expect(EffectText.of(ModelFixture.press(&model, .character("n"))).count == 1)
        #expect(model.promptIndex == model.prompts.count - 1)
        model.screen = .tokens
        _ = ModelFixture.press(&model, .character("n"))
        #expect(model.promptIndex == 0)
        #expect(map.binding(for: .character("x"), on: .compare)?.line == "view heads")
        #expect(map.binding(for: .character("x"), on: .budget)?.line == "why")
        #expect(map.binding(for: .character("n"), on: .compare)?.line == "difference")
    }

    @Test func theLastMeaningOfAKeyHolds() {
        let map = map((nil, "e", "restart"), (nil, "e", "step 2"), ("head", "e", "none"))
        #expect(map.binding(for: .character("e"), on: .map)?.line == "step 2")
        #expect(map.binding(for: .character("e"), on: .head) == nil)
        for screen in ScreenName.allCases {
            let keys = map.bindings.filter { $0.screens.contains(screen) }.flatMap(\.keys)
            #expect(Set(keys).count == keys.count, "no key has two meanings")
        }
    }

    @Test(arguments: [
        ("map", "hyper-x", "restart", "no key 'hyper-x': expected a character"),
        (nil, "e", "dance", "no command 'dance': expected none, or one that kvscope config --keys lists"),
        (nil, "e", "budget lots", "'lots' is no budget"), (nil, "e", "restart now", "'now' is too much"),
        ("maps", "e", "restart", "no screen 'maps': expected map head tokens budget compare"),
        (nil, "ctrl-c", "restart", "Ctrl-C cannot be bound"),
        (nil, "e", " ", "(nothing): expected a command"),
    ])
    func whatCannotBeBoundIsNamed(screen: String?, key: String, command: String, words: String) {
        let map = map((screen, key, command))
        #expect(map.warnings.count == 1)
        #expect(map.warnings.first?.hasPrefix("config.yaml:7: \(words)") == true, "\(map.warnings)")
        #expect(map.bindings.map(\.label) == KeyTable.all.map(\.label), "and nothing is changed")
    }

    @Test func everyKeyIsReadByItsName() {
        let keys: [Key] = [
            "x", "+", " ", .control("r"), .function(12), .up, .down, .left, .right, .home, .end, .pageUp,
            .pageDown,
            .tab, .backTab, .enter, .escape, .backspace, .delete,
        ]
        for key in keys {
            #expect(Key(named: key.name) == key)
            #expect(key.name.count == 1 || Key(named: key.name.lowercased()) == key)
        }
        for name in ["", "F0", "F13", "ctrl-", "ctrl-ab", "ctrl-1", "Fn"] { #expect(Key(named: name) == nil) }
    }
}
