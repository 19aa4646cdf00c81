import HybridKV

@testable import Inspector

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
                .event(.planned(fixture.plan, fixture.timing)), .steps(Array(fixture.steps.prefix(steps))),
                .snapshot(fixture.snapshot(after: steps, focus: cursor)), .tick(1),
            ])
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
