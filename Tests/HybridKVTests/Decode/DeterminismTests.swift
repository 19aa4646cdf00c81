import HybridKV
import Testing

/// The same input gives the same plan and the same tokens, on any number of threads and in blocks of any size.
@Suite struct DeterminismTests {
    private let sample: SampleModel

    init() throws {
        sample = try SampleModel.shared.get()
    }

    private struct Outcome: Equatable {
        var plan: CompressionPlan
        var tokens: [Int32] = []
        var logits: [UInt32] = []
    }

    private func run(
        _ item: SessionCase, threads: Int, blockSize: Int = 256, sampling: SamplingOptions = SamplingOptions()
    ) throws -> Outcome {
        let compute = Compute(threads: threads)
        #expect(compute.threads == threads)
        let prefilled = try sample.prefill(
            try item.golden(), kvElement: .f16, blockSize: blockSize, compute: compute)
        let plan = try sample.plan(prefilled, item.settings, compute: compute)
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: plan,
            options: SessionOptions(maxTokens: 24, sampling: sampling), compute: compute)
        var outcome = Outcome(plan: plan)
        while let record = try session.step() { outcome.tokens.append(record.token) }
        outcome.logits = session.nextLogits().map(\.bitPattern)
        return outcome
    }

    @Test(arguments: SessionCase.all + [large])
    func threadsChangeNothing(item: SessionCase) throws {
        let expected = try run(item, threads: 1)
        #expect(expected.tokens.count == 24)
        for threads in [2, 3] { #expect(try run(item, threads: threads) == expected) }
    }

    @Test(arguments: SessionCase.prompts + ["large-picture"])
    func blocksChangeNothing(prompt: String) throws {
        let settings = MethodSettings(name: "hybridkv", budget: 0.2, parameters: ["theta": "q:0.25"])
        let item = SessionCase(prompt: prompt, settings: settings)
        let expected = try run(item, threads: 2)
        for blockSize in [1, 7] { #expect(try run(item, threads: 2, blockSize: blockSize) == expected) }
    }

    /// Longer than a block, and a picture large enough for products that are shared among threads.
    private static let large = SessionCase(
        prompt: "large-picture", settings: MethodSettings(name: "hybridkv", budget: 0.1))

    @Test(arguments: SessionCase.methods)
    func seedsDecideTheTokens(settings: MethodSettings) throws {
        let item = SessionCase(prompt: "text-long", settings: settings)
        let options = SamplingOptions(temperature: 1.2, topK: 100, topP: 0.98, seed: 41)
        let expected = try run(item, threads: 1, sampling: options)
        #expect(try run(item, threads: 2, sampling: options) == expected)
        var other = options
        other.seed = 42
        #expect(try run(item, threads: 1, sampling: other).tokens != expected.tokens)
    }
}
