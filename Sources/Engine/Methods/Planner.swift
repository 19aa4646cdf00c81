import KVFacts

/// Makes plans: reads settings, asks the method, checks that the answer keeps what every plan must keep.
public struct Planner: Sendable {
    /// The settings that plans are made for.
    public let settings: MethodSettings
    private let stages: MethodStages

    /// Reads the settings.
    /// - Parameter modelFolder: where a method finds what was measured for this checkpoint, such as visual-head scores.
    /// - Throws: `.unknownMethod`, `.unknownParameter`, `.badValue`, `.badBudget`, `.badScores`.
    public init(_ settings: MethodSettings, modelFolder: String? = nil) throws(PolicyError) {
        guard settings.budget > 0, settings.budget <= 1 else { throw .badBudget("\(settings.budget)") }
        self.init(settings, stages: try MethodRegistry.stages(for: settings, modelFolder: modelFolder))
    }

    /// Plans by stages at hand.
    init(_ settings: MethodSettings, stages: MethodStages) {
        self.settings = settings
        self.stages = stages
    }

    /// What has to be measured for a prompt of this length; no more than the stages read that will be asked.
    public func needs(tokenCount: Int) -> EvidenceNeeds {
        stages.needs(
            uniformRows: Planner.uniformRows(settings.budget, tokenCount: tokenCount),
            forced: Set(settings.forcedHeads.values))
    }

    /// Decides classes, budgets and rows.
    /// - Throws: `.noSuchHead` for a forced head that the model does not have; `.evidenceMissing`.
    public func plan(_ evidence: PrefillEvidence) throws(PolicyError) -> CompressionPlan {
        let heads = evidence.heads
        let count = evidence.tokenCount
        if let head = settings.forcedHeads.keys.sorted().first(where: { !heads.contains($0) }) {
            throw .noSuchHead(head, layers: evidence.layers, kvHeads: evidence.kvHeads)
        }
        if let missing = evidence.missing(of: needs(tokenCount: count)) {
            throw .evidenceMissing(missing, method: settings.name)
        }
        let uniformRows = Planner.uniformRows(settings.budget, tokenCount: count)
        let input = PlanInput(evidence: evidence, uniformRows: uniformRows)
        let judged = stages.classify.classify(input)
        let classes = heads.indices.map { settings.forcedHeads[heads[$0]] ?? judged.classes[$0] }
        let sharing = heads.indices.filter { classes[$0] != .full }
        let request = AllocationRequest(
            heads: sharing.map { heads[$0] }, classes: sharing.map { classes[$0] },
            scores: judged.scores.map { scores in sharing.map { scores[$0] } },
            uniformRows: uniformRows, tokenCount: count)
        let allocation = sharing.isEmpty ? .uniform(request) : stages.allocate.allocate(request, input)

        let isFullMethod = settings.forcedHeads.isEmpty && sharing.isEmpty
        var plans: [HeadPlan] = []
        for (index, head) in heads.enumerated() {
            let score = judged.scores?[index]
            let isForced = settings.forcedHeads[head] != nil
            guard let place = sharing.firstIndex(of: index) else {
                plans.append(
                    HeadPlan(
                        id: head, headClass: .full, score: score, votes: judged.votes[index], budget: count,
                        kept: (0..<Int32(count)).map { $0 }, isForced: isForced, isOutsideTotal: !isFullMethod
                    ))
                continue
            }
            let budget = allocation.budgets[place]
            var retrieval: RetrievalPlan?
            var eviction: EvictionPlan?
            let kept: [Int32]
            if classes[index] == .dynamic {
                let plan = stages.retrieve.plan(
                    head, budget: budget, chunkSize: allocation.chunkSize, input)
                retrieval = plan
                kept = plan.initialTokens(tokenCount: count)
            } else {
                kept = stages.select.choice(of: head, budget: budget, input)
                    .rows(budget: budget, tokenCount: count)
                // A budget of the whole prompt compresses nothing, while decoding either.
                if uniformRows < count {
                    eviction = stages.evict?.plan(head, kept: kept, budget: budget, input)
                }
            }
            plans.append(
                HeadPlan(
                    id: head, headClass: classes[index], score: score, votes: judged.votes[index],
                    budget: budget, kept: kept, retrieval: retrieval, allocation: allocation.notes[place],
                    isForced: isForced, merging: classes[index] == .static ? stages.merge : nil,
                    eviction: eviction))
        }
        return CompressionPlan(
            settings: settings, tokenCount: count, kvHeads: evidence.kvHeads,
            totalRows: isFullMethod ? count * heads.count : request.totalRows, threshold: judged.threshold,
            heads: plans, remarks: allocation.remarks)
    }

    /// The share of a head under a uniform allocation: floor(rho * N), at least one row, everything for rho = 1.
    public static func uniformRows(_ budget: Double, tokenCount: Int) -> Int {
        budget >= 1 ? tokenCount : max(1, Int((budget * Double(tokenCount)).rounded(.down)))
    }
}

extension RetrievalPlan {
    /// The tokens that are resident when decoding begins: the initial chunks and the tail.
    func initialTokens(tokenCount: Int) -> [Int32] {
        let chunks = initial.flatMap { chunk in
            (0..<Int32(chunkSize)).map { chunk * Int32(chunkSize) + $0 }
        }
        return chunks + (Int32(chunkCount * chunkSize)..<Int32(tokenCount)).map { $0 }
    }
}
