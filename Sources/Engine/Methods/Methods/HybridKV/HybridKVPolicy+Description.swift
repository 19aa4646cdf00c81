import KVFacts

extension HybridKVPolicy {
    static let description = MethodDescription(
        name: "hybridkv", title: "HybridKV, reconstructed",
        summary: "Static heads are pruned once, text first; dynamic heads retrieve chunks at every step.",
        source: "Zeng et al., ACL 2026, arXiv 2604.05887",
        standing: "reconstructed: structure from the paper, formulas are our reading",
        parameters: classificationParameters + allocationParameters + rowParameters, variants: ablations)

    /// The ablations of the paper's tables 4 and 5.
    private static let ablations = [
        MethodVariant(
            name: "all-static", parameters: ["theta": "0"],
            meaning: "every head is pruned once, none retrieves"),
        MethodVariant(
            name: "all-dynamic", parameters: ["theta": "2"], meaning: "every head retrieves, none is pruned"),
        MethodVariant(
            name: "no-head-level", parameters: ["weights": "uniform"],
            meaning: "static heads share alike instead of by their score"),
        MethodVariant(
            name: "no-head-type-level", parameters: ["r": "1", "weights": "uniform"],
            meaning: "both classes share alike, and the heads within them"),
    ]

    private static let classificationParameters = [
        ParameterDescription(
            key: "theta", values: "a number, or q: and a share of the heads in 0...1, e.g. q:0.25",
            defaultValue: "0.9",
            meaning: "score from which a head is static; q:0.25 makes a quarter of the heads static; "
                + "above 1 all are dynamic, at or below 0 all are static"),
        ParameterDescription(
            key: "score", values: HeadClassification.Kind.names, defaultValue: "coverage",
            meaning: "what the score measures"),
        ParameterDescription(
            key: "kappa", values: "a number in 0...1", defaultValue: "0.1",
            meaning: "share of the tokens whose attention mass is the coverage"),
        ParameterDescription(
            key: "aggregation", values: GroupAggregation.names, defaultValue: "mean",
            meaning: "how the query heads of a group become one row of attention"),
        ParameterDescription(
            key: "window", values: ObservationWindow.Kind.names, defaultValue: "tailText",
            meaning: "query rows that classes and pruning are decided by"),
        ParameterDescription(
            key: "windowRows", values: "a whole number in 1...4096", defaultValue: "32",
            meaning: "how many query rows at most"),
    ]

    private static let allocationParameters = [
        ParameterDescription(
            key: "r", values: "a number in 0...100", defaultValue: "0.4",
            meaning: "head-type balance: a dynamic head's share, 1 being the uniform share"),
        ParameterDescription(
            key: "level1", values: BudgetAllocation.Level.names, defaultValue: "perHeadDiscount",
            meaning: "how r splits the total between the classes"),
        ParameterDescription(
            key: "weights", values: BudgetAllocation.Weighting.names, defaultValue: "score",
            meaning: "what a static head's share is proportional to; uniform leaves the head level out"),
        ParameterDescription(
            key: "chunk", values: "auto, or a whole number in 1...65536", defaultValue: "auto",
            meaning: "tokens of a chunk; auto takes the largest of 16, 8, 4 and 2 that buys 8 chunks"),
    ]

    private static let rowParameters = [
        ParameterDescription(
            key: "smoothing", values: TextPriorPruning.Smoothing.names, defaultValue: "within",
            meaning: "whether visual saliency is smoothed within a picture or across the sequence"),
        ParameterDescription(
            key: "textShare", values: "a number in 0...1", defaultValue: "1",
            meaning: "share of a static head's rows that text may take (an experiment of ours)"),
        ParameterDescription(
            key: "representative", values: ChunkRepresentative.names, defaultValue: "mean",
            meaning: "what stands for a chunk when it is scored; minmax takes twice the metadata"),
        ParameterDescription(
            key: "forced", values: ChunkRetrieval.Forcing.names, defaultValue: "sink",
            meaning: "chunks that are always selected"),
        ParameterDescription(
            key: "refresh", values: "a whole number of at least 1", defaultValue: "1",
            meaning: "steps between two selections"),
        ParameterDescription(
            key: "drift", values: "off, or a cosine in -1...1", defaultValue: "off",
            meaning: "select only when the queries have turned further than this since the last selection"),
    ]
}

extension CaseIterable where Self: RawRepresentable<String> {
    /// The words that a choice takes, for people.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
