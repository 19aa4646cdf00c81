import HybridKV
import Testing

/// The attention of the observation window against transformers' eager attention.
@Suite struct EvidenceGoldenTests {
    static let prompts = [
        "sample-caption-6", "sample-needle-8", "sample-docqa-8", "sample-at-6", "sample-caption-1",
        "sample-conversation-4", "text-only", "text-long",
    ]
    private let sample: SampleModel

    init() throws {
        sample = try SampleModel.shared.get()
    }

    @Test(arguments: prompts, [1, 3])
    func evidenceIsThatOfTheReference(name: String, threads: Int) throws {
        let golden = try #require(PromptGolden.named(name))
        let tensors = try SafetensorsFixture(path: Golden.path("transformers/evidence-\(name).safetensors"))
        let compute = Compute(threads: threads)
        let prefilled = try sample.prefill(golden, compute: compute)
        let evidence = try prefilled.evidence(compute: compute)

        #expect(evidence.window == (try tensors.integers("window")))
        let visual = try tensors.integers("visual")
        #expect(evidence.layout.visualSegments.flatMap { [$0.start, $0.count] } == visual)

        // A probability p moves by p(1 - p), at most a quarter, of its score's error; scores are of magnitude 10.
        // Measured: at most 6e-7.
        let error = Rounding.largestError(evidence.attention, try tensors.floats("attention"))
        let tolerance = Rounding.tolerance(products: 64, terms: 384, magnitude: 10) / 4
        #expect(error <= tolerance, "largest error \(error)")
        for head in 0..<evidence.layers * evidence.queryHeads {
            let row = evidence.attention[head * evidence.tokenCount..<(head + 1) * evidence.tokenCount]
            #expect(abs(row.reduce(0) { $0 + Double($1) } - 1) < 1e-5)
        }

        // One entry on the other side of the edge moves a share by 1 / (rows * causal entries); two may.
        let shares = try tensors.doubles("filter")
        let edge = 1 / Double(evidence.window.count * (evidence.window[0] + 1))
        let worst = zip(evidence.windows[0].filteredShare, shares).map { abs($0 - $1) }.max() ?? .infinity
        #expect(evidence.windows[0].filteredShare.count == shares.count)
        #expect(worst <= 2 * edge + 1e-12, "largest difference \(worst), one entry \(edge)")
    }
}
