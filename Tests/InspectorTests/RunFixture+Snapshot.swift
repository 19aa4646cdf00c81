import HybridKV
import TestSupport

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

extension RunFixture {
    /// The cache after some steps, with one head in full.
    func snapshot(after done: Int, focus id: HeadID) -> CacheSnapshot {
        let layout = prompt.layout
        var random = SplitMix64(seed: options.seed &+ UInt64(done) &* 1000)
        var holders = [UInt16](repeating: 0, count: layout.tokenCount)
        var heads: [HeadStatus] = []
        var focusStates: [RowState] = []
        var residentRows = 0
        for head in plan.heads {
            let states = rowStates(head, after: done, &random)
            for (token, state) in states.enumerated() where state != .dropped && state != .offloaded {
                holders[token] += 1
            }
            if head.id == id { focusStates = states }
            let resident = states.count { $0 != .dropped && $0 != .offloaded }
            residentRows += resident + done
            let isDynamic = head.headClass == .dynamic
            let hasStep = done > 1
            heads.append(
                HeadStatus(
                    id: head.id, headClass: head.headClass, budget: head.budget, residentPromptRows: resident,
                    generatedRows: done,
                    usedRows: hasStep ? Int.random(in: 1...max(1, resident / 2), using: &random) : nil,
                    selectedChunks: isDynamic && hasStep ? head.retrieval?.selected ?? 0 : 0,
                    loadedChunks: isDynamic && hasStep ? states.count { $0 == .loaded } / Self.chunkSize : 0,
                    hitRate: isDynamic && hasStep
                        ? .value(Double.random(in: 0.6...0.95, using: &random))
                        : .unavailable("only dynamic heads choose chunks"),
                    recall: !hasStep
                        ? .unavailable("no decode step yet")
                        : isDynamic
                            ? .value(Double.random(in: 0.7...0.99, using: &random))
                            : head.headClass == .full ? .value(1) : .unavailable("the dropped keys are gone"),
                    attentionBySegment: hasStep ? segmentShares(&random) : []))
        }
        let initial = plan.heads.reduce(0) { $0 + $1.kept.count }
        let loaded = records.prefix(done).reduce(0) { $0 + $1.cache.loadedChunks } * Self.chunkSize
        var memory = MemoryCounters()
        memory.fullBytes = (layout.tokenCount + done) * geometry.kvBytesPerToken
        memory.residentRows = residentRows
        memory.writtenRows = initial + done * plan.heads.count
        memory.loadedRows = loaded
        memory.evictedRows = memory.writtenRows + loaded - residentRows
        memory.residentBytes = residentRows * geometry.rowBytes
        let dynamics = plan.heads.count { $0.headClass == .dynamic }
        memory.offloadedBytes = dynamics * layout.tokenCount * geometry.rowBytes
        memory.metadataBytes =
            dynamics * (layout.tokenCount / Self.chunkSize) * 2 * geometry.headDimension * 4
        memory.reservedBytes = (64 - done) * plan.heads.count * geometry.rowBytes
        memory.allocatedBytes =
            memory.residentBytes + memory.offloadedBytes + memory.metadataBytes + memory.reservedBytes
            + 24_576
        memory.replanBytes = 122_880
        memory.movedBytes = loaded * geometry.rowBytes
        let detail = HeadDetail(
            id: id, plan: plan[id], rowStates: focusStates,
            attention: done > 1 ? attention(focusStates, &random) : [],
            evidence: (0..<layout.tokenCount).map { _ in Float.random(in: 0...0.02, using: &random) },
            history: (1..<max(1, done)).map { step in
                let isDynamic = plan[id].headClass == .dynamic
                let loads = isDynamic ? Int.random(in: 0...3, using: &random) : 0
                let selected = plan[id].retrieval?.selected ?? 0
                return HeadStep(
                    step: step, attentionBySegment: segmentShares(&random), loadedChunks: loads,
                    hits: max(0, selected - loads), selectedChunks: selected)
            })
        return CacheSnapshot(
            steps: done, heads: heads, memory: MemoryStatus(memory), focus: detail,
            residentHeadCount: holders,
            reads: (1..<max(1, done)).map { step in
                TokenRead(
                    step: step, attentionBySegment: segmentShares(&random),
                    top: [
                        .init(tokenIndex: layout.visualSegments.first?.start ?? 0, attention: 0.11),
                        .init(tokenIndex: layout.tokenCount - 8, attention: 0.07),
                        .init(tokenIndex: (layout.visualSegments.last?.start ?? 0) + 3, attention: 0.04),
                        .init(tokenIndex: layout.tokenCount - 7, attention: 0.03),
                    ])
            }, cost: 180_000)
    }

    private func rowStates(_ head: HeadPlan, after done: Int, _ random: inout SplitMix64) -> [RowState] {
        let count = prompt.layout.tokenCount
        guard let retrieval = head.retrieval else {
            let kept = Set(head.kept.map(Int.init))
            return (0..<count).map { kept.contains($0) ? .kept : .dropped }
        }
        var states = [RowState](repeating: .offloaded, count: count)
        for token in (retrieval.chunkCount * retrieval.chunkSize)..<count { states[token] = .kept }
        let chunks =
            done > 1
            ? Self.choose(retrieval.selected, of: retrieval.chunkCount, always: [0], &random)
            : retrieval.initial.map(Int.init)
        for (place, chunk) in chunks.enumerated() {
            for token in (chunk * retrieval.chunkSize)..<((chunk + 1) * retrieval.chunkSize) {
                states[token] = done > 1 && place % 4 == 1 ? .loaded : .resident
            }
        }
        return states
    }

    private func attention(_ states: [RowState], _ random: inout SplitMix64) -> [Float] {
        states.map { $0 == .dropped || $0 == .offloaded ? 0 : Float.random(in: 0.001...0.06, using: &random) }
    }

    private func segmentShares(_ random: inout SplitMix64) -> [Float] {
        let parts = (0...prompt.layout.segments.count).map { _ in Float.random(in: 0.01...1, using: &random) }
        let sum = parts.reduce(0, +)
        return parts.map { $0 / sum }
    }
}
