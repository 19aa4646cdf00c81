import HybridKV
import Testing

@testable import KVDecode
@testable import KVFacts
@testable import KVFiles
@testable import KVInputs
@testable import KVMethods
@testable import KVModel
@testable import KVNumerics

/// The decoder against transformers: hidden states after every layer and logits at every position of a prompt.
@Suite struct LogitsGoldenTests {
    /// Blocks of the sample's vision tower.
    static let visionBlocks = 3
    static let prompts = ["small", "text-only", "two-sizes"]
    private let sample: SampleModel

    init() throws {
        sample = try SampleModel.shared.get()
    }

    /// Seven products a layer, the longest of them over the MLP's width; the tower's before, the head's behind.
    private func tolerance(layers: Int, magnitude: Float) -> Float {
        let family = sample.model.family
        let products = 3 + 7 * (Self.visionBlocks + layers) + 1
        return Rounding.tolerance(
            products: products, terms: family.decoder.intermediateSize, magnitude: magnitude)
    }

    @Test(arguments: prompts, [1, 7, 256])
    func logitsOfEveryPositionAreClose(name: String, blockSize: Int) throws {
        let golden = try #require(PromptGolden.named(name))
        let tensors = try SafetensorsFixture(path: Golden.path("transformers/logits-\(name).safetensors"))
        var logits: [Float] = []
        let prefilled = try sample.prefill(golden, blockSize: blockSize) { start, block in
            #expect(start * 512 == logits.count)
            logits += block
        }
        let expected = try tensors.floats("logits")
        let magnitude = Rounding.magnitude(expected)
        let error = Rounding.largestError(logits, expected)
        #expect(error <= tolerance(layers: 6, magnitude: magnitude), "largest error \(error) of \(magnitude)")
        #expect(prefilled.logits == Array(logits.suffix(512)))
    }

    @Test(arguments: prompts)
    func hiddenStatesOfEveryLayerAreClose(name: String) throws {
        let golden = try #require(PromptGolden.named(name))
        let tensors = try SafetensorsFixture(path: Golden.path("transformers/logits-\(name).safetensors"))
        let prompt = try sample.preparer.prepare(
            PromptRequest(messages: golden.messages, pictureLabels: golden.labels)
        ).prompt
        let compute = Compute(threads: 1)
        let embeddings = try prompt.images.map {
            try sample.model.vision.embed($0.patches, grid: $0.grid, compute: compute, progress: .none)
        }
        var pass = PrefillPass(
            model: sample.model, prompt: prompt, embeddings: embeddings,
            options: PrefillOptions(kvElement: .f32), compute: compute)
        let last = prompt.layout.tokenCount - 1
        var states: [[Float]] = []
        try pass.run(0..<last + 1, progress: .none) { layers, hidden in
            if layers < 6 {
                states.append(hidden.copy(ofRow: last))
            } else {
                let normed = FloatMatrix(rows: 1, columns: hidden.columns)
                compute.normalize(hidden.single(last), sample.model.decoder.finalNorm, into: normed.all)
                states.append(normed.all.copy(ofRow: 0))
            }
        }
        #expect(states.count == 7)
        for (layers, state) in states.enumerated() {
            let expected = try tensors.floats("hidden_\(layers)")
            let magnitude = Rounding.magnitude(expected)
            let error = Rounding.largestError(state, expected)
            #expect(
                error <= tolerance(layers: layers, magnitude: magnitude),
                "layer \(layers): largest error \(error) of \(magnitude)")
        }
    }
}
