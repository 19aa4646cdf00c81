import KVFacts

/// PyramidKV: SnapKV with budgets that fall from the first layer to the last, because attention narrows on the way up.
///
/// Cai et al., "PyramidKV: Dynamic KV Cache Compression based on Pyramidal Information Funneling", 2024, after
/// KVCache-Factory. Rounding there may pass the total; here the excess is taken from the first layers, row by row.
struct PyramidKVPolicy: CachePolicy {
    static let description = MethodDescription(
        name: "pyramidkv", title: "PyramidKV",
        summary: "SnapKV with larger budgets in lower layers.",
        source: "Cai et al., 2024",
        standing: "the rule of KVCache-Factory, held to the total, one set per KV head",
        parameters: windowParameters.all + [steepness])

    private static let windowParameters = WindowScores.Parameters(kernel: 5, pooling: .avg)
    private static let steepness = Parameter.number(
        "beta", 20, in: 1...1e6, "how many times the mean the last layer's share is smaller")

    let scores: WindowScores
    let beta: Double

    init(_ values: ParameterValues) throws(PolicyError) {
        scores = WindowScores(values, Self.windowParameters)
        beta = values[Self.steepness]
    }

    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow {
        scores.window(uniformRows: uniformRows)
    }

    func allocate(_ request: AllocationRequest, _ evidence: PrefillEvidence) -> Allocation {
        guard request.uniformRows < request.tokenCount else { return .uniform(request) }
        let window = evidence.window.count
        let rows = prefixRows(
            layers: evidence.layers, base: request.uniformRows - window, count: request.tokenCount,
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

    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        scores.keptRows(of: head, budget: budget, evidence)
    }
}
