import HybridKV
import Testing

@testable import KVDecode
@testable import KVFacts
@testable import KVFiles
@testable import KVInputs
@testable import KVLive
@testable import KVMethods
@testable import KVModel
@testable import KVNumerics
@testable import KVStudy

/// Chunk retrieval against the NumPy implementation, step by step, and what its slots hold.
@Suite struct ChunkRetrieverTests {
    private let compute = Compute(threads: 1)

    @Test func goldensAreThere() {
        #expect(RetrievalGolden.all.count >= 300)
        #expect(RetrievalGolden.data.count == 10)
    }

    @Test(arguments: RetrievalGolden.data, ChunkRepresentative.allCases)
    func representativesAreTheSame(data: RetrievalGolden.Data, kind: ChunkRepresentative) throws {
        let golden = try #require(
            RetrievalGolden.all.first { $0.data.name == data.name && $0.representative == kind })
        let built = ChunkRepresentatives.build(golden.plan(), source: data.store(), compute: compute)
        let expected = try #require(data.representatives[kind])
        #expect(expected.count == data.chunks * kind.vectorsPerChunk * data.dimension)
        // One rounding to f32 of the mean; bounds and keys are copies.
        let values = expected.indices.map { built.keys.load(fromByteOffset: 4 * $0, as: Float.self) }
        #expect(values == expected.map { Float($0) })
    }

    @Test(arguments: RetrievalGolden.all)
    func selectionsAndTransfersAreTheSame(golden: RetrievalGolden) {
        let data = golden.data
        let plan = golden.plan()
        #expect(plan.initial == golden.initial)
        #expect(plan.chunkCount == data.chunks)
        let source = data.store()
        let head = head(plan: plan, data: data, source: source)
        for (step, expected) in golden.steps.enumerated() {
            let queries = data.queries(step: step)
            let count = head.retrieve(queries.all, compute: compute)
            let resident = (0..<data.chunks).filter { (head.retriever?.slot(of: $0) ?? 0) >= 0 }
            #expect(resident == expected.selected)
            if let retriever = head.retriever {
                #expect(count.selected == expected.selected.count)
                #expect(count.hits == expected.hits)
                #expect(count.loaded == expected.loads)
                #expect(count.evicted == expected.loads)
                #expect(count.loaded * plan.chunkSize == expected.loadedTokens)
                #expect((0..<data.chunks).count { retriever.wasLoaded($0) } == expected.loads)
            } else {
                #expect(plan.coversEverything && expected.loads == 0)
            }
            expectRowsInOrder(head, data)
        }
    }

    @Test(arguments: RetrievalGolden.data)
    func intervalAndDriftHoldTheSelectionBack(data: RetrievalGolden.Data) {
        let evidence = PrefillEvidence(
            layout: .fixture(tokens: data.tokens, visual: []), window: data.window, layers: 1, queryHeads: 1,
            kvHeads: 1, attention: data.attention, filteredShare: [0])
        for (interval, drift) in [(2, nil), (1, -1.0), (1, 1.1)] {
            let plan = ChunkRetrieval(refreshInterval: interval, driftLimit: drift).plan(
                HeadID(layer: 0, head: 0), budget: data.chunk, chunkSize: data.chunk,
                PlanInput(evidence: evidence, uniformRows: data.tokens))
            let head = head(plan: plan, data: data, source: data.store())
            let selections = (0..<5).map { step in
                head.retrieve(data.queries(step: step).all, compute: compute).selected
            }
            switch drift {
            // Every other step; only at first, since no cosine is below -1; always, since every one is below 1.1.
            case nil: #expect(selections == [1, 0, 1, 0, 1])
            case -1: #expect(selections == [1, 0, 0, 0, 0])
            default: #expect(selections == [1, 1, 1, 1, 1])
            }
        }
    }

    private func head(plan: RetrievalPlan, data: RetrievalGolden.Data, source: RowStore) -> HeadCache {
        let headPlan = HeadPlan(
            id: HeadID(layer: 0, head: 0), headClass: .dynamic, score: nil,
            budget: plan.selected * plan.chunkSize, kept: plan.initialTokens(tokenCount: data.tokens),
            retrieval: plan)
        return HeadCache(
            plan: headPlan, source: source, maxGenerated: 4, groupSize: data.groupSize, compute: compute)
    }

    /// The runs that attention reads hold the rows of the resident tokens, ascending and bit for bit.
    private func expectRowsInOrder(_ head: HeadCache, _ data: RetrievalGolden.Data) {
        var tokens: [Int] = []
        head.forEachPromptToken { tokens.append($0) }
        let rows = head.runs.flatMap { $0.row..<$0.row + $0.count }
        #expect(rows.count == tokens.count)
        #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0 < $1 })
        let differing = zip(tokens, rows).count { token, row in
            (0..<data.dimension).contains { channel in
                let key = data.keys[token * data.dimension + channel]
                return head.resident.key(row).load(fromByteOffset: 4 * channel, as: Float.self) != key
                    || head.resident.value(row).load(fromByteOffset: 4 * channel, as: Float.self) != -key
            }
        }
        #expect(differing == 0)
    }
}
