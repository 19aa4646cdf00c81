import FoundationEssentials
import HybridKV
import InspectorPlain

// The names of members are those of the schema "kvscope.compare/1", which other programs read: members may be added,
// none may be renamed.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// What a comparison measured, as `kvscope compare --json` prints it.
///
/// Divergence is KL(full || method) in nats, recall and output error are shares, over decode steps: step 0 is the
/// prefill's own. Times are milliseconds, sizes bytes. What was not measured is left out, never 0. In a free run,
/// divergence ends with the first difference.
struct CompareReport: Encodable {
    var schema = "kvscope.compare/1"
    var model = ""
    var prompt_tokens = 0
    var forced: Bool
    var probes: [String]
    /// The full cache: its text, its bytes, and the largest divergence of the control from it.
    var reference = Reference()
    var methods: [Method] = []

    struct Reference: Encodable {
        var text = ""
        var tokens: [Int32] = []
        var bytes = 0
        var ms_p50: Double?
        var control_kl_max: Double?
    }

    struct Method: Encodable {
        var name: String
        var budget: Double
        var parameters: [String: String]
        /// Rows of the heads' budgets, and the most that they may be together.
        var rows: Int, total_rows: Int
        /// What the method itself chooses at every step, whatever it is given.
        var tokens: [Int32]
        var text: String
        /// The first step whose token differs from the full cache's: of what it would choose when forced.
        var first_difference: Int?
        /// By step, from step 1 on; p99 is the nearest rank.
        var kl: [Double], kl_mean: Double?, kl_p99: Double?, kl_max: Double?, kl_max_step: Int?
        var top1_agreement: Double?
        /// The lowest place of the full cache's first choice in the method's prediction; 1 is the top.
        var rank_max: Int?
        /// Over heads and steps. `best` is the recall that as many rows could have had.
        var recall_mean: Double?, recall_min: Double?, recall_min_head: String?, best_mean: Double?
        var output_error_mean: Double?
        var resident_bytes: Int, offloaded_bytes: Int, metadata_bytes: Int, allocated_bytes: Int,
            moved_bytes: Int
        var ms_p50: Double?
        /// What the probes took; `ms_p50` has none of it.
        var probe_ms_per_step: Double?
        var fate: Fate?
        var stability: Stability?
        /// Per step and head, layer by layer; empty unless recall was measured.
        var recall: [[Double]]
    }

    /// Sums over heads of rows (never_needed, needed_again), chunks loaded (cold, evicted_then_needed), and rows times
    /// steps (capacity); see `HeadFate`.
    struct Fate: Encodable {
        var never_needed = 0, needed_again = 0, cold = 0, evicted_then_needed = 0, capacity = 0
    }

    /// Means over heads; see `HeadStability`.
    struct Stability: Encodable {
        var top_overlap: Double, mass_on_prefill_top: Double
        /// The same for the heads of each class alone; nil where a plan has none.
        var static_top_overlap: Double?, dynamic_top_overlap: Double?
    }
}

extension CompareReport {
    init(_ prefilled: Prefilled, isForced: Bool, probes: ProbeSet) {
        forced = isForced
        self.probes = probes.names
        model = prefilled.geometry.name
        prompt_tokens = prefilled.tokenCount
    }

    /// Adds the branches of a comparison that is over.
    mutating func add(_ lockstep: Lockstep, tokenizer: Tokenizer) {
        let steps = lockstep.steps
        let snapshot = lockstep.snapshot(focus: HeadID(layer: 0, head: 0))
        let answer = steps.filter(\.isReferenceRunning).map(\.referenceRecord)
        reference.tokens = answer.map(\.token)
        reference.text = CompareReport.text(reference.tokens, tokenizer)
        reference.bytes = snapshot.referenceMemory.residentBytes
        let control = ControlTotals(steps)
        reference.ms_p50 = control.medianMilliseconds
        reference.control_kl_max = control.steps > 0 ? control.largestKL : nil
        for (index, plan) in lockstep.start.plans.enumerated() {
            methods.append(Method(plan, steps, index, snapshot.branches[index], tokenizer))
        }
    }

    static func text(_ tokens: [Int32], _ tokenizer: Tokenizer) -> String {
        tokenizer.decode(tokens, skipSpecial: true)
    }

    /// One line, members in alphabetical order.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension CompareReport.Method {
    init(
        _ plan: CompressionPlan, _ steps: [ComparisonStep], _ index: Int, _ branch: BranchSnapshot,
        _ tokenizer: Tokenizer
    ) {
        let own = steps.map { $0.branches[index] }
        let totals = BranchTotals(of: index, in: steps)
        name = plan.settings.name
        budget = plan.settings.budget
        parameters = plan.settings.parameters
        rows = plan.budgetedRows
        total_rows = plan.totalRows
        tokens = own.filter(\.isRunning).map(\.token.token)
        text = CompareReport.text(tokens, tokenizer)
        first_difference = totals.firstChange
        kl = totals.divergences
        kl_mean = totals.meanKL
        kl_p99 = totals.kl99
        kl_max = totals.largestKL?.value
        kl_max_step = totals.largestKL?.step
        top1_agreement = totals.agreement
        rank_max = totals.worstRank
        recall_mean = totals.meanRecall
        recall_min = totals.leastRecall?.value
        recall_min_head = totals.leastRecall?.head.description
        best_mean = totals.meanBest
        output_error_mean = totals.meanOutputError
        resident_bytes = branch.memory.residentBytes
        offloaded_bytes = branch.memory.offloadedBytes
        metadata_bytes = branch.memory.metadataBytes
        allocated_bytes = branch.memory.allocatedBytes
        moved_bytes = branch.memory.movedBytes
        ms_p50 = totals.medianMilliseconds
        let branches = Double(steps.first?.branches.count ?? 1)
        probe_ms_per_step = ControlTotals(steps).probeMilliseconds.map { $0 / branches }
        fate = branch.fates.map(CompareReport.Fate.init)
        stability = branch.stability.map { CompareReport.Stability($0, plan) }
        recall = own.filter { !$0.heads.isEmpty }.map { $0.heads.map { $0.recall.value ?? .nan } }
    }
}

extension CompareReport.Fate {
    init(_ fates: [HeadFate]) {
        for head in fates {
            never_needed += head.neverNeeded
            needed_again += head.neededAgain
            cold += head.cold
            evicted_then_needed += head.evictedThenNeeded
            capacity += head.capacity
        }
    }
}

extension CompareReport.Stability {
    init(_ heads: [HeadStability], _ plan: CompressionPlan) {
        func overlap(_ headClass: HeadClass) -> Double? {
            RunningMean(heads.lazy.filter { plan[$0.id].headClass == headClass }.map(\.topOverlap)).mean
        }
        top_overlap = RunningMean(heads.map(\.topOverlap)).mean ?? 0
        mass_on_prefill_top = RunningMean(heads.map(\.massOnPrefillTop)).mean ?? 0
        static_top_overlap = overlap(.static)
        dynamic_top_overlap = overlap(.dynamic)
    }
}
