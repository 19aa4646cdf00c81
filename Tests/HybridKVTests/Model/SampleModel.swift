import HybridKV
import TestSupport

/// The bundled sample, opened once for all tests.
struct SampleModel: Sendable {
    let model: VisionLanguageModel
    let preparer: PromptPreparer

    /// Opens a model of any family.
    init(_ checkpoint: Checkpoint) throws {
        model = try VisionLanguageModel(checkpoint)
        preparer = try PromptPreparer(model)
    }

    static let shared = Result { () throws -> SampleModel in
        let checkpoint = try Checkpoint(folder: Repository.sampleModel)
        return try SampleModel(checkpoint)
    }

    /// A bench over the open model.
    func bench(_ compute: Compute = Compute(threads: 1)) -> Workbench {
        Workbench(model, preparer, compute: compute)
    }

    /// Prepares and prefills a golden's prompt.
    func prefill(
        _ golden: PromptGolden, kvElement: RowFormat = .f32, blockSize: Int = 256,
        compute: Compute = Compute(threads: 1), allLogits: ((Int, [Float]) -> Void)? = nil
    ) throws -> Prefilled {
        let prompt = try preparer.prepare(
            PromptRequest(messages: golden.messages, pictureLabels: golden.labels)
        ).prompt
        return try model.prefill(
            prompt, options: PrefillOptions(kvElement: kvElement, blockSize: blockSize), compute: compute,
            allLogits: allLogits)
    }

    /// Decodes greedily under a method, past stop tokens.
    func decode(
        _ prefilled: Prefilled, _ settings: MethodSettings, tokens: Int,
        compute: Compute = Compute(threads: 1)
    ) throws -> [Int32] {
        let planner = try Planner(settings, modelFolder: Repository.sampleModel)
        let plan = try planner.plan(try prefilled.evidence(for: planner, compute: compute))
        var session = try DecodeSession(
            model: model, consuming: prefilled, plan: plan, options: SessionOptions(maxTokens: tokens),
            compute: compute)
        var result: [Int32] = []
        while let record = try session.step() { result.append(record.token) }
        return result
    }
}
