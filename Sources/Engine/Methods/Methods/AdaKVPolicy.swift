import KVFacts
import KVNumerics

/// AdaKV: within a layer the heads compete for rows, so that heads that spread their attention get more.
///
/// Feng et al., "Ada-KV: Optimizing KV Cache Eviction by Adaptive Budget Allocation for Efficient LLM Inference", NeurIPS
/// 2025, with SnapKV's scores (Ada-SnapKV). A floor keeps every head from starving.
enum AdaKVPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "adakv", title: "AdaKV",
        summary: "SnapKV whose heads compete for the rows of their layer.",
        source: "Feng et al., NeurIPS 2025",
        standing: "the authors' rule, held to the total, one set per KV head",
        parameters: windowParameters.all + [share, normalize, scorer])

    private static let windowParameters = WindowScores.Parameters(kernel: 7, pooling: .max)
    private static let share = Parameter.share(
        "alpha", 0.2, "share of the uniform budget that every head is given before they compete")
    private static let normalize = Parameter.toggle(
        "normalize", false, "weigh a head's scores by the mass that its best rows hold")
    private static let scorer = Parameter.scorer

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        let score = try values.scorer(scorer) ?? WindowScores(values, windowParameters)
        return MethodStages(
            score: score,
            allocate: AdaKVAllocation(
                score: score, alpha: values[share], normalizes: values[normalize]))
    }
}

/// Rows of a layer for the heads that the layer's best scores fall to.
struct AdaKVAllocation: RowAllocator {
    let score: any RowScorer
    /// Share of the uniform budget that is not competed for.
    let alpha: Double
    let normalizes: Bool

    func needs(uniformRows: Int) -> EvidenceNeeds { score.needs(uniformRows: uniformRows) }

    func allocate(_ request: AllocationRequest, _ input: PlanInput) -> Allocation {
        guard request.uniformRows < request.tokenCount else { return .uniform(request) }
        let window = input.protectedRows(of: score)
        let base = request.uniformRows - window
        let floor = Int(alpha * Double(base))
        var budgets: [Int] = []
        var shares: [Double] = []
        for (_, places) in request.layers {
            let won = rowsWon(by: places.map { request.heads[$0] }, base: base, input)
            let layerShares = won.map { Double($0) * (1 - alpha) + Double(floor) }
            var rows = layerShares.map {
                min(Int($0.rounded(.toNearestOrEven)), request.tokenCount - window)
            }
            AllocationRequest.trim(&rows, to: places.count * base)
            budgets += rows.map { window + $0 }
            shares += layerShares.map { $0 - Double(floor) }
        }
        return request.allocation(budgets, shares: shares, weights: shares, floor: window + floor)
    }

    /// How many of the layer's best scores fall to each head.
    private func rowsWon(by heads: [HeadID], base: Int, _ input: PlanInput) -> [Int] {
        let protected = Set(score.protected(input))
        var all: [Double] = []
        for head in heads {
            let own = score.scores(of: head, input).enumerated().filter { !protected.contains($0.offset) }
            let scores = own.map(\.element)
            let factor = normalizes ? concentration(scores, base) : 1
            all += scores.map { $0 * factor }
        }
        let prefix = all.count / max(1, heads.count)
        var won = [Int](repeating: 0, count: heads.count)
        for place in Selection.best(heads.count * base, of: Array(all.indices), by: { all[$0] }) {
            won[place / prefix] += 1
        }
        return won
    }

    /// Mass of a head's best rows by its whole mass.
    private func concentration(_ scores: [Double], _ base: Int) -> Double {
        let sum = scores.reduce(0, +)
        return sum > 0 ? Selection.sumOfLargest(base, of: scores) / sum : 1
    }
}
