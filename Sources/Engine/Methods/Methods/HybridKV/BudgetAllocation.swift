import KVFacts
import KVNumerics

/// Stage 2 of HybridKV: the total is split between the two classes, then among the heads of each.
///
/// One allocation over all heads of all layers. A dynamic head gets `balance` times the uniform share, because
/// retrieval can change its rows at every step; what that saves goes to the static heads, by their score.
struct BudgetAllocation: RowAllocator {
    /// How the total is split between the classes.
    enum Level: String, CaseIterable {
        /// A dynamic head gets r times the uniform share.
        case perHeadDiscount
        /// All dynamic heads together get r times the total.
        case fixedShare
        /// Dynamic to static as r times their number to the number of static heads.
        case ratio
    }

    /// What a static head's share is proportional to.
    enum Weighting: String, CaseIterable {
        /// The score: concentrated heads get more.
        case score
        /// 1 - score: dispersed heads get more (the direction of VL-Cache).
        case inverse
        /// The same for all.
        case uniform
    }

    /// r: the head-type balance.
    let balance: Double
    let level: Level
    let weighting: Weighting
    /// Tokens of a chunk; nil chooses by the prompt.
    let chunk: Int?

    /// Budgets for every head of the request; their sum is at most the total, and every head has at least one row.
    func allocate(_ request: AllocationRequest, _ input: PlanInput) -> Allocation {
        allocate(request, window: input.evidence.window)
    }

    /// The same for a window that a static head keeps whole, as token indices.
    func allocate(_ request: AllocationRequest, window: [Int]) -> Allocation {
        let counts = Counts(
            dynamic: request.classes.count { $0 == .dynamic }, total: request.classes.count,
            floor: min(request.uniformRows, window.count), rows: request.totalRows)
        let chunkSize = chunkSize(request, counts)
        var dynamicRows = counts.dynamic == 0 ? 0 : dynamicRows(request, counts, chunkSize)
        let staticTotal = request.totalRows - counts.dynamic * dynamicRows
        let excess = staticTotal - counts.static * request.tokenCount
        if counts.dynamic > 0, counts.static > 0, excess > 0 {
            let steps = excess / (counts.dynamic * chunkSize)
            dynamicRows = min(
                dynamicRows + steps * chunkSize, request.tokenCount / chunkSize * chunkSize)
        }
        let weights = staticWeights(request)
        let shares = Selection.share(
            Double(min(staticTotal, counts.static * request.tokenCount)), floor: Double(counts.floor),
            weights: weights, cap: Double(request.tokenCount))
        let rows = Selection.largestRemainder(
            shares, total: min(staticTotal, counts.static * request.tokenCount), limit: request.tokenCount)

        var place = 0
        var budgets: [Int] = []
        var notes: [AllocationNote] = []
        for headClass in request.classes {
            if headClass == .dynamic {
                budgets.append(dynamicRows)
                notes.append(AllocationNote(share: Double(dynamicRows), weight: balance))
            } else {
                budgets.append(rows[place])
                notes.append(
                    AllocationNote(
                        floor: counts.floor, share: shares[place] - Double(counts.floor),
                        weight: weights[place], isCapped: rows[place] == request.tokenCount))
                place += 1
            }
        }
        return Allocation(budgets: budgets, notes: notes, chunkSize: chunkSize)
    }

    private struct Counts {
        let dynamic: Int
        let total: Int
        let floor: Int  // b_min of a static head
        let rows: Int  // B
        var `static`: Int { total - dynamic }
    }

    /// c: the requested size, or the largest power of two up to 16 that buys at least 8 chunks; halved until one
    /// chunk per dynamic head and the floor of every static head fit into the total.
    private func chunkSize(_ request: AllocationRequest, _ counts: Counts) -> Int {
        let uniform = Double(request.uniformRows)
        let share = counts.static > 0 ? balance * uniform : uniform
        let automatic = [16, 8, 4, 2].first { (share / Double($0)).rounded(.down) >= 8 } ?? 2
        var size = chunk ?? automatic
        while size > 1,
            size > request.tokenCount || counts.dynamic * size + counts.static * counts.floor > counts.rows
        {
            size /= 2
        }
        return size
    }

    /// b_dyn: a multiple of the chunk size, at least one chunk, no more than what the static floors leave.
    private func dynamicRows(_ request: AllocationRequest, _ counts: Counts, _ chunkSize: Int) -> Int {
        let uniform = Double(request.uniformRows)
        let total = Double(request.totalRows)
        let dynamic = Double(counts.dynamic)
        let share: Double =
            if counts.static == 0 {
                uniform
            } else {
                switch level {
                case .perHeadDiscount: balance * uniform
                case .fixedShare: balance * total / dynamic
                case .ratio:
                    total * balance * dynamic / (balance * dynamic + Double(counts.static)) / dynamic
                }
            }
        let affordable = (counts.rows - counts.static * counts.floor) / (counts.dynamic * chunkSize)
        let most = min(affordable, request.tokenCount / chunkSize)
        // The comparison in Double keeps a huge share from overflowing an Int.
        let chunks = (share / Double(chunkSize)).rounded(.down)
        return chunkSize * (chunks >= Double(most) ? most : max(1, Int(chunks)))
    }

    private func staticWeights(_ request: AllocationRequest) -> [Double] {
        let scores = request.scores ?? request.classes.map { _ in 1 }
        return zip(request.classes, scores).filter { $0.0 == .static }.map { _, score in
            switch weighting {
            case .score: max(0, score)
            case .inverse: max(0, 1 - score)
            case .uniform: 1
            }
        }
    }
}
