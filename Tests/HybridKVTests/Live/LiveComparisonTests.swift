import HybridKV
import TestSupport
import Testing

/// Comparisons, drafts and verification from outside: the run waits meanwhile and goes on as it was.
@Suite struct LiveComparisonTests {
    private let sample: SampleModel
    private let golden: PromptGolden
    private let full = MethodSettings(name: "full", budget: 1)
    private let hybrid = MethodSettings(name: "hybridkv", budget: 0.2, parameters: ["theta": "q:0.25"])
    private let snap = MethodSettings(name: "snapkv", budget: 0.2)

    init() throws {
        sample = try SampleModel.shared.get()
        golden = try #require(PromptGolden.named("sample-caption-6"))
    }

    /// A paused run that has made three steps.
    private func reader(pace: Double = 0) throws -> LiveReader {
        let reader = LiveReader(golden, hybrid, pace: pace)
        try reader.wait { $0.count("paused") == 1 }
        try reader.send(.step(3), until: "paused")
        reader.clearEvents()
        return reader
    }

    /// The comparison without a run.
    private func lockstep(_ request: ComparisonRequest) throws -> Lockstep {
        let lockstep = try Lockstep(
            sample.bench(), prefilled: try sample.prefill(golden), request: request,
            stopTokens: sample.preparer.stopTokens)
        while try lockstep.step() != nil {}
        return lockstep
    }

    private func expectRunAsItWas(_ reader: LiveReader) throws {
        #expect(try reader.takeSnapshot().steps == 3)
        try reader.send(.resume, until: "finished")
        let all = try sample.decode(try sample.prefill(golden), hybrid, tokens: 12)
        #expect(reader.tokens == Array(all.prefix(reader.tokens.count)) && reader.tokens.count > 3)
        #expect(reader.count("planned") == 0)
    }

    @Test func aComparisonTellsItsStepsInOrder() throws {
        let request = ComparisonRequest(methods: [snap, hybrid], steps: 8, probes: .all)
        let reader = try reader()
        try reader.send(.compare(request), until: "comparisonEnded")
        let compared = Array(repeating: "compared", count: 8)
        #expect(reader.names == ["comparisonStarted"] + compared + ["comparisonEnded"])
        let expected = try lockstep(request)
        var steps: [LiveComparisonStep] = []
        for event in reader.events {
            switch event {
            case .comparisonStarted(let start): #expect(start == expected.start)
            case .compared(let step): steps.append(step)
            case .comparisonEnded(let reason): #expect(reason == .length)
            default: break
            }
        }
        for (found, step) in zip(steps.map(\.step), expected.steps) {
            #expect(found.index == step.index && found.finish == step.finish)
            #expect(found.reference == step.reference && found.control == step.control)
            #expect(found.branches.map(\.token) == step.branches.map(\.token))
            #expect(found.branches.map(\.divergence) == step.branches.map(\.divergence))
            #expect(found.branches.map(\.heads) == step.branches.map(\.heads))
        }
        let text = String(decoding: steps.flatMap(\.reference.bytes), as: UTF8.self)
        #expect(!text.isEmpty && golden.answer.hasPrefix(text))
        for step in steps {
            #expect(step.branches.map(\.candidates.count) == step.step.branches.map(\.token.top.list.count))
            for branch in step.branches { #expect(branch.candidates.first == branch.bytes) }
        }
        try reader.send(.endComparison, until: "comparisonLeft")
        try expectRunAsItWas(reader)
    }

    @Test func aComparisonIsPausedSteppedAndBlamed() throws {
        // A step in a quarter of an hour: the first comes at once, the others when they are asked for.
        let reader = try reader(pace: 0.001)
        let request = ComparisonRequest(methods: [hybrid, snap], steps: 10)
        try reader.send(.compare(request), until: "compared")
        try reader.send(.blame(branch: 1, HeadID(layer: 3, head: 0)), until: "refused")
        try reader.send(.pause, until: "paused")
        try reader.send(.step(3), until: "paused")
        #expect(reader.count("compared") == 4)
        reader.send(.focus(HeadID(layer: 2, head: 1)))
        try reader.send(.snapshot, until: "comparisonSnapshot")
        try reader.send(.blame(branch: 1, HeadID(layer: 3, head: 0)), until: "blamed")
        let branches = [hybrid, snap].map(\.name)
        for event in reader.events {
            switch event {
            case .comparisonSnapshot(let snapshot, _):
                #expect(snapshot.steps == 4 && snapshot.branches.count == branches.count)
                #expect(snapshot.branches.allSatisfy { $0.focus.id == HeadID(layer: 2, head: 1) })
                #expect(snapshot.branches[1].fates == nil)
                #expect(snapshot.branches[1].memory.residentBytes < snapshot.referenceMemory.residentBytes)
            case .blamed(let result): #expect(result.branch == 1 && result.steps == 3)
            default: break
            }
        }
        reader.send(.pace(0))
        try reader.send(.resume, until: "comparisonEnded")
        #expect(reader.count("compared") == 10)
        // What is over can still be looked at, and begun again.
        try reader.send(.snapshot, until: "comparisonSnapshot")
        try reader.send(.restart, until: "comparisonEnded")
        #expect(reader.count("comparisonStarted") == 2 && reader.count("compared") == 20)
        try reader.send(.endComparison, until: "comparisonLeft")
        try expectRunAsItWas(reader)
    }

    @Test func draftsAndVerificationLeaveTheRunAlone() throws {
        let reader = try reader()
        try reader.send(.draft(snap), until: "drafted")
        let others = [full, snap, hybrid, MethodSettings(name: "random", budget: 0.2)]
        try reader.send(.verify(others, steps: 6), until: "verified")
        #expect(reader.names == ["drafted", "verified"])
        for event in reader.events {
            switch event {
            case .drafted(let plan): #expect(plan == (try sample.plan(try sample.prefill(golden), snap)))
            case .verified(let runs):
                #expect(runs.map(\.plan.settings) == others)
                #expect(runs.allSatisfy { $0.steps == 6 })
                #expect(runs[0].meanKL == .value(0) && runs[0].leastRecall == .value(1))
                #expect(runs[0].movedBytesPerStep == .value(0))
                for run in runs.dropFirst() {
                    #expect(run.meanKL.value ?? 0 > 0 && run.residentBytes < runs[0].residentBytes)
                    #expect(run.leastRecall.value ?? 2 <= run.meanRecall.value ?? -1)
                }
                let alone = try lockstep(ComparisonRequest(methods: [snap], steps: 7)).steps.dropFirst()
                let kls = alone.compactMap(\.branches[0].divergence?.kl)
                #expect(runs[1].meanKL == .value(kls.reduce(0, +) / Double(kls.count)))
                #expect(runs[2].movedBytesPerStep.value ?? 0 > 0)
            default: break
            }
        }
        try expectRunAsItWas(reader)
    }

    @Test func whatCannotBeComparedChangesNothing() throws {
        let reader = try reader()
        let unknown = MethodSettings(name: "nothing", budget: 0.2)
        let commands: [RunAction] = [
            .blame(branch: 0, HeadID(layer: 0, head: 0)), .draft(unknown),
            .verify([snap, unknown], steps: 3),
            .compare(ComparisonRequest(methods: [])), .compare(ComparisonRequest(methods: [unknown])),
        ]
        for command in commands { try reader.send(command, until: "refused") }
        #expect(reader.names == Array(repeating: "refused", count: commands.count))
        try expectRunAsItWas(reader)
    }

    @Test func anotherPlanLeavesTheComparison() throws {
        let reader = try reader()
        try reader.send(.compare(ComparisonRequest(methods: [snap], steps: 4)), until: "comparisonEnded")
        reader.clearEvents()
        try reader.send(.replan(snap), until: "planned")
        #expect(reader.names.first == "comparisonLeft" && reader.names.last == "planned")
        #expect(try reader.takeSnapshot().steps == 0)
    }
}
