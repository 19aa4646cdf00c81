import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A command, and what is asked for or why it is not understood.
struct CommandCase: Sendable {
    let line: String
    var request: Request?
    var error: String?

    init(_ line: String, _ request: Request) { (self.line, self.request) = (line, request) }
    init(_ line: String, error: String) { (self.line, self.error) = (line, error) }
}

/// Every command, with good and bad arguments.
@Suite struct CommandTests {
    private let parser = CommandParser(
        methods: ModelFixture.methods, settings: MethodSettings(name: "hybridkv", budget: 0.2),
        geometry: RunFixture().geometry)

    private static let budgetHelp = "expected a share such as 12% or 0.12"
    private static let headHelp = "names no head and class: expected LAYER HEAD CLASS, as in :head 3 1 full"

    static let cases: [CommandCase] =
        [
            CommandCase("budget 12%", .budget(0.12)), CommandCase("budget 12 %", .budget(0.12)),
            CommandCase("budget 0.12", .budget(0.12)), CommandCase("budget 12", .budget(0.12)),
            CommandCase("budget 1", .budget(1)), CommandCase("budget 100%", .budget(1)),
            CommandCase("budget 0.5%", .budget(0.005)), CommandCase("  budget   30  ", .budget(0.3)),
            CommandCase("budget", error: "(nothing) is no budget: \(budgetHelp)"),
            CommandCase("budget lots", error: "'lots' is no budget: \(budgetHelp)"),
            CommandCase("budget 0", error: "'0' is no budget: \(budgetHelp)"),
            CommandCase("budget -5%", error: "'-5%' is no budget: \(budgetHelp)"),
            CommandCase("budget nan", error: "'nan' is no budget: \(budgetHelp)"),
            CommandCase("budget inf", error: "'inf' is no budget: \(budgetHelp)"),
            CommandCase("budget 120%", error: "'120%' is more than the prompt: expected at most 100%"),
            CommandCase("method full", .method(MethodWish(name: "full"))),
            CommandCase("method snapkv@15%", .method(MethodWish(name: "snapkv", budget: 0.15))),
            CommandCase("method", error: "(nothing): expected METHOD, METHOD@12% or @12%"),
            CommandCase("method foo bar", error: "no method 'foo bar': expected hybridkv full snapkv"),
            CommandCase("set theta=0.8", .set(key: "theta", value: "0.8")),
            CommandCase("set chunk = auto", .set(key: "chunk", value: "auto")),
            CommandCase("set", error: "(nothing) sets nothing: expected KEY=VALUE, as in :set theta=0.8"),
            CommandCase("set theta", error: "'theta' sets nothing: expected KEY=VALUE, as in :set theta=0.8"),
            CommandCase(
                "set theta=", error: "'theta=' sets nothing: expected KEY=VALUE, as in :set theta=0.8"),
            CommandCase("set beta=1", error: "hybridkv has no parameter 'beta': expected theta chunk"),
            CommandCase("head 3 1 full", .force(HeadID(layer: 3, head: 1), .full)),
            CommandCase("head 0 0 auto", .force(HeadID(layer: 0, head: 0), nil)),
            CommandCase("head", error: "(nothing) \(headHelp)"),
            CommandCase("head 3 full", error: "'3 full' \(headHelp)"),
            CommandCase("head 3 1", .look(HeadID(layer: 3, head: 1))),
            CommandCase("head 9 1", error: "no head 9 1: expected layers 0 to 5, heads 0 to 3"),
            CommandCase("restart now", error: "'now' is too much: expected no arguments"),
            CommandCase("head x 1 full", error: "'x 1 full' \(headHelp)"),
            CommandCase("head 6 0 full", error: "no head 6 0: expected layers 0 to 5, heads 0 to 3"),
            CommandCase("head 0 -1 full", error: "no head 0 -1: expected layers 0 to 5, heads 0 to 3"),
            CommandCase("head 1 1 big", error: "no class 'big': expected static dynamic full auto"),
            CommandCase("prompt What  is it?", .prompt("What  is it?")),
            CommandCase("prompt", error: "nothing behind :prompt: expected a question"),
            CommandCase("draft budget=12%", .draft(.budget(0.12))),
            CommandCase("draft budget = 0.5 %", .draft(.budget(0.005))),
            CommandCase("draft method=full", .draft(.method(MethodWish(name: "full")))),
            CommandCase("draft theta=q:0.25", .draft(.parameter(key: "theta", value: "q:0.25"))),
            CommandCase("draft 3 1 full", .draft(.head(HeadID(layer: 3, head: 1), .full))),
            CommandCase("draft 3 1 auto", .draft(.head(HeadID(layer: 3, head: 1), nil))),
            CommandCase(
                "draft", error: "(nothing) drafts nothing: expected KEY=VALUE, as in :draft budget=12%"),
            CommandCase("draft r", error: "'r' drafts nothing: expected KEY=VALUE, as in :draft budget=12%"),
            CommandCase("draft budget=no", error: "'no' is no budget: \(budgetHelp)"),
            CommandCase("draft method=x", error: "no method 'x': expected hybridkv full snapkv"),
            CommandCase("draft 9 1 full", error: "no head 9 1: expected layers 0 to 5, heads 0 to 3"),
            CommandCase("apply", .applyDraft), CommandCase("revert", .revertDraft),
            CommandCase("verify", .verify), CommandCase("why", .why),
            CommandCase("restart", .restart),
            CommandCase("step", .step(1)), CommandCase("step 12", .step(12)),
            CommandCase("step 0", error: "'0' is no number of steps: expected 1 or more, as in :step 5"),
            CommandCase("step two", error: "'two' is no number of steps: expected 1 or more, as in :step 5"),
            CommandCase("pace 0", .pace(0)), CommandCase("pace 2.5", .pace(2.5)),
            CommandCase("pace", error: "(nothing) is no pace: expected tokens per second, 0 for full speed"),
            CommandCase("pace -1", error: "'-1' is no pace: expected tokens per second, 0 for full speed"),
            CommandCase("pace nan", error: "'nan' is no pace: expected tokens per second, 0 for full speed"),
            CommandCase("lane recall", .lane(.recall)),
            CommandCase("lane x", error: "no lane 'x': expected budget used hit recall loads text fate"),
            CommandCase("goto tokens", .show(.tokens)),
            CommandCase("goto", error: "no screen (nothing): expected map head tokens budget compare"),
            CommandCase("save /tmp/a b.txt", .save("/tmp/a b.txt")),
            CommandCase("save", error: "nothing behind :save: expected a file's path"),
            CommandCase("checks", .checks), CommandCase("help", .help),
            CommandCase("q", .quit), CommandCase("quit", .quit),
        ] + CompareCommandCases.all

    @Test func everyCommandIsUnderstoodOrSaysWhatIsExpected() {
        for testCase in Self.cases {
            do {
                let found = try parser.parse(testCase.line)
                #expect(found == testCase.request, "\(testCase.line)")
            } catch {
                #expect(error.text == testCase.error, "\(testCase.line)")
            }
        }
    }

    @Test func everyCommandOfTheTableHasCases() {
        for command in CommandTable.typed {
            let own = Self.cases.filter { $0.line.split(separator: " ").first == command.name[...] }
            #expect(own.contains { $0.request != nil }, "\(command.name) is not tried")
            let needsMore = !command.arguments.isEmpty
            #expect(!needsMore || own.contains { $0.error != nil }, "\(command.name) is never wrong")
        }
    }

    @Test func nothingIsNoCommandAndAnUnknownOneListsAll() throws {
        #expect(try parser.parse("") == nil)
        #expect(try parser.parse("   ") == nil)
        let names = CommandTable.typed.map(\.name).joined(separator: " ")
        #expect(throws: CommandError("no command 'fly'", expected: names)) { _ = try parser.parse("fly me") }
    }

    @Test func commandsDoWhatTheySay() {
        var model = ModelFixture.live()
        func effects(_ line: String) -> [String] { EffectText.of(ModelFixture.command(&model, line)) }
        #expect(effects("step 3") == ["step 3"])
        #expect(effects("pace 4") == ["pace 4.0"])
        #expect(effects("head 1 2 full") == ["replan hybridkv@20%, L01/kv2 full"])
        #expect(effects("head 1 2 auto") == ["replan hybridkv@20%"])
        #expect(effects("save out.txt") == ["save out.txt"])
        #expect(effects("restart") == ["restart"])
        #expect(effects("q") == ["quit"])
        _ = effects("lane hit")
        #expect(model.lane == .hit && model.notice?.text == Lane.hit.meaning)
        _ = effects("goto head")
        #expect(model.screen == .head)
        _ = effects("help")
        #expect(model.overlay == .help)
        _ = effects("nonsense")
        #expect(model.notice?.kind == .wrong)
    }

    @Test func savingWritesTheScreenWithoutTheCommandLine() {
        var model = ModelFixture.live()
        #expect(EffectText.of(ModelFixture.command(&model, "save a.txt")) == ["save a.txt"])
        let text = View.draw(model).text
        #expect(text.contains("[1 Map]") && text.contains("? help") && !text.contains(":save"))
        ModelFixture.send(&model, [.written(path: "a.txt", failure: nil)])
        #expect(model.notice == Notice(kind: .told, text: "wrote a.txt"))
        ModelFixture.send(&model, [.written(path: "/no\u{1B}where", failure: "no such folder")])
        #expect(
            model.notice
                == Notice(kind: .wrong, text: "/no<0x1B>where was not written: no such folder"))
    }

    /// What happens to a file is no answer of the run: whatever was asked of it goes on.
    @Test func aFailedWriteLeavesWhatWasAskedForAlone() {
        let comparison = ComparisonFixture()
        var model = ModelFixture.live()
        ModelFixture.press(&model, .character("5"))
        ModelFixture.command(&model, "save /nonexistent/x")
        ModelFixture.send(&model, [.written(path: "/nonexistent/x", failure: "no such folder")])
        #expect(model.comparison.phase == .asked && model.notice?.kind == .wrong)
        ModelFixture.send(&model, [.event(.comparisonStarted(comparison.start), model.comparison.asked)])
        #expect(model.comparison.phase == .running)
        ModelFixture.press(&model, .character("4"), .right, .character("V"))
        ModelFixture.send(&model, [.written(path: "/nonexistent/x", failure: "no such folder")])
        #expect(model.budget.draft?.refusal == nil)
    }
}
