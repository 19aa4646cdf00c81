import KVDecode
import KVFacts
import KVFiles
import KVInputs
import KVMethods
import KVModel
import KVNumerics
import KVStudy

/// The decode thread's side of a live run: owns the model, the prefill and the session.
final class LiveEngine {
    let configuration: LiveConfiguration
    let queue: CommandQueue
    private let facts: FactQueue
    /// The open model.
    var bench: Workbench?
    var prefilled: Prefilled?
    private var evidence: PrefillEvidence?
    private var request: PromptRequest
    private var settings: MethodSettings
    private var plan: CompressionPlan?
    private var session: DecodeSession?
    private var timing = PrefillTiming()
    /// The command that asked for the plan in force.
    private var planned = CommandID.start
    /// The command that is being followed.
    private(set) var current = CommandID.start
    var focus = HeadID(layer: 0, head: 0)
    private var pace: Double
    var isPaused = false
    /// A `step` command under way, and the steps that it still has to do.
    private var stepping: (command: CommandID, left: Int)?
    private var isFinished = false
    /// Under way or over, and not left yet: commands about stepping mean it.
    var comparison: LiveComparison?
    private var nextStep: UInt64 = 0

    /// What a live run can do: everything but going back to a step.
    static let capabilities = Set(RunCapability.allCases).subtracting([.seek])

    init(_ configuration: LiveConfiguration, queue: CommandQueue, facts: FactQueue) {
        self.configuration = configuration
        self.queue = queue
        self.facts = facts
        request = configuration.prompt
        settings = configuration.settings
        pace = configuration.pace
    }

    /// The thread's whole life.
    func run() {
        if openModel() { open(request) }
        while !queue.isStopped {
            while !queue.isStopped, let command = queue.takeNext() { follow(command) }
            if canStep {
                if waitForPace() { step() }
            } else {
                queue.wait(until: nil)
            }
        }
        endStepping(.abandoned(by: nil))
        for command in queue.takeAll() { post(.concluded(.abandoned(by: nil)), command.id) }
        facts.post(.ended, nil)
    }

    // MARK: Answers

    /// Adds a fact about the command that is being followed, or about another.
    func post(_ content: FactContent, _ command: CommandID? = nil) {
        facts.post(content, command ?? current)
    }

    /// Concludes the command that is being followed.
    func conclude(_ conclusion: Conclusion = .done) {
        post(.concluded(conclusion))
    }

    /// Concludes the command that is being followed after something went wrong.
    func conclude(_ error: any Error) {
        // Another prompt is on its way, or the end: nobody waits for this one's answer.
        if case ModelError.cancelled = error { return conclude(.abandoned(by: queue.nextPrompt)) }
        conclude(.refused("\(error)"))
    }

    /// What was being decoded is decoded no longer, or otherwise.
    func endStepping(_ conclusion: Conclusion? = nil) {
        guard let stepping else { return }
        self.stepping = nil
        post(.concluded(conclusion ?? .abandoned(by: current)), stepping.command)
    }

    /// Something is decoded from now on.
    func go() {
        nextStep = Stopwatch.now()
    }

    private func openModel() -> Bool {
        do {
            post(.progress(.opening, fraction: nil))
            let bench = try Workbench(
                folder: configuration.model, rowFormat: configuration.kvElement,
                threads: configuration.threads)
            timing.load = bench.loadMilliseconds
            self.bench = bench
            post(.opened(bench.geometry))
            return true
        } catch {
            post(.failed("\(error)"))
            conclude(error)
            return false
        }
    }

    private func follow(_ command: RunCommand) {
        current = command.id
        guard bench != nil else { return conclude(.refused("no model is open")) }
        switch command.action {
        case .pause, .resume, .step: stand(command.action)
        case .pace(let tokensPerSecond):
            pace = max(0, tokensPerSecond)
            go()
            conclude()
        case .seek: conclude(.refused("a live run cannot \(RunCapability.seek.words)"))
        case .replan(let settings):
            endComparison()
            replan(settings)
        case .restart: if let comparison { compare(comparison.lockstep.request) } else { restart() }
        case .open(let request):
            endComparison()
            open(request)
        case .focus(let head):
            focus = head
            conclude()
        case .snapshot: publishSnapshot()
        case .compare(let request): compare(request)
        case .endComparison:
            endComparison()
            conclude()
        case .blame(let branch, let head): blame(branch: branch, head)
        case .draft(let settings): draft(settings)
        case .verify(let settings, let steps): verify(settings, steps: steps)
        }
    }

    /// Pauses, goes on, or does some steps.
    private func stand(_ action: RunAction) {
        if isOver {
            let reason =
                comparison != nil
                ? "the comparison is complete"
                : session == nil ? "nothing is decoded" : "the answer is complete"
            return conclude(.refused(reason))
        }
        endStepping()
        let subject: RunSubject = comparison == nil ? .run : .comparison
        switch action {
        case .resume:
            isPaused = false
            go()
            post(.resumed(subject))
        case .step(let count):
            isPaused = true
            // Concluded by the last of them.
            return stepping = (current, max(1, count))
        default:
            isPaused = true
            post(.paused(subject))
        }
        conclude()
    }

    // MARK: Prompt and plan

    /// Reads, prefills and plans a prompt. When that fails the run goes on with the prompt it had.
    private func open(_ request: PromptRequest) {
        do {
            guard let bench else { throw SessionError.prefillReleased }
            if queue.abandonsPrompt { throw ModelError.cancelled }
            post(.progress(.preparing, fraction: nil))
            let (prompt, view) = try bench.prepare(request)
            let planner = try bench.planner(settings)
            let prefilled = try bench.prefill(prompt, for: [planner], isKept: true, progress: progress)
            try decode(prefilled, under: planner, view: view)
            self.request = request
            conclude()
        } catch {
            if case ModelError.cancelled = error { return conclude(error) }
            if session == nil { post(.failed("\(error)")) }
            conclude(error)
        }
    }

    /// The stored prefill, or a new one when these settings ask for queries that it did not keep.
    func prefill(for settings: [MethodSettings]) throws -> Prefilled {
        guard let bench, let prefilled else { throw SessionError.prefillReleased }
        let planners = try settings.map(bench.planner)
        if planners.allSatisfy(prefilled.serves) { return prefilled }
        let prompt = try bench.prepare(request).prompt
        let renewed = try bench.prefill(prompt, for: planners, isKept: true, progress: progress)
        self.prefilled = renewed
        return renewed
    }

    private func progress(_ phase: LivePhase) -> Progress {
        let facts = facts
        let queue = queue
        let current = current
        let last = LastReport()
        return Progress { fraction in
            if last.isDue() { facts.post(.progress(phase, fraction: fraction), current) }
            return !queue.abandonsPrompt
        }
    }

    /// Plans the stored prefill again; the model runs only when other queries are needed than the prefill kept.
    private func replan(_ settings: MethodSettings) {
        do {
            let prefilled = try prefill(for: [settings])
            try decode(prefilled, under: try Planner(settings, modelFolder: configuration.model))
            conclude()
        } catch {
            conclude(error)
        }
    }

    /// Plans a prefill and starts to decode it. When that fails, everything is as it was.
    /// - Parameter view: the prompt, if it is a new one.
    private func decode(_ prefilled: Prefilled, under planner: Planner, view: PromptView? = nil) throws {
        post(.progress(.planning, fraction: nil))
        var clock = Stopwatch()
        guard let bench else { throw SessionError.prefillReleased }
        let evidence = try prefilled.evidence(for: planner, showing: .lastRows, compute: bench.compute)
        let plan = try planner.plan(evidence)
        let planning = clock.lap()
        let session = try session(of: prefilled, under: plan)
        if let view { post(.prepared(view)) }
        self.prefilled = prefilled
        self.evidence = evidence
        settings = planner.settings
        timing.vision = prefilled.timing.vision
        timing.prefill = prefilled.timing.prefill
        timing.plan = planning
        start(session, under: plan)
    }

    private func restart() {
        guard let plan, let prefilled else { return conclude(.refused("there is no plan to decode by")) }
        do {
            start(try session(of: prefilled, under: plan), under: plan)
            conclude()
        } catch {
            conclude(error)
        }
    }

    private func session(of prefilled: Prefilled, under plan: CompressionPlan) throws -> DecodeSession {
        guard let bench else { throw SessionError.prefillReleased }
        let options = SessionOptions(
            maxTokens: configuration.maxTokens,
            stopTokens: configuration.ignoresEnd ? [] : bench.preparer.stopTokens,
            sampling: configuration.sampling, isObserved: true, prefillIsKept: true)
        return try bench.session(consuming: prefilled, under: plan, options: options)
    }

    private func start(_ session: consuming DecodeSession, under plan: CompressionPlan) {
        self.session = consume session
        self.plan = plan
        planned = current
        isFinished = false
        endStepping()
        go()
        post(.planned(plan, OpeningTimes(timing), isPaused: isPaused))
    }

    // MARK: Decoding

    /// True when what is being decoded, the comparison or the run, makes no further step.
    private var isOver: Bool { comparison.map(\.isFinished) ?? (session == nil || isFinished) }

    private var canStep: Bool { !isOver && (!isPaused || stepping != nil) }

    /// Waits for the time of the next step; false when a command came first.
    private func waitForPace() -> Bool {
        guard pace > 0, stepping == nil else { return true }
        if Stopwatch.now() < nextStep {
            queue.wait(until: nextStep)
            if Stopwatch.now() < nextStep { return false }
        }
        // From the time the step was due, unless that is long ago: a pause is not made up for.
        let interval = UInt64(1e9 / pace)
        nextStep = max(nextStep + interval, Stopwatch.now())
        return true
    }

    private func step() {
        if let comparison { return compareStep(comparison) }
        do {
            guard let record = try session?.step() else { return }
            post(.step(fact(record)), planned)
            if let reason = record.finish {
                isFinished = true
                post(.finished(reason), planned)
            }
            didStep(isLast: isFinished, of: .run)
        } catch {
            isFinished = true
            post(.failed("\(error)"), planned)
            endStepping(.refused("\(error)"))
        }
    }

    /// A `step` command counts its steps.
    func didStep(isLast: Bool, of subject: RunSubject) {
        guard let (command, left) = stepping else { return }
        stepping?.left = left - 1
        guard isLast || left <= 1 else { return }
        if !isLast { post(.paused(subject), command) }
        endStepping(.done)
    }

    private func fact(_ record: StepRecord) -> StepFact {
        StepFact(
            index: record.index, token: token(record.token, record.logprob),
            candidates: record.top.list.map { token($0.token, $0.logprob) }, time: StepTime(record.timing),
            cache: StepCacheFact(record.cache), finish: record.finish)
    }

    private func token(_ id: Int32, _ logprob: Float) -> TokenFact {
        TokenFact(
            id: id, bytes: bench?.tokenizer.bytes(of: id) ?? [], logprob: logprob,
            isSpecial: bench?.tokenizer.isSpecial(id) ?? false)
    }

    private func publishSnapshot() {
        guard let geometry = prefilled?.geometry, session != nil else {
            return conclude(.refused("there is no cache yet to describe"))
        }
        let focus = HeadID(
            layer: min(max(0, focus.layer), geometry.layers - 1),
            head: min(max(0, focus.head), geometry.kvHeads - 1))
        if let comparison {
            post(
                .comparisonSnapshot(
                    comparison.lockstep.snapshot(focus: focus), comparison: comparison.command))
        } else if let snapshot = session?.snapshot(focus: focus, evidence: evidence, prefilled: prefilled) {
            post(.snapshot(snapshot, plan: planned))
        }
        conclude()
    }
}

/// Keeps progress reports to about twenty a second.
private final class LastReport: @unchecked Sendable {
    // Safety: used by the one thread that runs the computation.
    private var time: UInt64 = 0

    func isDue() -> Bool {
        let now = Stopwatch.now()
        guard now - time > 50_000_000 else { return false }
        time = now
        return true
    }
}
