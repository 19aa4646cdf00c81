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

    init(_ parameters: inout ParameterReader) throws(PolicyError) {
        let aggregation: GroupAggregation = try parameters.choice("aggregation")
        pruning = TextPriorPruning(
            aggregation: aggregation, smoothing: try parameters.choice("smoothing"),
            textShare: try parameters.number("textShare", in: 0...1))
        classification = HeadClassification(
            threshold: try parameters.threshold("theta"), kind: try parameters.choice("score"),
            topShare: try parameters.number("kappa", in: 0...1), aggregation: aggregation)
        budgets = BudgetAllocation(
            balance: try parameters.number("r", in: 0...100), level: try parameters.choice("level1"),
            weighting: try parameters.choice("weights"),
            chunk: try parameters.optional("chunk", none: "auto") { (reader) throws(PolicyError) in
                try reader.integer("chunk", in: 1...65536)
            })
        chunks = ChunkRetrieval(
            aggregation: aggregation, representative: try parameters.choice("representative"),
            forcing: try parameters.choice("forced"),
            refreshInterval: try parameters.integer("refresh", in: 1...1_000_000),
            driftLimit: try parameters.optional("drift", none: "off") { (reader) throws(PolicyError) in
                try reader.number("drift", in: -1...1)
            })
        observed = ObservationWindow(
            kind: try parameters.choice("window"), rows: try parameters.integer("windowRows", in: 1...4096))
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
