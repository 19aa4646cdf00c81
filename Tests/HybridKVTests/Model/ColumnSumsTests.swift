import HybridKV
import Testing

/// The attention that each row received over the whole prompt, which H2O and LOOK-M decide by.
@Suite struct ColumnSumsTests {
    private let sample: SampleModel

    init() throws {
        sample = try SampleModel.shared.get()
    }

    private func columnSums(_ golden: PromptGolden, threads: Int = 1, blockSize: Int = 256) throws -> [Float]
    {
        let prefilled = try sample.prefill(golden, blockSize: blockSize, compute: Compute(threads: threads))
        return try #require(try prefilled.evidence(window: .default, compute: Compute(threads: 1)).columnSums)
    }

    @Test(arguments: ["caption-6", "needle-8", "docqa-8"])
    func sumsAreThoseOfTheReference(name: String) throws {
        let golden = try #require(PromptGolden.named("sample-" + name))
        let file = try SafetensorsFixture(path: Golden.path("rivals/sample-evidence.safetensors"))
        let expected = try file.floats(name + ".columns")
        let sums = try columnSums(golden)
        #expect(sums.count == expected.count)
        // Up to 374 rows, each with the error of one probability (EvidenceGoldenTests): measured 6e-6 of the sum.
        for (sum, wanted) in zip(sums, expected) { #expect(abs(sum - wanted) <= 2e-5 * max(1, wanted)) }
        // Every row hands out one whole.
        let count = golden.tokens.count
        for start in stride(from: 0, to: sums.count, by: count) {
            let whole = sums[start..<start + count].reduce(0) { $0 + Double($1) }
            #expect(abs(whole - Double(count)) < 1e-5 * Double(count))
        }
    }

    @Test(arguments: ["text-only", "sample-caption-6", "large-picture"])
    func threadsChangeNoBit(name: String) throws {
        let golden = try #require(PromptGolden.named(name))
        let expected = try columnSums(golden).map(\.bitPattern)
        for threads in [2, 3] {
            #expect(try columnSums(golden, threads: threads).map(\.bitPattern) == expected)
        }
    }

    @Test func blocksChangeTheLastBitsAtMost() throws {
        let golden = try #require(PromptGolden.named("sample-caption-6"))
        let expected = try columnSums(golden)
        for blockSize in [1, 7, 100] {
            let sums = try columnSums(golden, threads: 2, blockSize: blockSize)
            #expect(sums.count == expected.count)
            for (sum, wanted) in zip(sums, expected) {
                #expect(abs(sum - wanted) <= 1e-5 * max(1e-3, wanted))
            }
        }
    }

    @Test func methodsThatNeedThemSaySo() throws {
        let golden = try #require(PromptGolden.named("text-only"))
        let compute = Compute(threads: 1)
        let prompt = try sample.preparer.prepare(
            PromptRequest(messages: golden.messages, pictureLabels: golden.labels)
        ).prompt
        let prefilled = try sample.model.prefill(
            prompt, options: PrefillOptions(keepsColumnSums: false), compute: compute)
        for name in ["h2o", "look-m"] {
            #expect(throws: PolicyError.evidenceMissing(EvidenceMeasure.columnSums.noun, method: name)) {
                try sample.plan(prefilled, MethodSettings(name: name, budget: 0.5))
            }
        }
        let plan = try sample.plan(prefilled, MethodSettings(name: "snapkv", budget: 0.5))
        #expect(plan.heads.count == prefilled.geometry.headCount)
    }
}
