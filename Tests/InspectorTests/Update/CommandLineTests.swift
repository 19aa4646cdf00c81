import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Typing behind the colon: editing, completion, history, paste.
@Suite struct CommandLineTests {
    private func typing(_ keys: [Key], _ model: InspectorModel = ModelFixture.live()) -> InspectorModel {
        var model = model
        ModelFixture.send(&model, [.key(.character(":"))] + keys.map { .key($0) })
        return model
    }

    private func text(_ text: String) -> [Key] { text.map { .character($0) } }

    @Test func theLineIsEditedAtTheCursor() {
        var model = typing(text("budgt") + [.left, .character("e")])
        #expect(model.commandLine?.text == "budget")
        ModelFixture.press(&model, .home, .delete, .character("B"), .end, .backspace)
        #expect(model.commandLine?.text == "Budge")
        ModelFixture.press(&model, .control("a"), .right, .right, .backspace)
        #expect(model.commandLine?.text == "Bdge" && model.commandLine?.place == 1)
        ModelFixture.press(&model, .control("e"), .right, .delete)
        #expect(model.commandLine?.place == 4)
        ModelFixture.press(&model, .control("u"))
        #expect(model.commandLine == CommandLine())
        ModelFixture.press(&model, .backspace)
        #expect(model.commandLine == nil, "Backspace on nothing leaves")
    }

    @Test func keysOfTheScreenAreTextHere() {
        let model = typing(text("q?1"))
        #expect(model.commandLine?.text == "q?1" && model.screen == .map && model.overlay == nil)
        var other = typing([.pageUp, .function(1), .backTab, .control("x")])
        #expect(other.commandLine == CommandLine())
        #expect(EffectText.of(ModelFixture.press(&other, .control("c"))) == ["quit"])
        #expect(
            EffectText.of(ModelFixture.press(&other, .control("z"), .control("l"))) == ["suspend", "redraw"])
        ModelFixture.press(&other, .escape)
        #expect(other.commandLine == nil)
    }

    @Test(arguments: [
        ("bu", "budget "), ("s", "s"), ("st", "step "), ("method h", "method hybridkv "),
        ("set th", "set theta="), ("goto t", "goto tokens "), ("lane b", "lane budget "),
        ("head 1 2 s", "head 1 2 static "), ("head 1 2 a", "head 1 2 auto "), ("zzz", "zzz"),
        ("prompt th", "prompt th"), ("pa", "pace "),
    ])
    func tabCompletes(typed: String, completed: String) {
        #expect(typing(text(typed) + [.tab]).commandLine?.text == completed)
    }

    @Test func tabGoesAsFarAsAllAgree() {
        let completion = CommandCompletion(
            methods: ModelFixture.methods, settings: MethodSettings(name: "hybridkv", budget: 0.2))
        #expect(completion.candidates(for: "s") == ["set", "step", "save"])
        #expect(completion.candidates(for: "re") == ["revert", "restart"])
        #expect(completion.candidates(for: "lane ") == Lane.allCases.map(\.rawValue))
        #expect(completion.candidates(for: "head 1 2 ") == ["static", "dynamic", "full", "auto"])
        #expect(completion.candidates(for: "head ").isEmpty)
        #expect(completion.complete("h") == "he", "head and help")
    }

    @Test func upGoesThroughWhatWasTypedBefore() {
        var model = ModelFixture.live()
        for line in ["lane hit", "goto head", "goto head", "lane text"] { ModelFixture.command(&model, line) }
        #expect(model.commandHistory == ["lane hit", "goto head", "lane text"], "a repetition is kept once")
        model = typing(text("bud") + [.up], model)
        #expect(model.commandLine?.text == "lane text")
        ModelFixture.press(&model, .up, .up, .up)
        #expect(model.commandLine?.text == "lane hit")
        ModelFixture.press(&model, .down, .down, .down)
        #expect(model.commandLine?.text == "bud", "what was being typed comes back")
        ModelFixture.press(&model, .down)
        #expect(model.commandLine?.text == "bud")
    }

    @Test func theHistoryIsBoundedAndEmptyLinesAreNotKept() {
        var model = ModelFixture.live()
        for number in 0..<150 { ModelFixture.command(&model, "step \(number + 1)") }
        ModelFixture.command(&model, "  ")
        #expect(model.commandHistory.count == 100 && model.commandHistory.last == "step 150")
    }

    @Test func aPasteIsTextAndNeverKeys() {
        var model = ModelFixture.live()
        let before = model.screen
        #expect(ModelFixture.send(&model, [.paste("q2:3")]).isEmpty)
        #expect(model.screen == before && model.commandLine == nil)
        model = typing(text("prompt "), model)
        ModelFixture.send(&model, [.paste("two\nlines\t\u{1B}[2J\u{202E}")])
        #expect(model.commandLine?.text == "prompt two lines  [2J ")
    }

    @Test func marksThatJoinKeepTheCursorInside() {
        var model = typing(text("e"))
        ModelFixture.send(&model, [.paste("\u{301}\u{301}")])
        #expect(model.commandLine?.text.count == 1 && model.commandLine?.place == 1)
        ModelFixture.press(&model, .backspace, .backspace)
        #expect(model.commandLine == nil)
    }

    @Test func aLongLineScrollsWithItsCursor() {
        var model = typing(text("prompt " + String(repeating: "abcdefghi ", count: 20) + "END"))
        #expect(View.draw(model).text.contains("END"))
        #expect(View.draw(model).cursor?.y == 23)
        ModelFixture.press(&model, .home)
        #expect(View.draw(model).text.contains(":prompt abc"))
    }
}
