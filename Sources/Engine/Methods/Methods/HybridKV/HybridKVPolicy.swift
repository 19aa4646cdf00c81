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
enum HybridKVPolicy: CompressionMethod {
    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        let aggregation = values[aggregation]
        let window = ObservationWindow(kind: values[window], rows: values[windowRows])
        let pruning = TextPriorPruning(
            window: window, aggregation: aggregation, smoothing: values[smoothing],
            textShare: values[textShare])
        return MethodStages(
            select: pruning,
            classify: HeadClassification(
                threshold: values[theta], kind: values[score], topShare: values[kappa],
                aggregation: aggregation, pruning: pruning),
            allocate: BudgetAllocation(
                balance: values[r], level: values[level1], weighting: values[weights],
                chunk: values[chunk]),
            retrieve: ChunkRetrieval(
                aggregation: aggregation, representative: values[representative], forcing: values[forced],
                refreshInterval: values[refresh], driftLimit: values[drift]))
    }
}
