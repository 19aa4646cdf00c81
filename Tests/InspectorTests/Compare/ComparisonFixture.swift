import HybridKV
import TestSupport

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A comparison made by hand over the run of a `RunFixture`: starts, steps, snapshots and blames as an engine tells
/// them, with the same numbers every time.
struct ComparisonFixture {
    struct Options {
        var isForced = true
        /// Names and budgets of the branches.
        var methods: [(name: String, budget: Double)] = [("hybridkv", 0.2), ("snapkv", 0.2)]
        /// For every branch the steps at which it chooses another token than the full cache.
        var changes: [[Int]] = [[9], [4, 5, 9]]
        var steps = 12
        var probes: ProbeSet = [.divergence, .recall, .fate]
    }

    let run: RunFixture
    let options: Options
    let start: ComparisonStart
    let steps: [LiveComparisonStep]

    /// The head in which branch B misses most at step 4.
    static let worst = HeadID(layer: 1, head: 3)

    init(_ options: Options = Options(), run: RunFixture = RunFixture()) {
        self.run = run
        self.options = options
        let plans = options.methods.map { Self.plan($0.name, $0.budget, run) }
        start = ComparisonStart(
            plans: plans, isForced: options.isForced, steps: options.steps, probes: options.probes,
            reference: "full cache of 210 tokens, 630.0 KiB")
        steps = Self.steps(options, plans, run)
    }

    /// The methods as the screen asks for them.
    var methods: [MethodSettings] { start.plans.map(\.settings) }

    // MARK: Plans

    private static func plan(_ name: String, _ budget: Double, _ run: RunFixture) -> CompressionPlan {
        let settings = MethodSettings(name: name, budget: budget)
        if settings == run.plan.settings { return run.plan }
        let count = run.prompt.layout.tokenCount
        let rows = name == "full" ? count : max(1, Int(Double(count) * budget))
        var random = SplitMix64(seed: run.options.seed &+ UInt64(rows) &+ UInt64(name.utf8.count))
        let heads = run.plan.heads.map { head in
            HeadPlan(
                id: head.id, headClass: name == "full" ? .full : .static, score: nil, budget: rows,
                kept: RunFixture.choose(rows, of: count, always: Array((count - rows / 4)..<count), &random)
                    .map(Int32.init))
        }
        return CompressionPlan(
            settings: settings, tokenCount: count, kvHeads: run.options.kvHeads,
            totalRows: rows * heads.count,
            threshold: nil, heads: heads)
    }

    // MARK: Steps

    private static func steps(_ options: Options, _ plans: [CompressionPlan], _ run: RunFixture)
        -> [LiveComparisonStep]
    {
        let count = min(options.steps, run.steps.count)
        return (0..<count).map { index in
            let source = run.steps[index]
            let own = run.records[index]
            // The run's own rivals are named like tokens of the answer.
            let top = [own.top.first] + [141, 142].map { .init(token: $0, logprob: $0 == 141 ? -2.4 : -3.9) }
            let reference = BranchToken(token: own.token, logprob: own.logprob, top: TopTokens(top))
            let branches = plans.indices.map { branch -> (BranchStep, TokenBytes) in
                Self.step(branch, index, options, plans[branch], run)
            }
            var record = own
            record.timing.total += 140_000
            record.cache = StepCacheCounters()
            record.cache.residentBytes = (run.plan.tokenCount + index) * run.geometry.kvBytesPerToken
            let step = ComparisonStep(
                index: index, reference: reference, referenceRecord: record,
                control: index == 0 ? nil : Divergence(kl: 0, agrees: true, rank: 1),
                branches: branches.map { $0.0 }, probeNanoseconds: index == 0 ? 0 : 820_000,
                finish: index == count - 1 ? .stop : nil)
            return LiveComparisonStep(
                step: step,
                reference: TokenBytes(
                    bytes: source.token.bytes, candidates: source.candidates?.map(\.bytes) ?? [],
                    isSpecial: source.token.isSpecial),
                branches: branches.map { $0.1 })
        }
    }

    private static func step(
        _ branch: Int, _ index: Int, _ options: Options, _ plan: CompressionPlan, _ run: RunFixture
    ) -> (BranchStep, TokenBytes) {
        var random = SplitMix64(seed: run.options.seed &+ UInt64(branch * 1000 + index))
        let source = run.steps[index].token
        let firstChange = options.changes.indices.contains(branch) ? options.changes[branch].first : nil
        let isAnotherText = !options.isForced && (firstChange.map { index > $0 } ?? false)
        let changes =
            isAnotherText
            || (options.changes.indices.contains(branch) && options.changes[branch].contains(index))
        let other = Int32(141)
        let own = source.id
        let share = Float.random(in: 0.45...0.7, using: &random)
        // The natural logarithms of a share and its rest, near enough for a screen.
        let (large, small) = (share - 1 - 0.12, -1.6 + (0.7 - share))
        let list: [TopTokens.Candidate] =
            changes
            ? [
                .init(token: other, logprob: large), .init(token: own, logprob: small),
                .init(token: 142, logprob: -3.9),
            ]
            : [
                .init(token: own, logprob: large), .init(token: other, logprob: small),
                .init(token: 142, logprob: -3.9),
            ]
        let orange = Array(" orange".utf8)
        let red = Array(" red".utf8)
        let bytes = TokenBytes(
            bytes: changes ? orange : source.bytes,
            candidates: changes ? [orange, source.bytes, red] : [source.bytes, orange, red],
            isSpecial: !changes && source.isSpecial)
        let isFull = plan.settings.name == "full"
        let scale = isFull ? 0 : changes ? 0.4 : branch == 0 ? 0.002 : 0.02
        let divergence =
            index == 0 || isAnotherText || !options.probes.contains(.divergence)
            ? nil
            : Divergence(
                kl: isFull ? 0 : Double.random(in: 0.3...2, using: &random) * scale, agrees: !changes,
                rank: changes ? 2 : 1)
        var record = run.records[index]
        record.token = options.isForced || !changes ? own : other
        record.timing.total += Int.random(in: 0...90_000, using: &random) - branch * 60_000
        record.cache.residentBytes =
            (plan.heads.reduce(0) { $0 + $1.kept.count } + index * plan.heads.count) * run.geometry.rowBytes
        record.cache.offloadedBytes =
            plan.heads.count { $0.headClass == .dynamic } * plan.tokenCount * run.geometry.rowBytes
        let heads = plan.heads.map { head -> HeadProbe in
            let isWorst = head.id == worst && changes && branch > 0
            let recall =
                isFull
                ? 1
                : isWorst ? 0.31 : Double.random(in: branch == 0 ? 0.86...0.99 : 0.7...0.95, using: &random)
            return HeadProbe(
                id: head.id, recall: .value(recall), best: .value(isFull ? 1 : min(1, recall * 0.5 + 0.5)),
                outputError: .value(1 - recall))
        }
        let hasHeads = index > 0 && options.probes.contains(.recall)
        return (
            BranchStep(
                token: BranchToken(token: list[0].token, logprob: large, top: TopTokens(list)),
                divergence: divergence, record: record, heads: hasHeads ? heads : []), bytes
        )
    }

    // MARK: Snapshots

    /// The branches after some steps.
    func snapshot(after done: Int, focus id: HeadID) -> ComparisonSnapshot {
        var reference = MemoryCounters()
        reference.fullBytes = (run.plan.tokenCount + done) * run.geometry.kvBytesPerToken
        reference.residentBytes = reference.fullBytes
        return ComparisonSnapshot(
            steps: done, referenceMemory: reference,
            branches: start.plans.indices.map { branch in
                let plan = start.plans[branch]
                var memory = MemoryCounters()
                memory.fullBytes = reference.fullBytes
                memory.metadataBytes =
                    plan.heads.count { $0.headClass == .dynamic } * (plan.tokenCount / RunFixture.chunkSize)
                    * 128
                var random = SplitMix64(seed: UInt64(branch) &+ UInt64(done))
                return BranchSnapshot(
                    memory: memory,
                    focus: HeadDetail(
                        id: id, plan: plan[id],
                        rowStates: (0..<plan.tokenCount).map {
                            plan[id].kept.contains(Int32($0)) ? .kept : .dropped
                        },
                        attention: (0..<plan.tokenCount).map {
                            plan[id].kept.contains(Int32($0))
                                ? Float.random(in: 0.001...0.05, using: &random) : 0
                        }, evidence: [], history: []),
                    residentTokens: plan.heads.map(\.kept), heads: [],
                    fates: options.probes.contains(.fate)
                        ? plan.heads.enumerated().map { place, head in
                            HeadFate(
                                id: head.id, neverNeeded: 40 - place, neededAgain: place, cold: 1,
                                evictedThenNeeded: 2, capacity: 3)
                        } : nil,
                    stability: nil)
            })
    }

    // MARK: Models

    /// The compare screen in front, before the engine said anything of the comparison.
    func asked(
        width: Int = 80, height: Int = 24, capabilities: Capabilities = ModelFixture.ascii,
        cursor: HeadID = HeadID(layer: 2, head: 1)
    ) -> InspectorModel {
        var model = ModelFixture.live(
            run, width: width, height: height, capabilities: capabilities, cursor: cursor)
        model.comparison.wishes = methods
        model.comparison.isForced = options.isForced
        ModelFixture.press(&model, .character("5"))
        return model
    }

    /// Some steps in, running.
    func running(
        steps count: Int = 8, width: Int = 80, height: Int = 24,
        capabilities: Capabilities = ModelFixture.ascii, cursor: HeadID = HeadID(layer: 2, head: 1)
    ) -> InspectorModel {
        var model = asked(width: width, height: height, capabilities: capabilities, cursor: cursor)
        guard let id = model.comparison.asked else { return model }
        ModelFixture.send(
            &model,
            [.event(.comparisonStarted(start), id), .event(.concluded(.done), id)]
                + steps.prefix(count).map { .event(.compared($0), id) }
                + [
                    .event(.comparisonSnapshot(snapshot(after: count, focus: cursor), comparison: id)),
                    .tick(2),
                ])
        ModelFixture.conclude(&model) { $0 == .snapshot }
        model.notice = nil
        return model
    }

    /// All steps done.
    func ended(
        width: Int = 80, height: Int = 24, capabilities: Capabilities = ModelFixture.ascii,
        cursor: HeadID = HeadID(layer: 2, head: 1)
    ) -> InspectorModel {
        var model = running(
            steps: steps.count, width: width, height: height, capabilities: capabilities, cursor: cursor)
        ModelFixture.send(&model, [.event(.comparisonEnded(.stop), model.comparison.command)])
        return model
    }
}
