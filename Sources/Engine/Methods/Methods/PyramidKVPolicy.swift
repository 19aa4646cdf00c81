import KVFacts

/// PyramidKV: SnapKV with budgets that fall from the first layer to the last, because attention narrows on the way up.
///
/// Cai et al., "PyramidKV: Dynamic KV Cache Compression based on Pyramidal Information Funneling", 2024, after
/// KVCache-Factory. Rounding there may pass the total; here the excess is taken from the first layers, row by row.
enum PyramidKVPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "pyramidkv", title: "PyramidKV",
        summary: "SnapKV with larger budgets in lower layers.",
        source: "Cai et al., 2024",
        standing: "the rule of KVCache-Factory, held to the total, one set per KV head",
        parameters: windowParameters.all + [steepness, scorer])

    private static let windowParameters = WindowScores.Parameters(kernel: 5, pooling: .avg)
    private static let steepness = Parameter.number(
        "beta", 20, in: 1...1e6, "how many times the mean the last layer's share is smaller")
    private static let scorer = Parameter.scorer

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        let score = try values.scorer(scorer) ?? WindowScores(values, windowParameters)
        return MethodStages(
            score: score, allocate: PyramidAllocation(score: score, beta: values[steepness]))
    }
}

/// Rows that fall from layer to layer.
struct PyramidAllocation: RowAllocator {
    let score: any RowScorer
    /// How many times the mean the last layer's share is smaller.
    let beta: Double

    func needs(uniformRows: Int) -> EvidenceNeeds { score.needs(uniformRows: uniformRows) }

    func allocate(_ request: AllocationRequest, _ input: PlanInput) -> Allocation {
        guard request.uniformRows < request.tokenCount else { return .uniform(request) }
        let window = input.protectedRows(of: score)
        let rows = prefixRows(
            layers: input.evidence.layers, base: request.uniformRows - window, count: request.tokenCount,
            window: window)
        var budgets = request.heads.map { window + rows[$0.layer] }
        // Layers balance each other only while all of their heads share.
        AllocationRequest.trim(&budgets, to: request.totalRows)
        return request.allocation(
            budgets,
            shares: request.heads.map { Double(rows[$0.layer]) },
            weights: request.heads.map { Double(rows[$0.layer]) },
            floor: window)
    }

    /// Rows of the prefix that a head of each layer keeps.
    private func prefixRows(layers: Int, base: Int, count: Int, window: Int) -> [Int] {
        guard 2 * base <= count, layers > 1 else { return Array(repeating: base, count: layers) }
        var least = Int((Double(base) / beta).rounded(.down))
        var most = 2 * base - least
        if most >= count - window {
            most = count - window
            least = 2 * base - most
        }
        let step = (most - least) / (layers - 1)
        var rows = (0..<layers).map { most - $0 * step }
        var excess = rows.reduce(0, +) - layers * base
        while excess > 0 {
            for layer in rows.indices where excess > 0 && rows[layer] > 0 {
                rows[layer] -= 1
                excess -= 1
            }
        }
        return rows
    }
}
