import KVFacts
import KVNumerics

/// Records what every head read at every step, in memory reserved at init, so that a snapshot can be built whenever
/// one is asked for. Disabled, it does nothing and holds nothing.
package final class SessionObserver {
    // While heads share the threads, each part notes its own head only, in rows of its own.

    let isEnabled: Bool
    let geometry: ModelGeometry
    let layout: PromptLayout
    /// Attention of the last step, mean over the group, in the order in which the head read its rows, [heads, rows].
    private let attention: FloatMatrix
    /// Rotated queries of the last step, [layers, queryHeads * d].
    let queries: FloatMatrix
    /// Attention by segment, generated tokens last, of the last `historyLength` steps, [history * heads, segments + 1].
    private let shares: FloatMatrix
    private var counts: [RetrievalCount]  // [history * heads]
    private var totals: [RetrievalCount]  // [heads], since decoding began
    private var historySteps: [Int]  // [history]: the step in each place, -1 when empty
    private let segmentOfToken: [UInt16]  // [N]
    private let received: FloatMatrix  // [1, N]: attention to each prompt token, mean over heads
    private(set) var reads: TokenReadLog
    private var step = -1

    /// How many steps of every head are remembered.
    static let historyLength = 64

    init(isEnabled: Bool, geometry: ModelGeometry, layout: PromptLayout, maxRows: Int, maxTokens: Int) {
        self.isEnabled = isEnabled
        self.geometry = geometry
        self.layout = layout
        let heads = isEnabled ? geometry.headCount : 0
        let history = isEnabled ? Self.historyLength : 0
        attention = FloatMatrix(rows: heads, columns: maxRows)
        queries = FloatMatrix(
            rows: isEnabled ? geometry.layers : 0, columns: geometry.queryHeads * geometry.headDimension)
        shares = FloatMatrix(rows: history * heads, columns: layout.segments.count + 1)
        counts = Array(repeating: RetrievalCount(), count: history * heads)
        totals = Array(repeating: RetrievalCount(), count: heads)
        historySteps = Array(repeating: -1, count: history)
        segmentOfToken =
            isEnabled
            ? layout.segments.enumerated().flatMap { Array(repeating: UInt16($0), count: $1.count) } : []
        received = FloatMatrix(rows: 1, columns: isEnabled ? layout.tokenCount : 0)
        reads = TokenReadLog(capacity: isEnabled ? min(maxTokens, 4096) : 0, segments: layout.segments.count)
    }

    /// The last step that was recorded, or -1.
    package var lastStep: Int { step }

    /// A step begins.
    func beginStep(_ index: Int) {
        guard isEnabled else { return }
        step = index
        let place = index % Self.historyLength
        historySteps[place] = index
        for head in 0..<geometry.headCount { counts[place * geometry.headCount + head] = RetrievalCount() }
    }

    /// Notes a head's probabilities, [group, rows]: their mean over the group.
    func note(_ table: FloatRows, rows: Int, head: Int) {
        guard isEnabled else { return }
        let out = attention.all.row(head)
        let share = 1 / Float(table.rows)
        let first = table.row(0)
        for row in 0..<rows { out[row] = first[row] * share }
        for query in 1..<max(1, table.rows) {
            let line = table.row(query)
            for row in 0..<rows { out[row] += line[row] * share }
        }
    }

    /// A row was given up after the step: attention of the rows behind it moves up.
    func remove(row: Int, of rows: Int, head: Int) {
        guard isEnabled else { return }
        let line = attention.all.row(head) + row
        line.update(from: line + 1, count: rows - row - 1)
    }

    /// Notes what a head retrieved.
    func note(_ count: RetrievalCount, head: Int) {
        guard isEnabled else { return }
        counts[step % Self.historyLength * geometry.headCount + head] = count
        totals[head].selected += count.selected
        totals[head].hits += count.hits
    }

    /// Keeps a layer's queries for the question how much of the true attention was covered.
    func keepQueries(_ rows: FloatRows, layer: Int) {
        guard isEnabled else { return }
        queries.all.row(layer).update(from: rows.row(0), count: rows.columns)
    }

    /// A step ends: attention is summed up by segment, and by token over all heads.
    func endStep(_ heads: [HeadCache]) {
        guard isEnabled else { return }
        let sums = received.all.row(0)
        sums.update(repeating: 0, count: layout.tokenCount)
        let share = 1 / Float(heads.count)
        for (index, head) in heads.enumerated() {
            let line = attention.all.row(index)
            let parts = segmentShares(step: step, head: index)
            parts.update(repeating: 0, count: layout.segments.count + 1)
            var row = 0
            head.forEachPromptToken { token in
                parts[Int(segmentOfToken[token])] += line[row]
                sums[token] += line[row] * share
                row += 1
            }
            for row in head.promptRows..<head.residentRows { parts[layout.segments.count] += line[row] }
        }
        reads.append(step: step, received: sums, tokens: layout.tokenCount) { segment in
            var sum: Float = 0
            for head in heads.indices { sum += segmentShares(step: step, head: head)[segment] }
            return sum * share
        }
    }

    private func segmentShares(step: Int, head: Int) -> UnsafeMutablePointer<Float> {
        shares.all.row(step % Self.historyLength * geometry.headCount + head)
    }

    /// Attention of the last step by row, in reading order.
    func lastAttention(head: Int) -> UnsafePointer<Float> { UnsafePointer(attention.all.row(head)) }

    /// What a head did in the last step.
    func lastCount(head: Int) -> RetrievalCount {
        step < 0 ? RetrievalCount() : counts[step % Self.historyLength * geometry.headCount + head]
    }

    /// Selections and hits of a head since decoding began.
    func total(head: Int) -> RetrievalCount { totals[head] }

    /// Attention of the last step by segment; empty before the first.
    func lastShares(head: Int) -> [Float] {
        step < 0 ? [] : shareList(step: step, head: head)
    }

    private func shareList(step: Int, head: Int) -> [Float] {
        Array(
            UnsafeBufferPointer(
                start: segmentShares(step: step, head: head), count: layout.segments.count + 1))
    }

    /// The remembered steps of a head, oldest first.
    func history(head: Int) -> [HeadStep] {
        historySteps.filter { $0 >= 0 }.sorted().map { step in
            let count = counts[step % Self.historyLength * geometry.headCount + head]
            return HeadStep(
                step: step, attentionBySegment: shareList(step: step, head: head), loadedChunks: count.loaded,
                hits: count.hits, selectedChunks: count.selected)
        }
    }
}
