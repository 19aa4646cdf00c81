import KVFacts

/// Keeps every row of every head: the reference that all methods are compared with.
enum FullCachePolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "full", title: "Full cache",
        summary: "Keeps every row of every head; the budget is ignored.",
        source: "the reference that the methods are compared with", standing: "exact",
        isScorer: false)

    // Only heads that a person forced to another class are ever pruned; they share under the budget.
    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        MethodStages(select: TextPriorPruning(), classify: OneClass(.full))
    }
}
