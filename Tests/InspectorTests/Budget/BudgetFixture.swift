import HybridKV
import TestSupport

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A run whose plans are made by the engine's own planner, so that a draft is what the engine would answer.
struct BudgetFixture {
    let run: RunFixture
    let evidence: PrefillEvidence
    let live: CompressionPlan

    static let small = BudgetFixture(.init())
    static let many = BudgetFixture(
        .init(layers: 28, queryHeads: 28, pictures: 2, gridRows: 9, gridColumns: 12))

    init(_ options: RunFixture.Options, settings: MethodSettings = .init(name: "hybridkv", budget: 0.2)) {
        run = RunFixture(options)
        evidence = Self.evidence(options, run.prompt.layout)
        live = Self.plan(settings, evidence) ?? run.plan
    }

    /// The engine's answer to a draft; nil where it would refuse.
    func plan(_ settings: MethodSettings) -> CompressionPlan? { Self.plan(settings, evidence) }

    private static func plan(_ settings: MethodSettings, _ evidence: PrefillEvidence) -> CompressionPlan? {
        try? answer(settings, evidence)
    }

    /// The attention is made up, whatever the window; its size is the one that the method asks for.
    private static func answer(
        _ settings: MethodSettings, _ evidence: PrefillEvidence
    ) throws -> CompressionPlan {
        let planner = try Planner(settings)
        let windows = planner.needs(tokenCount: evidence.tokenCount).windows.map {
            WindowEvidence(
                tokens: $0.tokenIndices(in: evidence.layout), attention: evidence.attention,
                filteredShare: evidence.windows[0].filteredShare)
        }
        return try planner.plan(
            PrefillEvidence(
                layout: evidence.layout, layers: evidence.layers, queryHeads: evidence.queryHeads,
                kvHeads: evidence.kvHeads, windows: windows))
    }

    /// Attention of random concentration, so that about half of the heads are static at the default threshold.
    private static func evidence(_ options: RunFixture.Options, _ layout: PromptLayout) -> PrefillEvidence {
        var random = SplitMix64(seed: options.seed &+ 5)
        var attention: [Float] = []
        for _ in 0..<options.layers * options.kvHeads {
            let power = Int.random(in: 12...34, using: &random)
            let bases = (0..<layout.tokenCount).map { _ in Float.random(in: 0.001...1, using: &random) }
            for _ in 0..<options.queryHeads / options.kvHeads {
                let own = max(1, power + Int.random(in: -3...3, using: &random))
                let row = bases.map { base in (0..<own).reduce(Float(1)) { value, _ in value * base } }
                let sum = row.reduce(0, +)
                attention += row.map { $0 / sum }
            }
        }
        return PrefillEvidence(
            layout: layout, window: ObservationWindow.default.tokenIndices(in: layout),
            layers: options.layers, queryHeads: options.queryHeads, kvHeads: options.kvHeads,
            attention: attention,
            filteredShare: [Double](repeating: 0.5, count: options.layers * options.queryHeads))
    }

    // MARK: Models

    /// Decoding under a plan, with the budget screen in front.
    func model(
        _ settings: MethodSettings? = nil, width: Int = 80, height: Int = 24,
        capabilities: Capabilities = ModelFixture.ascii, cursor: HeadID = HeadID(layer: 2, head: 1)
    ) -> InspectorModel {
        let plan = settings.flatMap { self.plan($0) } ?? live
        var model = InspectorModel(
            capabilities: capabilities, width: width, height: height, settings: plan.settings,
            methods: MethodRegistry.methods, prompts: ModelFixture.prompts)
        model.cursor = cursor
        ModelFixture.send(
            &model,
            [
                .event(.opened(run.geometry)), .event(.prepared(run.prompt)),
                .event(.planned(plan, run.timing)), .event(.concluded(.done)),
            ] + run.steps.prefix(8).map { .step($0) } + [.tick(1)])
        ModelFixture.conclude(&model) { _ in true }
        ModelFixture.press(&model, .character("4"))
        return model
    }

    /// Presses keys and answers every draft as the engine would.
    @discardableResult
    func press(_ model: inout InspectorModel, _ keys: Key...) -> [Effect] {
        keys.flatMap { key in
            let effects = ModelFixture.press(&model, key)
            answer(effects, &model)
            return effects
        }
    }

    /// Types a command and answers the draft that it asks for.
    @discardableResult
    func command(_ model: inout InspectorModel, _ text: String) -> [Effect] {
        let effects = ModelFixture.command(&model, text)
        answer(effects, &model)
        return effects
    }

    private func answer(_ effects: [Effect], _ model: inout InspectorModel) {
        for case .send(let command) in effects {
            guard case .draft(let settings) = command.action else { continue }
            do {
                let plan = try Self.answer(settings, evidence)
                ModelFixture.send(
                    &model, [.event(.drafted(plan), command.id), .event(.concluded(.done), command.id)])
            } catch {
                ModelFixture.send(&model, [.event(.refused("\(error)"), command.id)])
            }
        }
    }

    /// What a verification measured of a plan; the numbers are made up.
    static func verified(_ plan: CompressionPlan, divergence: Double) -> VerifiedRun {
        VerifiedRun(
            plan: plan, steps: BudgetState.verifiedSteps, meanKL: .value(divergence),
            meanRecall: .value(0.93), leastRecall: .value(0.71),
            medianMilliseconds: .value(1.87), residentBytes: 131_072, movedBytesPerStep: .value(7_270))
    }
}
