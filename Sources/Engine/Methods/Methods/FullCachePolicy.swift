import KVFacts

/// Keeps every row of every head: the reference that all methods are compared with.
struct FullCachePolicy: CachePolicy {
    static let description = MethodDescription(
        name: "full", title: "Full cache",
        summary: "Keeps every row of every head; the budget is ignored.",
        source: "the reference that the methods are compared with", standing: "exact",
        isScorer: false)

    init(_ values: ParameterValues) throws(PolicyError) {}

    // Any window will do, as nothing is decided; the last rows exist for every prompt.
    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow {
        ObservationWindow(kind: .lastW, rows: 32)
    }

    func classify(_ evidence: PrefillEvidence, uniformRows: Int) -> Classification {
        Classification(all: .full, count: evidence.layers * evidence.kvHeads)
    }

    func allocate(_ request: AllocationRequest, _ evidence: PrefillEvidence) -> Allocation {
        // Only heads that a person forced to another class get here; they share under the budget.
        .uniform(request)
    }

    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        TextPriorPruning().keptRows(of: head, budget: budget, evidence)
    }
}
