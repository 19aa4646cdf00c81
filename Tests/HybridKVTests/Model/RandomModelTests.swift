import HybridKV
import TestSupport
import Testing

@testable import KVFacts
@testable import KVFiles
@testable import KVInputs
@testable import KVMethods
@testable import KVModel

/// A second checkpoint against transformers: sharded, bf16, untied, seven query heads on one KV head, the nested
/// configuration. Its weights are random, so every part of it counts in every logit.
@Suite struct RandomModelTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let request: PromptRequest
        let tokens: [Int32]
        let greedy: [Int32]
        let logits: [Double]
        var testDescription: String { "\(tokens.count) tokens, \(request.messages.images.count) pictures" }
    }

    static let cases: [Case] = {
        do {
            let root = try Golden.unwrap(try Golden.json("transformers/random-vl.json").objectValue)
            return try Golden.unwrap(root["prompts"]?.arrayValue).map { value in
                let object = try Golden.unwrap(value.objectValue)
                let messages = try MessagesFile.parse(json: try Golden.unwrap(object["messages"]))
                return Case(
                    request: PromptRequest(
                        messages: messages.map { $0.resolvingImages(in: Repository.root) }),
                    tokens: try Golden.integers(object["token_ids"]).map(Int32.init),
                    greedy: try Golden.integers(object["greedy"]).map(Int32.init),
                    logits: try Golden.unwrap(object["logits"]?.arrayValue).compactMap(\.doubleValue))
            }
        } catch {
            return []
        }
    }()

    @Test func goldensAreThere() {
        #expect(Self.cases.count >= 6)
    }

    @Test(arguments: cases)
    func answersAreTheSame(golden: Case) throws {
        let checkpoint = try Checkpoint(folder: Golden.path("transformers/random-vl"))
        let sample = try SampleModel(checkpoint)
        #expect(sample.model.family.decoder.tiedEmbeddings == false)
        let compute = Compute(threads: 2)
        let prompt = try sample.preparer.prepare(golden.request).prompt
        #expect(prompt.layout.tokens == golden.tokens)
        let prefilled = try sample.model.prefill(
            prompt, options: PrefillOptions(kvElement: .f32), compute: compute)
        // Weights with a deviation of 0.35 amplify the rounding of both sides: the largest error seen is 6.6e-5, for
        // logits of up to 14.
        for (logit, expected) in zip(prefilled.logits, golden.logits) {
            #expect(abs(Double(logit) - expected) < 2e-4)
        }
        #expect(golden.logits.count == prefilled.logits.count)
        let full = MethodSettings(name: "full", budget: 1)
        #expect(
            try sample.decode(prefilled, full, tokens: golden.greedy.count, compute: compute) == golden.greedy
        )
    }
}
