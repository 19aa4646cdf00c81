import KVFacts

/// Quest: every head keeps the whole prompt in the offloaded tier and reads, at every step, the pages whose bounds
/// promise most.
///
/// Tang et al., "Quest: Query-Aware Sparsity for Efficient Long-Context LLM Inference", ICML 2024. A page's bound is the
/// largest logit that any key between its channel-wise minimum and maximum could have. The original chooses per query
/// head and leaves the first two layers whole; here one choice serves a KV head, and whole layers are asked for by
/// `dense`, since on a small model they would be most of the budget.
enum QuestPolicy: CompressionMethod {
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

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        // A head is static here only when a person forced it to be.
        let window = WindowScores(rows: 32)
        return MethodStages(
            select: BestRows(score: window), classify: DenseLayers(dense: values[denseLayers]),
            allocate: PageAllocation(page: values[pageTokens], minPages: values[leastPages]),
            retrieve: ChunkRetrieval(representative: .minmax, forcing: .none, window: window))
    }
}

/// First layers that keep everything; all heads above them retrieve.
struct DenseLayers: HeadClassifier {
    let dense: Int

    var classes: Set<HeadClass> { [.full, .dynamic] }

    func classify(_ input: PlanInput) -> Classification {
        let (layers, heads) = (input.evidence.layers, input.evidence.kvHeads)
        var classification = Classification(all: .dynamic, count: layers * heads)
        for index in 0..<min(dense, layers) * heads { classification.classes[index] = .full }
        return classification
    }
}

/// The same number of whole pages for every head.
struct PageAllocation: RowAllocator {
    /// Tokens of a page.
    let page: Int
    let minPages: Int

    func allocate(_ request: AllocationRequest, _ input: PlanInput) -> Allocation {
        guard request.uniformRows < request.tokenCount else { return .uniform(request, chunkSize: page) }
        var size = page
        while size > 1, minPages * size > request.uniformRows { size /= 2 }
        let pages = max(1, request.uniformRows / size)
        var allocation = request.allocation(request.heads.map { _ in pages * size })
        allocation.chunkSize = size
        return allocation
    }
}
