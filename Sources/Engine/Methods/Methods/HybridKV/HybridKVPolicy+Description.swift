import KVFacts

extension HybridKVPolicy {
    static let description = MethodDescription(
        name: "hybridkv", title: "HybridKV, reconstructed",
        summary: "Static heads are pruned once, text first; dynamic heads retrieve chunks at every step.",
        source: "Zeng et al., ACL 2026, arXiv 2604.05887",
        standing: "reconstructed: structure from the paper, formulas are our reading",
        parameters: [
            theta, score, kappa, aggregation,
            window, windowRows, r, level1,
            weights, chunk, smoothing, textShare,
            representative, forced, refresh, drift,
        ], variants: ablations, isScorer: false)

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

    // MARK: Classification

    static let theta = Parameter.threshold(
        "theta", .score(0.9),
        "score from which a head is static; q:0.25 makes a quarter of the heads static; "
            + "above 1 all are dynamic, at or below 0 all are static")
    static let score = Parameter.choice("score", HeadClassification.Kind.coverage, "what the score measures")
    static let kappa = Parameter.share(
        "kappa", 0.1, "share of the tokens whose attention mass is the coverage")
    static let aggregation = Parameter.choice(
        "aggregation", GroupAggregation.mean, "how the query heads of a group become one row of attention")
    static let window = Parameter.choice(
        "window", ObservationWindow.Kind.tailText, "query rows that classes and pruning are decided by")
    static let windowRows = WindowScores.rows.with("how many query rows at most")

    // MARK: Budgets

    static let r = Parameter.number(
        "r", 0.4, in: 0...100, "head-type balance: a dynamic head's share, 1 being the uniform share")
    static let level1 = Parameter.choice(
        "level1", BudgetAllocation.Level.perHeadDiscount, "how r splits the total between the classes")
    static let weights = Parameter.choice(
        "weights", BudgetAllocation.Weighting.score,
        "what a static head's share is proportional to; uniform leaves the head level out")
    static let chunk = Parameter<Int?>.optional(
        .whole(
            "chunk", 16, in: 1...ParameterLimit.chunk, unit: "tokens",
            "tokens of a chunk; auto takes the largest of 16, 8, 4 and 2 that buys 8 chunks"), none: "auto")

    // MARK: Rows

    static let smoothing = Parameter.choice(
        "smoothing", TextPriorPruning.Smoothing.within,
        "whether visual saliency is smoothed within a picture or across the sequence")
    static let textShare = Parameter.share(
        "textShare", 1, "share of a static head's rows that text may take (an experiment of ours)")
    static let representative = Parameter.choice(
        "representative", ChunkRepresentative.mean,
        "what stands for a chunk when it is scored; minmax takes twice the metadata")
    static let forced = Parameter.choice(
        "forced", ChunkRetrieval.Forcing.sink, "chunks that are always selected")
    static let refresh = Parameter.whole(
        "refresh", 1, in: 1...1_000_000, unit: "steps", "steps between two selections")
    static let drift = Parameter<Double?>.optional(
        .number(
            "drift", 1, in: -1...1, unit: "cosine",
            "select only when the queries have turned further than this since the last selection"),
        none: "off")
}
