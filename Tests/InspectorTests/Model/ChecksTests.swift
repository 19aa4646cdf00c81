import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Every check, when it holds and when it does not.
@Suite struct ChecksTests {
    private let fixture = RunFixture()

    private func outcome(_ name: String, _ model: InspectorModel) -> Check.Outcome? {
        model.checks.first { $0.name == name }?.outcome
    }

    /// A model whose plan was changed.
    private func planned(
        total: Int? = nil, remarks: [String] = [], _ change: (HeadPlan) -> HeadPlan = { $0 }
    ) -> InspectorModel {
        var model = ModelFixture.live(fixture)
        let plan = fixture.plan
        model.plan = CompressionPlan(
            settings: plan.settings, tokenCount: plan.tokenCount, kvHeads: plan.kvHeads,
            totalRows: total ?? plan.totalRows, threshold: plan.threshold, heads: plan.heads.map(change),
            remarks: remarks)
        return model
    }

    private func head(
        _ head: HeadPlan, budget: Int? = nil, kept: [Int32]? = nil, allocation: AllocationNote? = nil
    ) -> HeadPlan {
        HeadPlan(
            id: head.id, headClass: head.headClass, score: head.score, votes: head.votes,
            budget: budget ?? head.budget, kept: kept ?? head.kept, retrieval: head.retrieval,
            allocation: allocation ?? head.allocation, isForced: head.isForced)
    }

    /// A model whose memory counters were changed.
    private func counted(_ change: (inout MemoryStatus) -> Void) -> InspectorModel {
        var model = ModelFixture.live(fixture)
        let old = fixture.snapshot(after: 8, focus: model.cursor)
        var memory = old.memory
        change(&memory)
        model.snapshot = CacheSnapshot(
            steps: old.steps, heads: old.heads, memory: memory, focus: old.focus,
            residentHeadCount: old.residentHeadCount, reads: old.reads, cost: old.cost)
        return model
    }

    @Test func aGoodRunPassesAll() {
        let done = ModelFixture.done(fixture)
        #expect(done.checks.count == 8 && done.checks.allSatisfy { $0.outcome == .ok })
        #expect(ModelFixture.fresh().checks.isEmpty)
    }

    @Test func budgetsBeyondTheTotalAreSeen() {
        let name = "sum of budgets within the total"
        #expect(outcome(name, planned()) == .ok)
        #expect(outcome(name, planned(total: fixture.plan.budgetedRows - 1)) == .warn)
    }

    @Test func aHeadWithoutARowIsSeen() {
        let model = planned { self.head($0, budget: $0.id.head == 0 ? 0 : $0.budget) }
        let check = model.checks.first { $0.name == "every head has a row" }
        #expect(check?.outcome == .warn)
        #expect(check?.detail == "L00/kv0 L01/kv0 L02/kv0 and 3 more")
    }

    @Test(arguments: [[3, 2], [2, 2], [-1, 4], [0, 5000]] as [[Int32]])
    func rowsOutOfOrderAreSeen(kept: [Int32]) {
        let model = planned { self.head($0, kept: $0.id == HeadID(layer: 0, head: 0) ? kept : $0.kept) }
        #expect(outcome("kept rows ascend inside the prompt", model) == .warn)
    }

    @Test func anAdaptiveAllocationThatIsUniformIsSeen() {
        let name = "adaptive allocation differs"
        #expect(outcome(name, planned()) == .ok)
        let uniform = planned { self.head($0, budget: $0.headClass == .static ? 40 : $0.budget) }
        #expect(outcome(name, uniform) == .warn)
        let without = planned { self.head($0, allocation: AllocationNote()) }
        #expect(outcome(name, without) == nil, "nothing was to differ")
    }

    @Test func headsForcedFullAreOutsideTheBudget() {
        #expect(outcome("heads outside the budget", planned()) == nil)
        let forced = RunFixture(.init(forcedHeads: [HeadID(layer: 1, head: 2): .full]))
        let check = ModelFixture.live(forced).checks.first { $0.name == "heads outside the budget" }
        #expect(check?.outcome == .warn && check?.detail == "L01/kv2 kept whole: 210 rows")
    }

    @Test func rowsThatVanishAreSeen() {
        let name = "rows resident + evicted = loaded + written"
        #expect(outcome(name, counted { _ in }) == .ok)
        #expect(outcome(name, counted { $0.evictedRows = 1 }) == .warn)
        #expect(outcome(name, counted { $0.evictedRows = nil }) == .open, "what is not told is not checked")
    }

    @Test func bytesThatDoNotFitAreSeen() {
        #expect(outcome("bytes fit", counted { _ in }) == .ok)
        #expect(outcome("bytes fit", counted { $0.allocatedBytes = $0.residentBytes }) == .warn)
    }

    @Test func moreResidentRowsThanBudgetAreSeen() {
        let name = "resident rows within budgets"
        #expect(outcome(name, planned()) == .ok)
        let model = planned { self.head($0, budget: max(1, $0.budget - 5)) }
        #expect(outcome(name, model) == .warn)
    }

    @Test func withoutASnapshotNothingIsClaimed() {
        var model = ModelFixture.live(fixture)
        model.snapshot = nil
        #expect(model.checks.filter { $0.outcome == .open }.count == 4, "three of the cache, and the answer")
    }

    @Test func lostStepsAndRemarksAreSeen() {
        var model = planned(remarks: ["the window is longer than the prompt"])
        #expect(outcome("remark of the method", model) == .warn)
        #expect(outcome("every step arrived", model) == nil)
        ModelFixture.send(&model, [.step(fixture.steps[11])])
        #expect(outcome("every step arrived", model) == .warn)
    }

    @Test func theAnswerIsComparedWhenItIsComplete() {
        #expect(outcome("answer", ModelFixture.live(fixture)) == .open)
        #expect(outcome("answer", ModelFixture.done(fixture)) == .ok)
        let other = ModelFixture.done(RunFixture(.init(expected: "black hole")))
        #expect(other.checks.first { $0.name == "answer" }?.detail == "expected black hole")
        #expect(outcome("answer", other) == .warn)
        #expect(outcome("answer", ModelFixture.done(RunFixture(.init(expected: nil)))) == nil)
        let spaced = RunFixture(.init(answer: [" ", "yes", "\n"], expected: "yes"))
        #expect(outcome("answer", ModelFixture.done(spaced)) == .ok, "spaces at the ends are no difference")
    }

    @Test func theVerdictNamesTheFirstProblem() {
        let bad = Verdict(planned(total: 1))
        #expect(bad.isWarning && bad.word == "WARN 1")
        #expect(bad.reason == "sum of budgets within the total: 1008 of 1 rows")
        let good = Verdict(ModelFixture.done(fixture))
        #expect(good.word == "OK" && good.reason.hasPrefix("8 checks passed: "))
        #expect(Verdict(ModelFixture.fresh()).word == "--")
        var failed = ModelFixture.fresh()
        failed.standing = .failed("gone\u{1B}")
        #expect(Verdict(failed).word == "FAILED" && Verdict(failed).reason == "gone<0x1B>")
    }
}
