import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// The numbers of the compare screen, recomputed from the steps that the engine told.
@Suite struct ComparisonFactsTests {
    private let fixture = ComparisonFixture()

    @Test func totalsAreThoseOfTheSteps() {
        let comparison = fixture.ended().comparison
        for branch in 0..<2 {
            let totals = comparison.totals[branch]
            let steps = fixture.steps.dropFirst().map { $0.step.branches[branch] }
            let kls = steps.compactMap { $0.divergence?.kl }
            #expect(totals.measured == 11 && kls.count == 11)
            #expect(abs((totals.meanKL ?? -1) - kls.reduce(0, +) / 11) < 1e-12)
            #expect(totals.largestKL?.value == kls.max())
            #expect(totals.largestKL?.step == kls.firstIndex(of: kls.max() ?? -1).map { $0 + 1 })
            #expect(totals.agreeing == steps.count { $0.divergence?.agrees == true })
            let recalls = steps.flatMap(\.heads).compactMap { head in head.recall.value.map { (head.id, $0) }
            }
            let mean = recalls.map(\.1).reduce(0, +) / Double(recalls.count)
            #expect(abs((totals.meanRecall ?? -1) - mean) < 1e-12)
            #expect(totals.leastRecall?.value == recalls.map(\.1).min())
            let sorted = steps.map(\.record.timing.total).sorted()
            #expect(totals.medianMilliseconds == Double(sorted[5]) / 1e6)
        }
        #expect(comparison.totals.map(\.firstChange) == [9, 4])
        #expect(comparison.control.isExact && comparison.control.steps == 11)
    }

    @Test func nothingIsMeasuredAtStepZero() {
        let comparison = fixture.running(steps: 1).comparison
        for totals in comparison.totals {
            #expect(totals.meanKL == nil && totals.meanRecall == nil && totals.medianMilliseconds == nil)
        }
        let facts = BranchFacts(comparison, 0)
        #expect(
            facts.divergence == ["n/a: not measured", "n/a"] && facts.best == "n/a" && facts.time == "n/a")
    }

    @Test func thePartingIsTheFirstDifferenceAndItsHeadTheLargest() {
        let comparison = fixture.ended().comparison
        #expect(comparison.partingStep == 4)
        #expect(comparison.heads(at: 4).first?.id == ComparisonFixture.worst)
        let sizes = comparison.heads(at: 4).compactMap(\.difference).map(abs)
        #expect(sizes == sizes.sorted(by: >) && sizes.count == 24)
        #expect(comparison.differences == [4, 5, 9])
        let text = CompareText.parting(comparison, asciiOnly: true)
        #expect(
            text.first?.hasPrefix("A and B part at step 4: \" cross\" and \" orange\"; most in L01/kv3")
                == true)
    }

    @Test func inAFreeRunOnlyFirstDifferencesCount() {
        let free = ComparisonFixture(.init(isForced: false)).ended().comparison
        #expect(free.differences == [4, 9])
        #expect(free.totals[1].measured == 4, "nothing is measured once the texts differ")
    }

    @Test func withThreeBranchesEveryPairHasAGrid() {
        let methods = [("hybridkv", 0.2), ("snapkv", 0.2), ("full", 1.0)]
        var model = ComparisonFixture(.init(methods: methods)).ended()
        #expect(model.comparison.grids.map(\.name) == ["AB", "AC", "BC", "A", "B", "C"])
        ModelFixture.command(&model, "grid bc")
        #expect(model.comparison.pair == (1, 2))
        ModelFixture.command(&model, "grid a")
        ModelFixture.press(&model, .tab, .tab)
        #expect(model.comparison.focus == 2 && model.comparison.pair == (0, 2))
        #expect(ModelFixture.command(&model, "c off").count == 1 && model.comparison.wishes.count == 2)
        #expect(ModelFixture.command(&model, "c off").isEmpty && model.notice?.kind == .wrong)
    }

    @Test func aTokenIsHeldByBothOneOrNeither() throws {
        let model = fixture.ended()
        let sets = try #require(ComparedSets(model, .sets(0, 1)))
        let kept = fixture.start.plans.map { Set($0[model.cursor].kept) }
        for token in 0..<fixture.run.plan.tokenCount {
            let isHeld = kept.map { $0.contains(Int32(token)) }
            let expected =
                isHeld == [true, true]
                ? "=" : isHeld == [true, false] ? "A" : isHeld == [false, true] ? "B" : "."
            #expect(sets.glyph([token]) == expected)
        }
        let only = (0..<fixture.run.plan.tokenCount).filter {
            kept[0].contains(Int32($0)) && !kept[1].contains(Int32($0))
        }
        let other = (0..<fixture.run.plan.tokenCount).filter {
            kept[1].contains(Int32($0)) && !kept[0].contains(Int32($0))
        }
        #expect(sets.glyph([only[0], other[0]]) == "*", "rows that share a line may differ both ways")
    }

    @Test func theScaleOfKLIsLogarithmic() {
        let look = Look(ModelFixture.ascii, .dark)
        let values: [Double?] = [nil, 0, 0.0001, 0.0003, 0.0029, 0.003, 0.05, 0.99, 1, 80]
        #expect(values.map { CompareLanes.glyph($0, look) }.joined() == "-0.1235788")
    }

    @Test func fatesAreOfTheRunsOwnSettings() {
        var model = ModelFixture.live()
        let id = HeadID(layer: 1, head: 2)
        guard case .unknown(let reason) = model.value(of: .fate, for: id) else {
            Issue.record("a fate without a comparison")
            return
        }
        #expect(reason.contains("comparison (5)"))
        model = fixture.ended()
        #expect(model.value(of: .fate, for: id) == .known(share: 6.0 / 40, text: "6"))
        model = ComparisonFixture(.init(methods: [("hybridkv", 0.3), ("snapkv", 0.2)])).ended()
        guard case .unknown = model.value(of: .fate, for: id) else {
            Issue.record("the fate of other settings")
            return
        }
        model = ComparisonFixture(.init(probes: .default)).ended()
        #expect(model.value(of: .fate, for: id) == .unknown("the comparison did not measure it"))
    }

    @Test func aControlThatIsNotExactIsAWarning() {
        var model = fixture.running(steps: 3)
        #expect(model.comparisonChecks.map(\.outcome) == [.ok])
        let next = fixture.steps[3]
        let step = ComparisonStep(
            index: 3, reference: next.step.reference, referenceRecord: next.step.referenceRecord,
            control: Divergence(kl: 0.002, agrees: true, rank: 1), branches: next.step.branches)
        ModelFixture.send(
            &model,
            [
                .event(
                    .compared(
                        LiveComparisonStep(step: step, reference: next.reference, branches: next.branches)),
                    model.comparison.command)
            ])
        #expect(model.comparisonChecks.first?.outcome == .warn)
        #expect(model.comparisonChecks.first?.detail == "KL at most .0020 in 3 steps")
    }
}
