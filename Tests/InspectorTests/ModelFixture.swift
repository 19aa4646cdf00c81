import HybridKV

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Models in the states that tests look at.
enum ModelFixture {
    static let methods = [
        MethodDescription(
            name: "hybridkv", title: "HybridKV (reconstructed)",
            summary: "prunes static heads once and retrieves chunks for dynamic heads", source: "paper",
            standing: "reconstructed",
            parameters: [
                ParameterDescription(
                    key: "theta", type: .threshold, defaultValue: "0.9",
                    meaning: "score from which a head is static"),
                ParameterDescription(
                    key: "chunk", type: .optional(.whole(least: 1, most: 64), none: "auto"),
                    defaultValue: "auto",
                    unit: "tokens", meaning: "tokens of a chunk"
                ),
            ]),
        MethodDescription(
            name: "full", title: "full cache", summary: "keeps every row", source: "-", standing: "exact",
            parameters: []),
        MethodDescription(
            name: "snapkv", title: "SnapKV", summary: "keeps what the window attends to", source: "paper",
            standing: "ported", parameters: []),
    ]

    static let prompts = [
        PromptRequest(
            title: "caption",
            messages: [Message(role: .user, content: [.image("a.png"), .text("Describe picture 2.")])],
            expectedAnswer: "white diamond"),
        PromptRequest(
            title: "colour of the star",
            messages: [Message(role: .user, content: [.image("b.png"), .text("What colour is the star?")])]),
        PromptRequest(title: "count", messages: [Message(role: .user, content: [.text("How many?")])]),
    ]

    static let ascii = Capabilities(colours: .none, unicode: false)
    static let utf8 = Capabilities(colours: .palette, unicode: true)

    /// Nothing is known yet.
    static func fresh(
        width: Int = 80, height: Int = 24, capabilities: Capabilities = ascii, budget: Double = 0.2
    ) -> InspectorModel {
        InspectorModel(
            capabilities: capabilities, width: width, height: height,
            settings: MethodSettings(name: "hybridkv", budget: budget), methods: methods, prompts: prompts)
    }

    /// Decoding, after some steps, with a snapshot.
    static func live(
        _ fixture: RunFixture = RunFixture(), steps: Int = 8, width: Int = 80, height: Int = 24,
        capabilities: Capabilities = ascii, cursor: HeadID = HeadID(layer: 2, head: 1)
    ) -> InspectorModel {
        var model = fresh(
            width: width, height: height, capabilities: capabilities, budget: fixture.options.budget)
        model.cursor = cursor
        send(
            &model,
            [
                .event(.opened(fixture.geometry)), .event(.prepared(fixture.prompt)),
                .event(.planned(fixture.plan, fixture.timing)), .event(.concluded(.done)),
            ] + fixture.steps.prefix(steps).map { .step($0) }
                + [.snapshot(fixture.snapshot(after: steps, focus: cursor)), .tick(1)])
        conclude(&model) { _ in true }
        return model
    }

    /// The answer is complete.
    static func done(
        _ fixture: RunFixture = RunFixture(), width: Int = 80, height: Int = 24,
        capabilities: Capabilities = ascii
    ) -> InspectorModel {
        var model = live(
            fixture, steps: fixture.steps.count, width: width, height: height, capabilities: capabilities)
        send(&model, [.event(.finished(.stop))])
        return model
    }

    @discardableResult
    static func send(_ model: inout InspectorModel, _ messages: [InspectorMessage]) -> [Effect] {
        messages.flatMap { Update.update(&model, $0) }
    }

    /// Says of every command under way that matches that it is done.
    static func conclude(_ model: inout InspectorModel, _ matches: (RunAction) -> Bool) {
        let commands = model.commands.commands.filter { matches($0.action) }
        send(&model, commands.map { .event(.concluded(.done), $0.id) })
    }

    /// The command under way that was sent last, of those that match.
    static func last(_ model: InspectorModel, _ matches: (RunAction) -> Bool = { _ in true }) -> CommandID? {
        model.commands.commands.last { matches($0.action) }?.id
    }

    @discardableResult
    static func press(_ model: inout InspectorModel, _ keys: Key...) -> [Effect] {
        send(&model, keys.map { .key($0) })
    }

    /// Types a command and Enter.
    @discardableResult
    static func command(_ model: inout InspectorModel, _ text: String) -> [Effect] {
        send(&model, [.key(.character(":")), .paste(text), .key(.enter)])
    }
}

extension InspectorMessage {
    /// A fact about a command; what the run was started with unless told otherwise.
    static func event(_ content: FactContent, _ command: CommandID? = .start) -> InspectorMessage {
        .fact(RunFact(number: 0, command: command, content))
    }

    /// A step of the plan that a command asked for.
    static func step(_ step: StepFact, _ plan: CommandID? = .start) -> InspectorMessage {
        .event(.step(step), plan)
    }

    /// A snapshot of the run under a plan.
    static func snapshot(_ snapshot: CacheSnapshot, plan: CommandID = .start) -> InspectorMessage {
        .event(.snapshot(snapshot, plan: plan))
    }
}

extension FactContent {
    /// A plan that decoding goes by at once.
    static func planned(_ plan: CompressionPlan, _ times: OpeningTimes) -> FactContent {
        .planned(plan, times, isPaused: false)
    }

    /// A command that was not followed.
    static func refused(_ reason: String) -> FactContent { .concluded(.refused(reason)) }
}
