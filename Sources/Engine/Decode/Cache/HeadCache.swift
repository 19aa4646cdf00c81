import KVFacts
import KVNumerics

/// The cache of one head: its resident rows, and for a dynamic head the offloaded tier that they are loaded from.
///
/// Resident memory holds the prompt's rows first and the generated ones behind them. A static head's prompt rows are
/// those that its plan keeps, in order. A dynamic head's are slots of one chunk each, in any order, then the tail.
/// Attention reads `runs`, which always ascend by token index, so the order of slots changes no result.
package final class HeadCache {
    /// Consecutive resident rows of consecutive or kept tokens.
    struct Run {
        /// First row.
        var row: Int
        /// Number of rows.
        var count: Int
    }

    package let plan: HeadPlan
    let resident: RowStore
    /// The whole prompt of a dynamic head; shared with the prefill and never written.
    let offloaded: RowStore?
    /// Chooses and loads chunks; nil unless there is a choice.
    package let retriever: ChunkRetriever?
    /// What is given up between steps; nil unless the plan says so.
    let eviction: RowEviction?
    /// Prompt rows in the resident tier.
    package private(set) var promptRows: Int
    /// Rows of generated tokens.
    private(set) var generatedRows = 0
    /// Rows of generated tokens that were given up: what they would have received can't be measured any more.
    package private(set) var lostGeneratedRows = 0
    /// What attention reads, ascending by token index.
    private(set) var runs: [Run]

    /// Takes what the plan keeps out of the prefill's rows.
    ///
    /// - Parameters:
    ///   - source: the head's whole prompt; kept alive only if it serves as the offloaded tier.
    ///   - maxGenerated: room for rows of tokens to come.
    init(plan: HeadPlan, source: RowStore, maxGenerated: Int, groupSize: Int, compute: Compute) {
        self.plan = plan
        promptRows = plan.kept.count
        // A head that evicts holds its budget and, within a step, the row of that step's token.
        let capacity =
            plan.eviction.map { min(plan.kept.count + maxGenerated, max(plan.kept.count, $0.budget) + 1) }
            ?? plan.kept.count + maxGenerated
        resident = RowStore(capacity: capacity, dimension: source.dimension, format: source.format)
        eviction = plan.eviction.map { RowEviction(plan: $0, kept: plan.kept, capacity: capacity) }
        HeadCache.copyRuns(of: plan.kept, from: source, to: resident)
        if let merging = plan.merging {
            RowMerger(merging: merging, compute: compute).merge(kept: plan.kept, of: source, into: resident)
        }
        if let retrieval = plan.retrieval, !retrieval.coversEverything {
            offloaded = source
            retriever = ChunkRetriever(
                plan: retrieval, source: source, groupSize: groupSize, compute: compute)
            runs = []
            runs.reserveCapacity(retrieval.selected + 1)
        } else {
            offloaded = nil
            retriever = nil
            runs = [Run(row: 0, count: promptRows)]
        }
        updateRuns()
    }

    /// Copies kept rows, one run of consecutive tokens at a time.
    private static func copyRuns(of kept: [Int32], from source: RowStore, to target: RowStore) {
        var row = 0
        while row < kept.count {
            var end = row + 1
            while end < kept.count, kept[end] == kept[end - 1] + 1 { end += 1 }
            let first = Int(kept[row])
            target.copy(rows: first..<first + end - row, of: source, to: row)
            row = end
        }
    }

    /// Rows that attention reads now.
    var residentRows: Int { promptRows + generatedRows }

    /// The row that the next generated token goes to.
    func appendRow(token: Int) -> Int {
        precondition(residentRows < resident.capacity, "a session ends before its cache is full")
        let row = residentRows
        eviction?.append(token: token, row: row)
        generatedRows += 1
        runs[runs.count - 1].count += 1
        return row
    }

    /// Gives up rows until the budget holds; returns how many. The row that a step made may go right after it.
    func evict(_ removed: (_ row: Int) -> Void) -> Int {
        guard let eviction else { return 0 }
        var count = 0
        while residentRows > eviction.plan.budget, residentRows > 1 {
            let row = eviction.victim(rows: residentRows)
            eviction.remove(row: row, rows: residentRows)
            resident.remove(row: row, of: residentRows)
            removed(row)
            if row < promptRows {
                promptRows -= 1
            } else {
                generatedRows -= 1
                lostGeneratedRows += 1
            }
            runs[0].count -= 1
            count += 1
        }
        return count
    }

    /// Chooses chunks for these queries, [group, d], and makes them resident.
    func retrieve(_ queries: FloatRows, compute: Compute) -> RetrievalCount {
        guard let retriever, let offloaded else { return RetrievalCount() }
        let count = retriever.retrieve(queries, from: offloaded, into: resident, compute: compute)
        if count.loaded > 0 { updateRuns() }
        return count
    }

    /// Lists a dynamic head's slots by ascending chunk, then the tail and the generated rows.
    private func updateRuns() {
        guard let retriever else { return }
        let size = retriever.plan.chunkSize
        runs.removeAll(keepingCapacity: true)
        for chunk in 0..<retriever.plan.chunkCount {
            let slot = retriever.slot(of: chunk)
            guard slot >= 0 else { continue }
            if let last = runs.last, last.row + last.count == slot * size {
                runs[runs.count - 1].count += size
            } else {
                runs.append(Run(row: slot * size, count: size))
            }
        }
        let slots = retriever.plan.selected * size
        let rest = residentRows - slots
        if let last = runs.last, last.row + last.count == slots {
            runs[runs.count - 1].count += rest
        } else {
            runs.append(Run(row: slots, count: rest))
        }
    }

    /// Calls `body` with the token index of every resident prompt row, in the order in which attention reads them.
    package func forEachPromptToken(_ body: (Int) -> Void) {
        if let eviction {
            for row in 0..<promptRows { body(eviction.token(ofRow: row)) }
            return
        }
        guard let retriever else {
            for token in plan.kept { body(Int(token)) }
            return
        }
        let size = retriever.plan.chunkSize
        for chunk in 0..<retriever.plan.chunkCount where retriever.slot(of: chunk) >= 0 {
            for token in chunk * size..<(chunk + 1) * size { body(token) }
        }
        for token in retriever.plan.chunkCount * size..<offloadedRows { body(token) }
    }

    /// Rows that wait for tokens to come.
    var reservedRows: Int { resident.capacity - residentRows }

    /// Rows of the offloaded tier: the whole prompt, or none.
    var offloadedRows: Int { offloaded?.capacity ?? 0 }

    /// Bytes of the chunk representatives.
    var metadataBytes: Int { retriever?.metadataBytes ?? 0 }

    /// Bytes that the process holds for this head, both tiers and representatives.
    var allocatedBytes: Int {
        resident.allocatedBytes + (offloaded?.allocatedBytes ?? 0) + (retriever?.allocatedMetadataBytes ?? 0)
    }
}

/// What one retrieval of one head did, in chunks.
struct RetrievalCount {
    var selected = 0
    var hits = 0
    var loaded = 0
    var evicted = 0
}
