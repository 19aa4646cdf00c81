import KVFacts

/// A part of a method. Stages answer with values and never touch a cache; none knows another.
public protocol MethodStage: Sendable {
    /// What it reads of the prefill, for a prompt of which a head keeps `uniformRows` when all keep the same. Default:
    /// nothing.
    func needs(uniformRows: Int) -> EvidenceNeeds
}

extension MethodStage {
    /// Nothing is read.
    public func needs(uniformRows: Int) -> EvidenceNeeds { .nothing }
}

/// What all stages look at.
public struct PlanInput: Sendable {
    /// What the prefill measured of what the stages need.
    public let evidence: PrefillEvidence
    /// Rows of a head when all are given the same, bbar.
    public let uniformRows: Int

    /// Prompt length, N.
    public var tokenCount: Int { evidence.tokenCount }
}

/// Stage "classify": one judgement per head.
public protocol HeadClassifier: MethodStage {
    /// The classes that it may give.
    var classes: Set<HeadClass> { get }

    /// Judges every head, layer by layer.
    func classify(_ input: PlanInput) -> Classification
}

/// Stage "allocate": rows for every head that shares the total.
public protocol RowAllocator: MethodStage {
    /// Budgets whose sum is at most the total; every head at least one row.
    func allocate(_ request: AllocationRequest, _ input: PlanInput) -> Allocation
}

/// Stage "score": what each prompt row of a head is worth. This is all that most methods are.
public protocol RowScorer: MethodStage {
    /// Rows that every head keeps before any other, the most important first. Default: none.
    func protected(_ input: PlanInput) -> [Int]

    /// The worth of the rows of a head; the largest are kept, ties go to the smaller index. [N]; a shorter list has no
    /// candidates behind its end.
    func scores(of head: HeadID, _ input: PlanInput) -> [Double]
}

extension RowScorer {
    /// No row is kept whatever its score.
    public func protected(_ input: PlanInput) -> [Int] { [] }
}

/// Stage "select": which rows a static head keeps, for methods that choose by more than one score.
public protocol RowSelector: MethodStage {
    /// What is kept first, and the pools that the rest comes from.
    func choice(of head: HeadID, budget: Int, _ input: PlanInput) -> RowChoice
}

/// Stage "retrieve": how a dynamic head is served while decoding.
public protocol ChunkPlanner: MethodStage {
    /// The plan of one head of `budget` rows.
    func plan(_ head: HeadID, budget: Int, chunkSize: Int, _ input: PlanInput) -> RetrievalPlan
}

/// Stage "evict": which rows a static head gives up between decode steps, so that its budget holds generated rows too.
public protocol RowEvictor: MethodStage {
    /// The rule of one head that begins with the rows `kept`.
    func plan(_ head: HeadID, kept: [Int32], budget: Int, _ input: PlanInput) -> EvictionPlan
}

/// A compression method: one file, one paper, one line in `MethodRegistry`. It says what it is, and what it is made of.
public protocol CompressionMethod: Sendable {
    /// Name, source, standing and parameters.
    static var description: MethodDescription { get }

    /// The stages for given parameters.
    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages
}

/// What a method is made of; what is left out has a default.
public struct MethodStages: Sendable {
    /// Default: every head static, without a score.
    public var classify: any HeadClassifier
    /// Default: the same rows for every head.
    public var allocate: any RowAllocator
    /// The scores that another method may take; nil when rows are not chosen by one score.
    public var score: (any RowScorer)?
    /// Default: the rows of the largest scores.
    public var select: any RowSelector
    /// Default: chunks by mean keys, as HybridKV does; a head of another method is dynamic only when a person forced it.
    public var retrieve: any ChunkPlanner
    /// What becomes of a dropped row of a static head; nil lets it go.
    public var merge: RowMerging?
    /// nil: generated rows come on top of the budget, and nothing is given up while decoding.
    public var evict: (any RowEvictor)?

    /// A method that keeps the rows of the largest scores.
    public init(
        score: any RowScorer, classify: any HeadClassifier = OneClass(.static),
        allocate: any RowAllocator = UniformAllocation(), retrieve: any ChunkPlanner = ChunkRetrieval(),
        merge: RowMerging? = nil, evict: (any RowEvictor)? = nil
    ) {
        self.init(
            select: BestRows(score: score), classify: classify, allocate: allocate, retrieve: retrieve,
            merge: merge, evict: evict)
        self.score = score
    }

    /// A method that chooses rows in its own way.
    public init(
        select: any RowSelector, classify: any HeadClassifier = OneClass(.static),
        allocate: any RowAllocator = UniformAllocation(), retrieve: any ChunkPlanner = ChunkRetrieval(),
        merge: RowMerging? = nil, evict: (any RowEvictor)? = nil
    ) {
        self.select = select
        self.classify = classify
        self.allocate = allocate
        self.retrieve = retrieve
        self.merge = merge
        self.evict = evict
    }

    /// What the stages that will be asked read, when a person gave some heads the classes `forced`.
    func needs(uniformRows: Int, forced: Set<HeadClass>) -> EvidenceNeeds {
        let classes = classify.classes.union(forced)
        var needs = classify.needs(uniformRows: uniformRows) + allocate.needs(uniformRows: uniformRows)
        if classes.contains(.static) {
            needs = needs + select.needs(uniformRows: uniformRows)
            if let evict { needs = needs + evict.needs(uniformRows: uniformRows) }
        }
        if classes.contains(.dynamic) { needs = needs + retrieve.needs(uniformRows: uniformRows) }
        return needs.resolved
    }
}
