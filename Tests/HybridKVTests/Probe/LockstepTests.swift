import HybridKV
import TestSupport
import Testing

@testable import KVFacts
@testable import KVStudy

/// Comparisons on the sample.
@Suite struct LockstepTests {
    private let sample: SampleModel
    private let prefilled: Prefilled
    private let compute = Compute(threads: 2)
    private let hybrid = MethodSettings(name: "hybridkv", budget: 0.2, parameters: ["theta": "q:0.25"])
    private let snap = MethodSettings(name: "snapkv", budget: 0.2)
    private let full = MethodSettings(name: "full", budget: 1)

    init() throws {
        sample = try SampleModel.shared.get()
        prefilled = try sample.prefill(
            try Golden.unwrap(PromptGolden.named("sample-caption-6")), kvElement: .f16, compute: compute)
    }

    private func run(
        _ methods: [MethodSettings], isForced: Bool = true, steps: Int = 24, probes: ProbeSet = .all
    ) throws -> Lockstep {
        let lockstep = try Lockstep(
            sample.bench(compute), prefilled: prefilled,
            request: ComparisonRequest(methods: methods, isForced: isForced, steps: steps, probes: probes),
            stopTokens: [487, 485])
        while try lockstep.step() != nil {}
        return lockstep
    }

    @Test func fullLosesNothingAndTheControlIsZero() throws {
        let steps = try run([full]).steps
        #expect(steps.count > 10)
        for step in steps.dropFirst() {
            #expect(step.control == Divergence(kl: 0, agrees: true, rank: 1))
            #expect(step.branches[0].divergence == Divergence(kl: 0, agrees: true, rank: 1))
            for head in step.branches[0].heads {
                #expect(head.recall == .value(1) && head.best == .value(1))
                #expect(abs((head.outputError.value ?? 1)) < 1e-6)
            }
        }
        #expect(steps[0].control == nil && steps[0].branches[0].heads.isEmpty)
    }

    @Test func probesChangeNoToken() throws {
        let with = try run([hybrid, snap])
        let without = try run([hybrid, snap], probes: [])
        #expect(with.steps.count == without.steps.count)
        for (left, right) in zip(with.steps, without.steps) {
            #expect(left.reference == right.reference)
            #expect(left.branches.map(\.token) == right.branches.map(\.token))
            #expect(right.branches.allSatisfy { $0.divergence == nil && $0.heads.isEmpty })
        }
        for (left, right) in zip([with.reference] + with.branches, [without.reference] + without.branches) {
            #expect(left.session.nextLogits() == right.session.nextLogits())
        }
    }

    @Test func recallIsAtMostTheBest() throws {
        for step in try run([hybrid, snap]).steps.dropFirst() {
            for branch in step.branches {
                #expect(branch.heads.count == prefilled.geometry.headCount)
                for head in branch.heads {
                    let (recall, best) = (head.recall.value ?? 2, head.best.value ?? -1)
                    #expect(recall <= best && recall > 0 && best <= 1)
                }
            }
        }
    }

    @Test func forcedBranchesTakeTheReferencesTokens() throws {
        let lockstep = try run([snap])
        let tokens = lockstep.steps.map(\.referenceRecord.token)
        #expect(lockstep.steps.map(\.branches[0].record.token) == tokens)
        #expect(lockstep.steps.contains { $0.branches[0].token.token != $0.reference.token })
        #expect(lockstep.steps.last?.finish == .stop)
        #expect(lockstep.steps.dropLast().allSatisfy { $0.finish == nil })
    }

    @Test func freeBranchesAnswerAsTheyDoAlone() throws {
        let lockstep = try run([snap, hybrid], isForced: false, steps: 40)
        for (index, settings) in [snap, hybrid].enumerated() {
            let rows = lockstep.steps.map { $0.branches[index] }
            let alone = try sample.decode(prefilled, settings, tokens: 40, compute: compute)
            let taken = rows.filter(\.isRunning).map(\.record.token)
            #expect(taken == Array(alone.prefix(taken.count)))
            // Divergence stops behind the first difference: the past is another one then.
            let first = try #require(
                rows.indices.first { rows[$0].record.token != lockstep.steps[$0].referenceRecord.token })
            #expect(rows[first].divergence != nil || first == 0)
            #expect(rows[(first + 1)...].allSatisfy { $0.divergence == nil })
        }
    }

    @Test func blamingAHeadMeasuresItAlone() throws {
        let lockstep = try run([snap], probes: .divergence)
        let kls = lockstep.steps.compactMap(\.branches[0].divergence?.kl)
        let result = try lockstep.blame(branch: 0, head: HeadID(layer: 3, head: 0))
        #expect(result.steps == kls.count)
        #expect(abs(result.meanKL - kls.reduce(0, +) / Double(kls.count)) < 1e-9)
        #expect(result.change == result.meanKLWithHeadFull - result.meanKL)
        #expect(result.change != 0)
        let whole = try run([full], probes: .divergence)
        #expect(try whole.blame(branch: 0, head: HeadID(layer: 0, head: 0)).meanKLWithHeadFull == 0)
        #expect(throws: ComparisonError.noSuchBranch(1, HeadID(layer: 0, head: 0))) {
            try lockstep.blame(branch: 1, head: HeadID(layer: 0, head: 0))
        }
    }

    @Test func allHeadsWholeAreTheFullCache() throws {
        let lockstep = try run([hybrid], probes: .divergence)
        let plan = lockstep.start.plans[0]
        let whole = plan.heads.reduce(plan) { $0.withWholeHead($1.id) }
        let means = try lockstep.meanKL(of: [plan, whole])
        #expect(means[0] > 0 && means[1] == 0)
        // Single heads may do harm by chance; over all of them giving rows back helps.
        let changes = try plan.heads.map { try lockstep.blame(branch: 0, head: $0.id).change }
        #expect(changes.reduce(0, +) < 0)
    }

    @Test func aReferenceThatEndedFirstIsNotComparedOn() throws {
        // Under this budget the branch says more than the full cache, whose answer is cut short here by its own token.
        let stop = try run([full], steps: 4, probes: []).steps[2].referenceRecord.token
        let lockstep = try Lockstep(
            sample.bench(compute), prefilled: prefilled,
            request: ComparisonRequest(
                methods: [MethodSettings(name: "streamingllm", budget: 0.02)], isForced: false, steps: 12,
                probes: .all),
            stopTokens: [stop])
        while try lockstep.step() != nil {}
        let running = lockstep.steps.map(\.isReferenceRunning)
        #expect(running.count > 3 && running.prefix(3).allSatisfy { $0 })
        #expect(running.dropFirst(3).allSatisfy { !$0 })
        for step in lockstep.steps.dropFirst(3) {
            #expect(step.control == nil && step.referenceRecord.token == stop)
            #expect(step.branches[0].divergence == nil && step.branches[0].heads.isEmpty)
        }
    }

    @Test func wholeHeadsAreOutsideTheTotalAndOthersStay() throws {
        let plan = try run([snap], steps: 2).start.plans[0]
        let id = HeadID(layer: 2, head: 1)
        let swapped = plan.withWholeHead(id)
        #expect(swapped[id].kept.count == plan.tokenCount && swapped[id].isOutsideTotal)
        #expect(zip(plan.heads, swapped.heads).allSatisfy { $0.id == id || $0 == $1 })
    }

    @Test func fatesAddUp() throws {
        let lockstep = try run([hybrid, snap])
        let snapshot = lockstep.snapshot(focus: HeadID(layer: 0, head: 0))
        for (branch, plan) in zip(snapshot.branches, lockstep.start.plans) {
            for (fate, head) in zip(try #require(branch.fates), plan.heads) {
                if head.headClass == .static {
                    #expect(fate.neverNeeded + fate.neededAgain == plan.tokenCount - head.kept.count)
                    #expect(fate.cold == 0 && fate.evictedThenNeeded == 0 && fate.capacity == 0)
                } else {
                    #expect(fate.neverNeeded + fate.neededAgain <= plan.tokenCount)
                }
            }
            let loaded = lockstep.steps.reduce(0) {
                $0 + $1.branches[plan.settings.name == "hybridkv" ? 0 : 1].record.cache.loadedChunks
            }
            let booked = branch.fates?.reduce(0) { $0 + $1.cold + $1.evictedThenNeeded }
            #expect(booked == loaded)
        }
    }

    @Test func stabilityIsAShareAndOverlapIsSymmetric() throws {
        let snapshot = try run([hybrid, snap]).snapshot(focus: HeadID(layer: 1, head: 1))
        for head in try #require(snapshot.branches[0].stability) {
            #expect(0...1 ~= head.topOverlap && 0...1.0001 ~= head.massOnPrefillTop)
        }
        #expect(snapshot.overlap(0, 1) == snapshot.overlap(1, 0))
        #expect(snapshot.overlap(0, 0) == 1)
        #expect(snapshot.branches[1].focus.id == HeadID(layer: 1, head: 1))
        #expect(snapshot.branches.allSatisfy { $0.focus.evidence.count == prefilled.tokenCount })
        #expect(
            snapshot.branches[1].residentTokens[5] == (try run([snap], steps: 2).start.plans[0].heads[5].kept)
        )
    }

    @Test func manyBranchesShareOneReference() throws {
        let names = ["snapkv", "h2o", "streamingllm", "quest", "random"]
        let methods = names.map { MethodSettings(name: $0, budget: 0.2) }
        let together = try run(methods, steps: 6)
        #expect(together.start.plans.count == 5)
        for (place, method) in methods.enumerated() {
            let alone = try run([method], steps: 6)
            #expect(
                BranchTotals(of: place, in: together.steps).divergences
                    == BranchTotals(of: 0, in: alone.steps).divergences)
        }
    }

    @Test func requestsThatCannotBeAreRefused() {
        #expect(throws: ComparisonError.badRequest(methods: 0, steps: 4)) { try run([], steps: 4) }
        #expect(throws: ComparisonError.badRequest(methods: 1, steps: 0)) { try run([full], steps: 0) }
    }
}
