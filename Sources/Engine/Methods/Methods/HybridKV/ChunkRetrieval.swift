import KVFacts
import KVNumerics

/// Stage 3b of HybridKV: how a dynamic head is served from the offloaded tier. This plans it; `ChunkRetriever` does it.
public struct ChunkRetrieval: ChunkPlanner {
    /// Chunks that are always selected.
    enum Forcing: String, CaseIterable {
        /// Chunk 0, which holds the attention sinks.
        case sink
        /// Chunk 0 and the chunks of the observation window; the latest of them when they are too many.
        case sinkAndWindow
        /// None.
        case none
    }

    var aggregation: GroupAggregation = .mean
    var representative: ChunkRepresentative = .mean
    var forcing: Forcing = .sink
    var refreshInterval = 1
    var driftLimit: Double?
    /// The scorer whose window says which chunks come first; nil takes whatever window was measured.
    var window: WindowScores?

    /// Chunks by mean keys, the sink always among them.
    public init() {}

    init(
        aggregation: GroupAggregation = .mean, representative: ChunkRepresentative = .mean,
        forcing: Forcing = .sink, refreshInterval: Int = 1, driftLimit: Double? = nil,
        window: WindowScores? = nil
    ) {
        self.aggregation = aggregation
        self.representative = representative
        self.forcing = forcing
        self.refreshInterval = refreshInterval
        self.driftLimit = driftLimit
        self.window = window
    }

    /// Some window's attention.
    public func needs(uniformRows: Int) -> EvidenceNeeds {
        window?.needs(uniformRows: uniformRows) ?? .anyWindow
    }

    /// The plan of one head: `budget` rows in whole chunks, beginning with those of the most prefill attention.
    public func plan(_ head: HeadID, budget: Int, chunkSize: Int, _ input: PlanInput) -> RetrievalPlan {
        let evidence = input.evidence
        let attention = evidence.attention(of: head, aggregation: aggregation)
        let chunkCount = evidence.tokenCount / chunkSize
        let selected = min(budget / chunkSize, chunkCount)
        let masses = (0..<chunkCount).map { chunk in
            attention[chunk * chunkSize..<(chunk + 1) * chunkSize].reduce(0, +)
        }
        let forced = forcedChunks(
            selected: selected, chunkSize: chunkSize, chunkCount: chunkCount, evidence.window)
        let others = (0..<chunkCount).filter { !forced.contains($0) }
        let initial = (forced + Selection.best(selected - forced.count, of: others) { masses[$0] }).sorted()
        return RetrievalPlan(
            chunkSize: chunkSize, chunkCount: chunkCount, selected: selected, representative: representative,
            forced: forced.map(Int32.init), initial: initial.map(Int32.init),
            topTokens: representative == .topToken ? topTokens(attention, chunkSize, chunkCount) : [],
            refreshInterval: refreshInterval, driftLimit: driftLimit)
    }

    private func forcedChunks(selected: Int, chunkSize: Int, chunkCount: Int, _ window: [Int]) -> [Int] {
        guard forcing != .none, selected > 0, chunkCount > 0 else { return [] }
        guard forcing == .sinkAndWindow else { return [0] }
        let chunks = Set(window.map { $0 / chunkSize }).filter { 0 < $0 && $0 < chunkCount }.sorted()
        return [0] + chunks.suffix(selected - 1)
    }

    /// The token of the most attention in every chunk, the earlier one on a tie.
    private func topTokens(_ attention: [Double], _ chunkSize: Int, _ chunkCount: Int) -> [Int32] {
        (0..<chunkCount).map { chunk in
            var best = chunk * chunkSize
            for token in best..<best + chunkSize where attention[token] > attention[best] { best = token }
            return Int32(best)
        }
    }
}
