import HybridKV
import Testing

/// The rival methods against an implementation that was written from their description alone.
@Suite struct RivalPlanTests {
    @Test func everyMethodHasGoldens() {
        let alone = Set(MethodGolden.all.map(\.settings.name)).union(["hybridkv", "full"])
        for method in MethodRegistry.methods where !alone.contains(method.name) {
            #expect(RivalGolden.made.count { $0.settings.name == method.name } >= 8, "\(method.name)")
            #expect(RivalGolden.sample.count { $0.settings.name == method.name } == 9, "\(method.name)")
        }
    }

    @Test(arguments: RivalGolden.made)
    func plansOfMadeEvidenceAgree(golden: RivalGolden) throws {
        try expectAgreement(golden, try RivalEvidence.made.get())
    }

    @Test(arguments: RivalGolden.sample)
    func plansOfSampleEvidenceAgree(golden: RivalGolden) throws {
        try expectAgreement(golden, try RivalEvidence.sample.get())
    }

    private func expectAgreement(_ golden: RivalGolden, _ evidence: RivalEvidence) throws {
        let planner = try golden.planner()
        let plan = try planner.plan(try evidence.evidence(for: golden, planner))
        #expect(plan.heads.map(\.budget) == golden.heads.map(\.budget))
        #expect(plan.heads.map { $0.kept.map(Int.init) } == golden.heads.map(\.kept))
        #expect(plan.budgetedRows <= plan.totalRows)
        guard let chunk = golden.chunk else { return }
        for (head, expected) in zip(plan.heads, golden.heads) {
            guard let initial = expected.initial else {
                #expect(head.headClass == .full)
                #expect(head.isOutsideTotal == plan.heads.contains { $0.headClass != .full })
                continue
            }
            #expect(head.retrieval?.chunkSize == chunk)
            #expect(head.retrieval?.representative == .minmax)
            #expect(head.retrieval?.initial.map(Int.init) == initial)
        }
    }
}
