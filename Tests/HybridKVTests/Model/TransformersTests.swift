import HybridKV
import Testing

/// The engine against Hugging Face transformers on the sample checkpoint.
@Suite struct TransformersTests {
    private let sample: SampleModel
    private let full = MethodSettings(name: "full", budget: 1)

    init() throws {
        sample = try SampleModel.shared.get()
    }

    @Test func goldensAreThere() {
        #expect(PromptGolden.all.count >= 20)
    }

    @Test(arguments: PromptGolden.all)
    func tokensAndPositionsAreTheSame(golden: PromptGolden) throws {
        let request = PromptRequest(messages: golden.messages, pictureLabels: golden.labels)
        let prompt = try sample.preparer.prepare(request).prompt
        #expect(prompt.layout.tokens == golden.tokens)
        #expect(prompt.positions == golden.positions)
        #expect(prompt.ropeDelta == golden.ropeDelta)
    }

    @Test(arguments: PromptGolden.all)
    func greedyTokensAreTheSame(golden: PromptGolden) throws {
        let prefilled = try sample.prefill(golden)
        #expect(try sample.decode(prefilled, full, tokens: golden.greedy.count) == golden.greedy)
    }
}
