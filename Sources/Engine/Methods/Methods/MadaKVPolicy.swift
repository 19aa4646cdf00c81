import KVFacts
import KVNumerics

/// MadaKV: each head shares its rows between text and pictures by what it attends to, and layers that ask for less than
/// they have pass rows on.
///
/// Li et al., "MadaKV: Adaptive Modality-Perception KV Cache Eviction for Efficient Multimodal Long-Context Inference",
/// ACL 2025. Reconstructed from its description: the number of proxy rows, theta and the limits of a layer are ours.
enum MadaKVPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "madakv", title: "MadaKV, reconstructed",
        summary: "Shares a head's rows between text and pictures, and moves rows between layers.",
        source: "Li et al., ACL 2025",
        standing: "reconstructed from the description; proxy rows, theta and limits are our reading",
        parameters: [proxies, mass], isScorer: false)

    private static let proxies = WindowScores.rows.with(
        "proxy rows: the prompt's last tokens, whose attention is the importance")
    private static let mass = Parameter.share(
        "theta", 0.9, "share of a modality's importance that a layer asks rows for")

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        let window = ObservationWindow(kind: .lastW, rows: values[proxies])
        return MethodStages(
            select: ModalityShares(window: window),
            allocate: LayerCompensation(window: window, theta: values[mass]))
    }
}

/// Layers that ask for fewer rows than they have pass rows on to those above.
struct LayerCompensation: RowAllocator {
    let window: ObservationWindow
    /// Share of a modality's importance that a layer asks rows for.
    let theta: Double

    /// Shares of the uniform budget that no layer falls below or passes, the last excepted.
    private static let limits = 0.2...2.0

    func needs(uniformRows: Int) -> EvidenceNeeds { .window(window) }

    func allocate(_ request: AllocationRequest, _ input: PlanInput) -> Allocation {
        let cap = request.uniformRows
        guard cap < request.tokenCount else { return .uniform(request) }
        let least = max(1, Int(Self.limits.lowerBound * Double(cap)))
        let most = min(request.tokenCount, max(1, Int(Self.limits.upperBound * Double(cap))))
        let layers = request.layers
        var left = layers.count * cap
        var wish = Double(cap)
        var budgets: [Int] = []
        var wishes: [Double] = []
        for (place, layer) in layers.enumerated() {
            wish = min(max(wish, Self.limits.lowerBound * Double(cap)), Self.limits.upperBound * Double(cap))
            let after = layers.count - 1 - place
            let rows =
                after == 0
                ? min(request.tokenCount, left)
                : min(min(max(Int(wish.rounded(.down)), least), most), left - least * after)
            budgets += layer.places.map { _ in rows }
            wishes += layer.places.map { _ in wish }
            left -= rows
            guard after > 0 else { break }
            let asked = layer.places.map { Double(demand(of: request.heads[$0], input)) }
            let mean = asked.reduce(0, +) / Double(asked.count)
            wish -= (mean - wish) / Double(after)
        }
        // Layers balance each other only while all of their heads share.
        AllocationRequest.trim(&budgets, to: request.totalRows)
        return request.allocation(budgets, shares: wishes, weights: wishes)
    }

    /// Rows that hold theta of the importance of each modality.
    private func demand(of head: HeadID, _ input: PlanInput) -> Int {
        let modalities = Modalities(head, window, input.evidence)
        return [modalities.visual, modalities.text].reduce(0) { count, tokens in
            let wanted = theta * modalities.mass(tokens)
            guard wanted > 0 else { return count }
            var sum = 0.0
            var taken = 0
            for value in tokens.map({ modalities.importance[$0] }).sorted(by: >) where sum < wanted {
                sum += value
                taken += 1
            }
            return count + taken
        }
    }
}

/// A head's rows, shared between text and pictures as its attention is.
struct ModalityShares: RowSelector {
    let window: ObservationWindow

    func needs(uniformRows: Int) -> EvidenceNeeds { .window(window) }

    func choice(of head: HeadID, budget: Int, _ input: PlanInput) -> RowChoice {
        let modalities = Modalities(head, window, input.evidence)
        let visualMass = modalities.mass(modalities.visual)
        let whole = visualMass + modalities.mass(modalities.text)
        let share = whole > 0 ? (Double(budget) * visualMass / whole).rounded(.toNearestOrEven) : 0
        var visual = min(Int(share), modalities.visual.count)
        let text = min(budget - visual, modalities.text.count)
        visual = min(budget - text, modalities.visual.count)
        return RowChoice(
            first: [],
            pools: [
                RowPool(candidates: modalities.visual, rows: visual, scores: modalities.importance),
                RowPool(candidates: modalities.text, rows: text, scores: modalities.importance),
            ])
    }
}

/// The importance of every token to one head, and which tokens are of which kind.
private struct Modalities {
    let importance: [Double]
    let visual: [Int]
    let text: [Int]

    init(_ head: HeadID, _ window: ObservationWindow, _ evidence: PrefillEvidence) {
        importance = evidence.attention(of: head, in: window)
        visual = evidence.layout.segments.filter(\.isVisual).flatMap(\.range)
        text = evidence.layout.segments.filter { !$0.isVisual }.flatMap(\.range)
    }

    func mass(_ tokens: [Int]) -> Double { tokens.reduce(0) { $0 + importance[$1] } }
}
