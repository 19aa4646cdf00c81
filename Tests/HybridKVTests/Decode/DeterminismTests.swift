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
        return try run(item, try prefill(item, blockSize, compute), compute, sampling)
    }

    private func prefill(_ item: SessionCase, _ blockSize: Int, _ compute: Compute) throws -> Prefilled {
        try sample.prefill(try item.golden(), kvElement: .f16, blockSize: blockSize, compute: compute)
    }

    private func run(
        _ item: SessionCase, _ prefilled: Prefilled, _ compute: Compute,
        _ sampling: SamplingOptions = SamplingOptions()
    ) throws -> Outcome {
        let plan = try sample.plan(prefilled, item.settings, compute: compute)
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: plan,
            options: SessionOptions(maxTokens: 24, sampling: sampling), compute: compute)
        var outcome = Outcome(plan: plan)
        while let record = try session.step() { outcome.tokens.append(record.token) }
        outcome.logits = session.nextLogits().map(\.bitPattern)
        return outcome
    }

    /// One prefill for each number of threads serves all methods.
    @Test(arguments: SessionCase.prompts + ["large-picture"])
    func threadsChangeNothing(prompt: String) throws {
        let items = SessionCase.all(of: prompt) + (prompt == Self.large.prompt ? [Self.large] : [])
        let first = try #require(items.first)
        let computes = [1, 2, 3].map { Compute(threads: $0) }
        #expect(computes.map(\.threads) == [1, 2, 3])
        let prefills = try computes.map { try prefill(first, 256, $0) }
        for item in items {
            let outcomes = try zip(prefills, computes).map { try run(item, $0, $1) }
            #expect(outcomes[0].tokens.count == 24)
            #expect(outcomes[1] == outcomes[0] && outcomes[2] == outcomes[0], "\(item.testDescription)")
        }
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
