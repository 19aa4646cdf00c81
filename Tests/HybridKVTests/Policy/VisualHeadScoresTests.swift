import HybridKV
import TestSupport
import Testing

@testable import KVDecode
@testable import KVMethods
@testable import KVModel
@testable import KVStudy

@Suite struct VisualHeadScoresTests {
    @Test(arguments: [
        "", "[]", "{}", #"{"schema": "kvscope.visual-heads/2", "scores": [[1]]}"#,
        #"{"schema": "kvscope.visual-heads/1"}"#, #"{"schema": "kvscope.visual-heads/1", "scores": []}"#,
        #"{"schema": "kvscope.visual-heads/1", "scores": [[]]}"#,
        #"{"schema": "kvscope.visual-heads/1", "scores": [[1], [1, 2]]}"#,
        #"{"schema": "kvscope.visual-heads/1", "scores": [[1, "a"]]}"#,
        #"{"schema": "kvscope.visual-heads/1", "scores": [[-1]]}"#,
    ])
    func badFilesAreRefused(text: String) {
        #expect {
            try VisualHeadScores(json: Array(text.utf8), path: "heads.json")
        } throws: { error in
            guard case PolicyError.badScores(let path, _) = error else { return false }
            return path == "heads.json" && "\(error)".contains("kvscope heads")
        }
    }

    @Test func theSampleCarriesScoresOfItsOwnHeads() throws {
        let scores = try VisualHeadScores.load(path: Repository.sampleModel + "/" + VisualHeadScores.fileName)
            .scores
        #expect(scores.count == 6 && scores.allSatisfy { $0.count == 8 })
        // The model card: heads 0 and 4 of layer 3 were trained to look at the answer's cell.
        #expect(scores[3][0] > 0.5 && scores[3][4] > 0.5)
        #expect(scores[0].allSatisfy { $0 < 0.3 })
    }

    /// One question, answered: the heads that were trained for it look at the cell.
    @Test func tallyCountsHeadsThatLookAtTheCell() throws {
        let sample = try SampleModel.shared.get()
        let golden = try Golden.unwrap(PromptGolden.named("sample-at-6"))
        let compute = Compute(threads: 2)
        let prefilled = try sample.prefill(golden, kvElement: .f16, compute: compute)
        // "What is at row 1 column 5 in picture 5?"
        let picture = prefilled.layout.visualSegments[4]
        let cell = try #require(picture.tokenIndex(of: Cell(row: 0, column: 4)))
        let (tally, tokens) = try VisualHeadTally.measure(
            sample.bench(compute), prefilled, cells: [cell])
        #expect(sample.preparer.tokenizer.decode(tokens, skipSpecial: true) == "orange diamond")
        #expect(tally.tokenCount == tokens.count)
        #expect(tally.scores.joined().contains { $0 >= 0.5 })
        let elsewhere = try VisualHeadTally.measure(
            sample.bench(compute), prefilled, cells: [picture.start + 35])
        #expect(elsewhere.tally.scores.joined().reduce(0, +) < tally.scores.joined().reduce(0, +))
    }
}
