import HybridKV
import Testing

/// Snapshots tell what the cache holds, add up, and change nothing.
@Suite struct SnapshotTests {
    private let sample: SampleModel
    private let compute = Compute(threads: 1)
    private let hybrid = MethodSettings(name: "hybridkv", budget: 0.2, parameters: ["theta": "q:0.25"])

    init() throws {
        sample = try SampleModel.shared.get()
    }

    private func session(
        _ prefilled: Prefilled, _ settings: MethodSettings, isObserved: Bool = true
    ) throws -> DecodeSession {
        try DecodeSession(
            model: sample.model, consuming: prefilled, plan: try sample.plan(prefilled, settings),
            options: SessionOptions(maxTokens: 16, isObserved: isObserved, prefillIsKept: true),
            compute: compute)
    }

    @Test(arguments: SessionCase.all.filter { ["sample-caption-6", "text-only"].contains($0.prompt) })
    func snapshotsAddUp(item: SessionCase) throws {
        let prefilled = try sample.prefill(try item.golden())
        let count = prefilled.tokenCount
        let evidence = try prefilled.evidence(compute: compute)
        var session = try session(prefilled, item.settings)
        var steps = 0
        repeat {
            for (index, head) in session.plan.heads.enumerated() where index % 5 == steps % 5 {
                let snapshot = session.snapshot(focus: head.id, evidence: evidence, prefilled: prefilled)
                #expect(snapshot.steps == steps && snapshot.memory == MemoryStatus(session.memory))
                let resident = snapshot.heads.reduce(0) { $0 + $1.residentPromptRows }
                #expect(snapshot.residentHeadCount.reduce(0) { $0 + Int($1) } == resident)
                expectFocus(snapshot, snapshot.heads[index], count: count, hasRead: steps > 1)
            }
            steps += 1
        } while try session.step() != nil
    }

    private func expectFocus(_ snapshot: CacheSnapshot, _ status: HeadStatus, count: Int, hasRead: Bool) {
        let focus = snapshot.focus
        #expect(focus.id == status.id && focus.evidence.count == count && focus.rowStates.count == count)
        let isHere = focus.rowStates.map { [.kept, .resident, .loaded].contains($0) }
        #expect(isHere.count { $0 } == status.residentPromptRows)
        let isDynamic = focus.plan.retrieval?.coversEverything == false
        #expect(focus.rowStates.contains(.dropped) == (!isDynamic && status.residentPromptRows < count))
        #expect(focus.rowStates.contains(.offloaded) == isDynamic)
        guard hasRead else {
            #expect(focus.attention.isEmpty && status.attentionBySegment.isEmpty)
            #expect(status.recall.value == nil && focus.history.isEmpty && status.usedRows == nil)
            return
        }
        let generated = Double(status.attentionBySegment.last ?? 0)
        #expect(abs(status.attentionBySegment.reduce(0) { $0 + Double($1) } - 1) < 1e-5)
        // What a row received that was given up after the step is in the shares, and no longer among the rows.
        let seen = focus.attention.reduce(0) { $0 + Double($1) } + generated
        #expect(focus.plan.eviction == nil ? abs(seen - 1) < 1e-5 : seen < 1 + 1e-5)
        #expect(zip(focus.attention, isHere).allSatisfy { $1 || $0 == 0 })
        if let recall = status.recall.value {
            #expect(recall > 0 && recall <= 1)
            if status.residentPromptRows == count { #expect(recall == 1) }
        } else if focus.plan.eviction == nil {
            Issue.record("recall is known while the prefill is kept")
        }
        #expect((status.hitRate.value != nil) == isDynamic)
        #expect(focus.rowStates.contains(.loaded) == (status.loadedChunks ?? 0 > 0))
        #expect(focus.history.map(\.step) == Array(1..<snapshot.steps))
        #expect(focus.history.last?.attentionBySegment == status.attentionBySegment)
    }

    @Test func lookingChangesNothing() throws {
        let prefilled = try sample.prefill(try #require(PromptGolden.named("sample-at-6")))
        var watched = try session(prefilled, hybrid)
        var alone = try session(prefilled, hybrid, isObserved: false)
        while var record = try alone.step() {
            var other = try #require(try step(&watched))
            _ = watched.snapshot(focus: HeadID(layer: 1, head: 1), evidence: nil, prefilled: prefilled)
            record.timing = StepTiming()
            other.timing = StepTiming()
            #expect(record == other)
            let (bits, others) = (
                alone.nextLogits().map(\.bitPattern), watched.nextLogits().map(\.bitPattern)
            )
            #expect(bits == others)
        }
    }

    private func step(_ session: inout DecodeSession) throws -> StepRecord? { try session.step() }

    @Test func whatIsNotKnownSaysWhy() throws {
        let prefilled = try sample.prefill(try #require(PromptGolden.named("sample-at-6")))
        var session = try session(prefilled, hybrid, isObserved: false)
        for _ in 0..<3 { _ = try session.step() }
        let snapshot = session.snapshot(focus: HeadID(layer: 0, head: 0), evidence: nil)
        for head in snapshot.heads {
            #expect(head.recall == .unavailable("the session is not observed"))
            #expect(head.hitRate == .unavailable("the session is not observed"))
            #expect(head.attentionBySegment.isEmpty)
        }
        #expect(snapshot.focus.attention.isEmpty && snapshot.focus.evidence.isEmpty)
        #expect(snapshot.reads.isEmpty)
    }

    @Test func recallOfPrunedHeadsNeedsThePrefill() throws {
        let prefilled = try sample.prefill(try #require(PromptGolden.named("sample-at-6")))
        var session = try session(prefilled, hybrid)
        for _ in 0..<3 { _ = try session.step() }
        let focus = HeadID(layer: 0, head: 0)
        let without = session.snapshot(focus: focus, evidence: nil).heads
        let with = session.snapshot(focus: focus, evidence: nil, prefilled: prefilled).heads
        for (poorer, richer) in zip(without, with) {
            #expect(richer.recall.value != nil)
            if poorer.headClass == .dynamic {
                #expect(poorer.recall == richer.recall)
            } else {
                #expect(poorer.recall == .unavailable("the dropped keys are gone"))
            }
        }
        let forbidden = session.snapshot(focus: focus, evidence: nil, prefilled: prefilled, recallLimit: 0)
        #expect(forbidden.heads.allSatisfy { $0.recall.value == nil })
    }

    @Test func chosenChunksAreTheResidentOnes() throws {
        let prefilled = try sample.prefill(try #require(PromptGolden.named("sample-at-6")))
        var session = try session(prefilled, hybrid)
        while let record = try session.step() {
            let chosen = session.chosenChunks()
            #expect(chosen.map(\.head) == session.plan.heads.filter { $0.headClass == .dynamic }.map(\.id))
            #expect(chosen.reduce(0) { $0 + $1.loaded.count } == record.cache.loadedChunks)
            for head in chosen {
                #expect(head.chunks.count == session.plan[head.head].retrieval?.selected)
                #expect(Set(head.loaded).isSubset(of: head.chunks))
            }
        }
    }

    @Test func readsNameWhatEveryTokenReadMost() throws {
        let prefilled = try sample.prefill(try #require(PromptGolden.named("sample-at-6")))
        var session = try session(prefilled, MethodSettings(name: "full", budget: 1))
        while try session.step() != nil {}
        let snapshot = session.snapshot(focus: HeadID(layer: 0, head: 0), evidence: nil)
        #expect(snapshot.reads.map(\.step) == Array(1..<16))
        for read in snapshot.reads {
            #expect(abs(read.attentionBySegment.reduce(0) { $0 + Double($1) } - 1) < 1e-5)
            #expect(read.top.count == 8)
            #expect(zip(read.top, read.top.dropFirst()).allSatisfy { $0.attention >= $1.attention })
        }
    }

    /// While rows go, states, attention and counts speak of the rows that are left.
    @Test(arguments: SessionCase.evicting)
    func snapshotsFollowEviction(settings: MethodSettings) throws {
        let prefilled = try sample.prefill(try #require(PromptGolden.named("sample-caption-6")))
        let plan = try sample.plan(prefilled, settings)
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: plan,
            options: SessionOptions(maxTokens: 12, isObserved: true, prefillIsKept: true), compute: compute)
        for _ in 0..<10 { _ = try session.step() }
        var gone = 0
        for (index, head) in plan.heads.enumerated() {
            let snapshot = session.snapshot(focus: head.id, evidence: nil, prefilled: prefilled)
            let (status, states) = (snapshot.heads[index], snapshot.focus.rowStates)
            #expect(states.count { $0 == .kept } == status.residentPromptRows)
            #expect(status.residentPromptRows + status.generatedRows == head.budget)
            let kept = states.indices.filter { states[$0] == .kept }.map(Int32.init)
            #expect(Set(kept).isSubset(of: head.kept))
            gone += head.kept.count - kept.count
            for (token, attention) in snapshot.focus.attention.enumerated() where attention > 0 {
                #expect(states[token] == .kept)
            }
            if status.generatedRows < 9 {
                #expect(status.recall.value == nil, "keys of the answer are gone")
            }
        }
        #expect(gone > 0)
    }
}
