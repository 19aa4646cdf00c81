import HybridKV
import Testing

/// Plans against an implementation that was written from the specification alone.
@Suite struct NumPyPlanTests {
    @Test func goldensAreThere() {
        #expect(PlanGolden.random.count >= 60)
        #expect(PlanGolden.sample.count >= 100)
    }

    @Test(arguments: PlanGolden.random)
    func plansOfRandomEvidenceAgree(golden: PlanGolden) throws {
        try expectAgreement(golden)
    }

    @Test(arguments: PlanGolden.sample)
    func plansOfSamplePromptsAgree(golden: PlanGolden) throws {
        try expectAgreement(golden)
    }

    private func expectAgreement(_ golden: PlanGolden) throws {
        let plan = try Planner(golden.settings).plan(golden.evidence)
        #expect(plan.heads.map(\.headClass.rawValue) == golden.expected.heads.map(\.headClass))
        #expect(plan.heads.map(\.budget) == golden.expected.heads.map(\.budget))
        #expect(plan.totalRows == golden.expected.total)
        #expect(plan.totalRows - plan.budgetedRows == golden.expected.unused)
        for (head, expected) in zip(plan.heads, golden.expected.heads) {
            #expect(abs((head.score ?? -1) - expected.score) < 1e-9)
            #expect(zip(head.votes, expected.votes).allSatisfy { abs($0 - $1) < 1e-9 })
            #expect(head.votes.count == expected.votes.count)
            #expect(head.kept.map(Int.init) == expected.kept)
            if let retrieval = head.retrieval { #expect(retrieval.chunkSize == golden.expected.chunk) }
        }
    }
}
