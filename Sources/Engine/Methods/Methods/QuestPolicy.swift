import KVFacts

/// Quest: every head keeps the whole prompt in the offloaded tier and reads, at every step, the pages whose bounds
/// promise most.
///
/// Tang et al., "Quest: Query-Aware Sparsity for Efficient Long-Context LLM Inference", ICML 2024. A page's bound is the
/// largest logit that any key between its channel-wise minimum and maximum could have. The original chooses per query
/// head and leaves the first two layers whole; here one choice serves a KV head, and whole layers are asked for by
/// `dense`, since on a small model they would be most of the budget.
struct QuestPolicy: CachePolicy {
    static let description = MethodDescription(
        name: "quest", title: "Quest",
        summary: "Every head retrieves, at every step, the pages whose key bounds promise most.",
        source: "Tang et al., ICML 2024",
        standing: "the authors' bound; one choice per KV head, no layer left whole unless dense says so",
        parameters: [pageTokens, leastPages, denseLayers],
        isScorer: false)

    private static let pageTokens = Parameter.whole(
        "page", 16, in: 1...ParameterLimit.chunk, unit: "tokens",
        "tokens of a page; halved until minPages fit into the budget")
    private static let leastPages = Parameter.whole(
        "minPages", 3, in: 1...ParameterLimit.rows, unit: "pages", "pages that are read at least")
    private static let denseLayers = Parameter.whole(
        "dense", 0, in: 0...1024, unit: "layers",
        "first layers that keep everything, outside the budget (the authors: 2)")

    let page: Int
    let minPages: Int
    let dense: Int

    init(_ values: ParameterValues) throws(PolicyError) {
        page = values[Self.pageTokens]
        minPages = values[Self.leastPages]
        dense = values[Self.denseLayers]
    }

    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow {
        WindowScores(rows: 32).window(uniformRows: uniformRows)
    }

    func classify(_ evidence: PrefillEvidence, uniformRows: Int) -> Classification {
        var classification = Classification(all: .dynamic, count: evidence.layers * evidence.kvHeads)
        for index in 0..<min(dense, evidence.layers) * evidence.kvHeads {
            classification.classes[index] = .full
        }
        return classification
    }

    func allocate(_ request: AllocationRequest, _ evidence: PrefillEvidence) -> Allocation {
        guard request.uniformRows < request.tokenCount else { return .uniform(request, chunkSize: page) }
        var size = page
        while size > 1, minPages * size > request.uniformRows { size /= 2 }
        let pages = max(1, request.uniformRows / size)
        var allocation = request.allocation(request.heads.map { _ in pages * size })
        allocation.chunkSize = size
        return allocation
    }

    // Only a head that a person forced to be static gets here.
    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        WindowScores.keptRows(budget: budget, evidence) {
            evidence.attention(of: head).dropLast(evidence.window.count)
        }
    }

    func retrieval(
        of head: HeadID, budget: Int, chunkSize: Int, _ evidence: PrefillEvidence
    ) -> RetrievalPlan {
        ChunkRetrieval(representative: .minmax, forcing: .none).plan(
            head, budget: budget, chunkSize: chunkSize, evidence)
    }
}
