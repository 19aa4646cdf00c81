import HybridKV
import TestSupport
import Testing

/// One prompt under one method: the matrix that the invariants of a session are tested over.
struct SessionCase: Sendable, CustomTestStringConvertible {
    let prompt: String
    let settings: MethodSettings

    var testDescription: String {
        let parameters = settings.parameters.map { "\($0.key)=\($0.value)" }.sorted()
        return ([prompt, settings.name, "\(settings.budget)"] + parameters).joined(separator: " ")
    }

    /// With pictures and without, shorter and longer than the observation window and a chunk.
    static let prompts = [
        "text-only", "text-long", "two-sizes", "sample-caption-6", "picture-later", "sample-conversation-4",
    ]

    /// A full cache, and HybridKV with both classes, with one of them, and with budgets from scarce to ample.
    static let methods: [MethodSettings] =
        [MethodSettings(name: "full", budget: 1)]
        + [0.05, 0.2, 1].flatMap { budget in
            [[:], ["theta": "q:0.25"], ["theta": "0"], ["theta": "2"]].map {
                MethodSettings(name: "hybridkv", budget: budget, parameters: $0)
            }
        } + [
            MethodSettings(
                name: "hybridkv", budget: 0.3,
                parameters: ["theta": "q:0.5", "chunk": "5", "representative": "minmax", "refresh": "3"])
        ]

    /// Every other method that is registered, at its defaults; SparseMM where the sample has been measured for it.
    static let rivals: [MethodSettings] =
        MethodRegistry.methods.map(\.name)
        .filter { name in
            name != "full" && name != "hybridkv"
                && (name != "sparsemm"
                    || InputFile.exists(Repository.sampleModel + "/" + VisualHeadScores.fileName))
        }
        .flatMap { name in [0.2, 1].map { MethodSettings(name: name, budget: $0) } } + evicting

    /// Methods that go on evicting while they decode.
    static let evicting = ["h2o", "tova"].map {
        MethodSettings(name: $0, budget: 0.2, parameters: ["evict": "decoding"])
    }

    static let all =
        prompts.flatMap { prompt in methods.map { SessionCase(prompt: prompt, settings: $0) } }
        + ["text-only", "sample-caption-6"].flatMap { prompt in
            rivals.map { SessionCase(prompt: prompt, settings: $0) }
        }

    /// The cases in which every row stays resident.
    static let covering = all.filter { $0.settings.budget == 1 }

    func golden() throws -> PromptGolden { try #require(PromptGolden.named(prompt)) }
}

extension SampleModel {
    /// Plans a prefill.
    func plan(
        _ prefilled: Prefilled, _ settings: MethodSettings, compute: Compute = Compute(threads: 1)
    ) throws -> CompressionPlan {
        let planner = try Planner(settings, modelFolder: Repository.sampleModel)
        return try planner.plan(try prefilled.evidence(for: planner, compute: compute))
    }

    /// A prompt as it is given to `PreparedPrompt`: one pad for each picture.
    func tokensWithSinglePads(_ layout: PromptLayout) -> [Int32] {
        layout.segments.flatMap { segment in
            segment.isVisual ? [layout.tokens[segment.start]] : Array(layout.tokens[segment.range])
        }
    }
}
