import HybridKV
import TestSupport

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A source of a run made by hand: it follows commands as an engine does, one act at a time, and refuses some of them.
struct MadeSource {
    /// Prompts of one model: with pictures, and text alone with bytes that a terminal must not obey.
    private static let small = [
        BudgetFixture.small,
        BudgetFixture(.init(pictures: 0, answer: ["漢", "\u{1B}[2J", "", "e\u{301}", "\u{202E}", "🙂🙂"])),
    ]

    private let prompts: [BudgetFixture]
    private var random: SplitMix64
    private var inbox: [RunCommand] = []
    private var outbox: [RunFact] = []
    private var count = 0

    private var prompt = 0
    private var run: RunFixture
    private var planned = CommandID.start
    private var focus = HeadID(layer: 0, head: 0)
    /// Steps that were told.
    private var done = 0
    private var isPaused = false
    private var comparison: Comparison?

    private struct Comparison {
        let id: CommandID
        let fixture: ComparisonFixture
        var done = 0
        var isPaused = false
    }

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        prompts = seed % 4 == 0 ? [.many] : Self.small
        run = prompts[0].run
        run.plan = prompts[0].live
        tell(.start, .progress(.opening, fraction: nil))
        tell(.start, .opened(run.geometry))
        begin(.start)
    }

    var settings: MethodSettings { prompts[0].live.settings }

    // MARK: Going on

    mutating func send(_ command: RunCommand) { inbox.append(command) }

    /// The next fact; nil when the source has nothing to tell.
    mutating func next() -> RunFact? {
        if outbox.isEmpty { act() }
        return outbox.isEmpty ? nil : outbox.removeFirst()
    }

    private mutating func act() {
        if !inbox.isEmpty {
            follow(inbox.removeFirst())
        } else if let now = comparison {
            if !now.isPaused { compare(now) }
        } else if !isPaused {
            step()
        }
    }

    private mutating func step() {
        guard done < run.steps.count else { return }
        tell(planned, .step(run.steps[done]))
        done += 1
        if done == run.steps.count { tell(planned, .finished(.stop)) }
    }

    private mutating func compare(_ now: Comparison) {
        guard now.done < now.fixture.steps.count else { return }
        tell(now.id, .compared(now.fixture.steps[now.done]))
        comparison?.done += 1
        if now.done + 1 == now.fixture.steps.count { tell(now.id, .comparisonEnded(.stop)) }
    }

    private mutating func tell(_ command: CommandID?, _ content: FactContent) {
        outbox.append(RunFact(number: count, command: command, content))
        count += 1
    }

    private mutating func conclude(_ command: RunCommand, _ conclusion: Conclusion = .done) {
        tell(command.id, .concluded(conclusion))
    }

    /// The open prompt, from its beginning.
    private mutating func begin(_ id: CommandID) {
        comparison = nil
        tell(id, .progress(.preparing, fraction: nil))
        tell(id, .prepared(run.prompt))
        tell(id, .progress(.prefill, fraction: 0.4))
        plan(run.plan, id)
        tell(id, .concluded(.done))
    }

    private mutating func plan(_ plan: CompressionPlan, _ id: CommandID) {
        run.plan = plan
        planned = id
        done = 0
        tell(id, .planned(plan, run.timing, isPaused: isPaused))
    }

    // MARK: Commands

    private mutating func follow(_ command: RunCommand) {
        if Int.random(in: 0..<12, using: &random) == 0 {
            conclude(command, .refused("it is \u{1B}[2J not to be: found 漢字, expected luck"))
            return
        }
        switch command.action {
        case .pause, .resume, .step: steer(command)
        case .pace, .seek: conclude(command)
        case .focus(let id):
            let isKnown = 0..<run.geometry.layers ~= id.layer && 0..<run.geometry.kvHeads ~= id.head
            if isKnown { focus = id }
            conclude(command, isKnown ? .done : .refused("there is no \(id)"))
        case .snapshot: describe(command)
        case .replan(let settings):
            tell(command.id, .progress(.planning, fraction: nil))
            guard let plan = prompts[prompt].plan(settings) else {
                conclude(command, .refused("no plan can be made of these settings"))
                return
            }
            self.plan(plan, command.id)
            conclude(command)
        case .restart:
            if let now = comparison {
                comparison = Comparison(id: command.id, fixture: now.fixture)
                tell(command.id, .comparisonStarted(now.fixture.start))
            } else {
                plan(run.plan, command.id)
            }
            conclude(command)
        case .open:
            prompt = (prompt + 1) % prompts.count
            run = prompts[prompt].run
            run.plan = prompts[prompt].live
            begin(command.id)
        case .compare(let request):
            let options = ComparisonFixture.Options(
                isForced: request.isForced, methods: request.methods.map { ($0.name, $0.budget) },
                changes: request.methods.map { _ in [2, 4] }, probes: request.probes)
            let fixture = ComparisonFixture(options, run: run)
            comparison = Comparison(id: command.id, fixture: fixture)
            tell(command.id, .comparisonStarted(fixture.start))
            conclude(command)
        case .endComparison:
            if let now = comparison { tell(now.id, .comparisonLeft(reason: nil)) }
            comparison = nil
            conclude(command)
        case .blame(let branch, let head):
            tell(
                command.id,
                .blamed(
                    BlameResult(
                        branch: branch, head: head, steps: 4, meanKL: 0.1162, meanKLWithHeadFull: 0.0751)))
            conclude(command)
        case .draft(let settings):
            guard let plan = prompts[prompt].plan(settings) else {
                conclude(command, .refused("no plan can be made of these settings"))
                return
            }
            tell(command.id, .drafted(plan))
            conclude(command)
        case .verify(let settings, _):
            let plans = settings.compactMap { prompts[prompt].plan($0) }
            tell(command.id, .verified(plans.map { BudgetFixture.verified($0, divergence: 0.0187) }))
            conclude(command)
        }
    }

    private mutating func steer(_ command: RunCommand) {
        let isComplete = comparison.map { $0.done == $0.fixture.steps.count } ?? (done == run.steps.count)
        if isComplete {
            conclude(command, .refused("there is no next step"))
            return
        }
        let subject: RunSubject = comparison == nil ? .run : .comparison
        let id = comparison?.id ?? planned
        var steps = 0
        if case .step(let count) = command.action { steps = count }
        let pauses = command.action != .resume
        for _ in 0..<min(steps, 20) {
            if let now = comparison { compare(now) } else { step() }
        }
        if comparison == nil { isPaused = pauses } else { comparison?.isPaused = pauses }
        let isOver = comparison.map { $0.done == $0.fixture.steps.count } ?? (done == run.steps.count)
        if !isOver { tell(id, pauses ? .paused(subject) : .resumed(subject)) }
        conclude(command)
    }

    private mutating func describe(_ command: RunCommand) {
        if let now = comparison {
            tell(
                command.id,
                .comparisonSnapshot(now.fixture.snapshot(after: now.done, focus: focus), comparison: now.id))
        } else {
            tell(command.id, .snapshot(run.snapshot(after: done, focus: focus), plan: planned))
        }
        conclude(command)
    }
}
