import KVFacts

/// Makes plans: reads settings, asks the method, checks that the answer keeps what every plan must keep.
public struct Planner: Sendable {
    /// The settings that plans are made for.
    public let settings: MethodSettings
    private let policy: any CachePolicy

    /// Reads the settings.
    /// - Parameter modelFolder: where a method finds what was measured for this checkpoint, such as visual-head scores.
    /// - Throws: `.unknownMethod`, `.unknownParameter`, `.badValue`, `.badBudget`, `.badScores`.
    public init(_ settings: MethodSettings, modelFolder: String? = nil) throws(PolicyError) {
        guard settings.budget > 0, settings.budget <= 1 else { throw .badBudget("\(settings.budget)") }
        self.init(settings, policy: try MethodRegistry.policy(for: settings, modelFolder: modelFolder))
    }

    /// Plans by a method at hand.
    init(_ settings: MethodSettings, policy: any CachePolicy) {
        self.settings = settings
        self.policy = policy
    }

    /// The attention that the method wants to see for a prompt of this length.
    public func window(tokenCount: Int) -> ObservationWindow {
        policy.window(
            tokenCount: tokenCount,
            uniformRows: Planner.uniformRows(settings.budget, tokenCount: tokenCount))
    }

    /// Decides classes, budgets and rows.
    /// - Throws: `.noSuchHead` for a forced head that the model does not have; `.columnSumsNotKept`.
    public func plan(_ evidence: PrefillEvidence) throws(PolicyError) -> CompressionPlan {
        let heads = evidence.heads
        let count = evidence.tokenCount
        if let head = settings.forcedHeads.keys.sorted().first(where: { !heads.contains($0) }) {
            throw .noSuchHead(head, layers: evidence.layers, kvHeads: evidence.kvHeads)
        }
        if type(of: policy).readsColumnSums, evidence.columnSums == nil {
            throw .columnSumsNotKept(settings.name)
        }
        let uniformRows = Planner.uniformRows(settings.budget, tokenCount: count)
        let judged = policy.classify(evidence, uniformRows: uniformRows)
        let classes = heads.indices.map { settings.forcedHeads[heads[$0]] ?? judged.classes[$0] }
        let sharing = heads.indices.filter { classes[$0] != .full }
        let request = AllocationRequest(
            heads: sharing.map { heads[$0] }, classes: sharing.map { classes[$0] },
            scores: judged.scores.map { scores in sharing.map { scores[$0] } },
            uniformRows: uniformRows, tokenCount: count)
        let allocation = sharing.isEmpty ? .uniform(request) : policy.allocate(request, evidence)

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
            let kept: [Int32]
            if classes[index] == .dynamic {
                let plan = policy.retrieval(
                    of: head, budget: budget, chunkSize: allocation.chunkSize, evidence)
                retrieval = plan
                kept = plan.initialTokens(tokenCount: count)
            } else {
                kept = policy.keptRows(of: head, budget: budget, evidence)
            }
            plans.append(
                HeadPlan(
                    id: head, headClass: classes[index], score: score, votes: judged.votes[index],
                    budget: budget, kept: kept, retrieval: retrieval, allocation: allocation.notes[place],
                    isForced: isForced, merging: classes[index] == .static ? policy.merging : nil))
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
