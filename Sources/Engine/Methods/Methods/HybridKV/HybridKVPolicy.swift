import KVFacts

/// HybridKV, reconstructed: heads are classified at prefill, budgets are allocated from the top down, static heads are
/// pruned text first, dynamic heads retrieve chunks at every step.
///
/// Zeng et al., "HybridKV: Hybrid KV Cache Compression for Efficient Multimodal Large Language Model Inference", ACL
/// 2026, arXiv 2604.05887. The three stages are the paper's; its exact formulas were not available, so each stands
/// behind a parameter, and the defaults are our reading.
///
/// Cost: evidence is one pass of the window's queries over all keys; a decode step scores N/c representatives per
/// dynamic head and reads the resident rows.
struct HybridKVPolicy: CachePolicy {
    let classification: HeadClassification
    let budgets: BudgetAllocation
    let pruning: TextPriorPruning
    let chunks: ChunkRetrieval
    private let observed: ObservationWindow

    init(_ values: ParameterValues) throws(PolicyError) {
        let aggregation = values[Self.aggregation]
        pruning = TextPriorPruning(
            aggregation: aggregation, smoothing: values[Self.smoothing], textShare: values[Self.textShare])
        classification = HeadClassification(
            threshold: values[Self.theta], kind: values[Self.score], topShare: values[Self.kappa],
            aggregation: aggregation)
        budgets = BudgetAllocation(
            balance: values[Self.r], level: values[Self.level1], weighting: values[Self.weights],
            chunk: values[Self.chunk])
        chunks = ChunkRetrieval(
            aggregation: aggregation, representative: values[Self.representative],
            forcing: values[Self.forced], refreshInterval: values[Self.refresh],
            driftLimit: values[Self.drift])
        observed = ObservationWindow(kind: values[Self.window], rows: values[Self.windowRows])
    }

    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow { observed }

    func classify(_ evidence: PrefillEvidence, uniformRows: Int) -> Classification {
        classification.classify(evidence, pruning: pruning, uniformRows: uniformRows)
    }

    func allocate(_ request: AllocationRequest, _ evidence: PrefillEvidence) -> Allocation {
        budgets.allocate(request, window: evidence.window)
    }

    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        pruning.keptRows(of: head, budget: budget, evidence)
    }

    func retrieval(of head: HeadID, budget: Int, chunkSize: Int, _ evidence: PrefillEvidence) -> RetrievalPlan
    {
        chunks.plan(head, budget: budget, chunkSize: chunkSize, evidence)
    }
}
