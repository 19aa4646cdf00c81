import HybridKV
import Testing

@testable import KVModel

/// Budgets that cover everything change nothing: the logits are those of a prefill over the same tokens, bit for bit.
@Suite struct CoverageTests {
    private let sample: SampleModel
    private let compute = Compute(threads: 2)

    init() throws {
        sample = try SampleModel.shared.get()
    }

    @Test(arguments: SessionCase.covering, RowFormat.allCases)
    func logitsAreThoseOfAPrefill(of item: SessionCase, element: RowFormat) throws {
        let golden = try item.golden()
        let request = PromptRequest(messages: golden.messages, pictureLabels: golden.labels)
        let prompt = try sample.preparer.prepare(request).prompt
        let options = PrefillOptions(kvElement: element)
        let answer = golden.greedy.prefix(24)
        let longer = try PreparedPrompt(
            tokens: sample.tokensWithSinglePads(prompt.layout) + answer, images: prompt.images,
            family: sample.model.family)
        var expected: [[UInt32]] = []
        let collect = { (_: Int, block: [Float]) in
            for start in stride(from: 0, to: block.count, by: 512) {
                expected.append(block[start..<start + 512].map(\.bitPattern))
            }
        }
        _ = try sample.model.prefill(longer, options: options, compute: compute, allLogits: collect)

        let prefilled = try sample.model.prefill(prompt, options: options, compute: compute)
        let plan = try sample.plan(prefilled, item.settings)
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: plan,
            options: SessionOptions(maxTokens: answer.count), compute: compute)
        for (step, token) in answer.enumerated() {
            _ = try session.step(forcing: token)
            let logits = session.nextLogits().map(\.bitPattern)
            #expect(logits == expected[golden.tokens.count - 1 + step], "step \(step)")
        }
    }
}
