import KVFacts
import KVMethods
import KVNumerics
import TestSupport
import Testing

/// What every plan owes, over made-up prompts of every shape, without a model.
@Suite struct PlanInvariantTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let tokens: Int
        let visual: [(start: Int, count: Int)]

        static let all = [
            Shape(testDescription: "one token", tokens: 1, visual: []),
            Shape(testDescription: "two tokens", tokens: 2, visual: []),
            Shape(testDescription: "text", tokens: 70, visual: []),
            Shape(testDescription: "pictures", tokens: 90, visual: [(5, 30), (40, 20)]),
            Shape(testDescription: "picture first", tokens: 33, visual: [(0, 20)]),
            Shape(testDescription: "picture last but one", tokens: 48, visual: [(3, 44)]),
        ]
    }

    private static let (layers, kvHeads, group, dimension) = (3, 2, 2, 4)

    @Test(arguments: MethodMatrixTests.names, Shape.all)
    func plansKeepWhatTheyOwe(method: String, shape: Shape) throws {
        for budget in [0.01, 0.1, 0.33, 0.9, 1] {
            for forced in [
                [:], [HeadID(layer: 1, head: 0): HeadClass.full], [HeadID(layer: 2, head: 1): .dynamic],
            ] {
                var settings = try MethodSettings.parse(method, budget: budget)
                settings.forcedHeads = forced
                let planner = try Planner(settings, modelFolder: Repository.sampleModel)
                let plan = try planner.plan(Self.evidence(shape, planner))
                expectInvariants(plan, shape, "\(method) \(budget) \(forced)")
                #expect(try planner.plan(Self.evidence(shape, planner)) == plan, "the same twice")
            }
        }
    }

    private func expectInvariants(_ plan: CompressionPlan, _ shape: Shape, _ name: String) {
        #expect(plan.unusedRows >= 0, "\(name)")
        #expect(plan.heads.count == Self.layers * Self.kvHeads)
        for head in plan.heads {
            let tail = head.retrieval.map { shape.tokens - $0.chunkCount * $0.chunkSize } ?? 0
            #expect(head.budget >= 1 && !head.kept.isEmpty, "\(name)")
            #expect(head.kept.count <= head.budget + tail, "\(name)")
            #expect(zip(head.kept, head.kept.dropFirst()).allSatisfy { $0 < $1 }, "\(name)")
            #expect(head.kept.allSatisfy { 0..<Int32(shape.tokens) ~= $0 }, "\(name)")
            if let eviction = head.eviction {
                #expect(eviction.budget == head.budget && eviction.worth.count == head.kept.count, "\(name)")
                #expect(eviction.recent <= eviction.budget, "a row must be free to go: \(name)")
            }
        }
    }

    /// Random evidence that depends on the shape alone.
    private static func evidence(_ shape: Shape, _ planner: Planner) -> PrefillEvidence {
        var random = SplitMix64(seed: UInt64(shape.tokens))
        let queryHeads = kvHeads * group
        let layout = PromptLayout.fixture(tokens: shape.tokens, visual: shape.visual)
        func attention() -> [Float] {
            (0..<layers * queryHeads).flatMap { _ in
                let row = (0..<shape.tokens).map { _ in Float.random(in: 0.001...1, using: &random) }
                let sum = row.reduce(0, +)
                return row.map { $0 / sum }
            }
        }
        func rows() -> [[Float]] {
            (0..<layers * kvHeads).map { _ in
                (0..<shape.tokens * dimension).map { _ in Float.random(in: -1...1, using: &random) }
            }
        }
        return PrefillEvidence(
            layout: layout, layers: layers, queryHeads: queryHeads, kvHeads: kvHeads,
            windows: planner.needs(tokenCount: shape.tokens).windows.map {
                WindowEvidence(
                    tokens: $0.tokenIndices(in: layout), attention: attention(),
                    filteredShare: Array(repeating: 0.5, count: layers * queryHeads))
            },
            columnSums: attention(),
            rows: RowEvidence(dimension: dimension, kvHeads: kvHeads, keys: rows(), values: rows()))
    }
}
