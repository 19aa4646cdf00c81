import KVDecode
import KVFacts
import KVFiles
import KVMethods
import KVModel
import KVNumerics
import KVStudy

/// The decode thread's side of a live run: owns the model, the prefill and the session.
final class LiveEngine {
    let configuration: LiveConfiguration
    let queue: CommandQueue
    let outbox: LiveOutbox
    let compute: Compute
    var model: VisionLanguageModel?
    var preparer: PromptPreparer?
    var prefilled: Prefilled?
    private var evidence: PrefillEvidence?
    private var request: PromptRequest
    private var settings: MethodSettings
    private var plan: CompressionPlan?
    private var session: DecodeSession?
    private var timing = PrefillTiming()
    private var generation = -1
    var focus = HeadID(layer: 0, head: 0)
    private var pace: Double
    var isPaused = false
    var stepsLeft: Int?  // of a `step` command
    private var isFinished = false
    /// Under way or over, and not left yet: commands about stepping mean it.
    var comparison: LiveComparison?
    var nextStep: UInt64 = 0

    init(_ configuration: LiveConfiguration, queue: CommandQueue, outbox: LiveOutbox) {
        self.configuration = configuration
        self.queue = queue
        self.outbox = outbox
        request = configuration.prompt
        settings = configuration.settings
        pace = configuration.pace
        compute = Compute(threads: configuration.threads)
    }

    /// The thread's whole life.
    func run() {
        do {
            try openModel()
        } catch {
            outbox.post(.failed("\(error)"))
            return
        }
        open(request)
        while !queue.isStopped {
            for command in queue.takeAll() { follow(command) }
            if canStep {
                if waitForPace() { step() }
            } else {
                queue.wait(until: nil)
            }
        }
    }

    private func openModel() throws {
        outbox.post(.progress(.opening, fraction: nil))
        var clock = Stopwatch()
        let checkpoint = try Checkpoint(folder: configuration.model)
        let model = try VisionLanguageModel(checkpoint)
        let preparer = try PromptPreparer(model)
        timing.load = clock.lap()
        self.model = model
        self.preparer = preparer
        outbox.tokenizer = preparer.tokenizer
        outbox.post(.opened(model.geometry(kvElement: configuration.kvElement)))
    }

    private func follow(_ command: LiveCommand) {
        switch command {
        case .pause:
            isPaused = true
            stepsLeft = nil
            outbox.post(.paused)
        case .resume:
            isPaused = false
            stepsLeft = nil
            nextStep = Stopwatch.now()
            outbox.post(.resumed)
        case .step(let count):
            isPaused = true
            stepsLeft = isOver ? nil : max(1, count)
        case .pace(let tokensPerSecond):
            pace = max(0, tokensPerSecond)
            nextStep = Stopwatch.now()
        case .replan(let settings):
            endComparison()
            replan(settings)
        case .restart: if let comparison { compare(comparison.lockstep.request) } else { restart() }
        case .open(let request):
            endComparison()
            open(request)
        case .focus(let head): focus = head
        case .snapshot: publishSnapshot()
        case .compare(let request): compare(request)
        case .endComparison: endComparison()
        case .blame(let branch, let head): blame(branch: branch, head)
        case .draft(let settings): draft(settings)
        case .verify(let settings, let steps): verify(settings, steps: steps)
        }
    }

    // MARK: Prompt and plan

    /// Reads, prefills and plans a prompt. When that fails the run goes on with the prompt it had.
    private func open(_ request: PromptRequest) {
        guard let model, let preparer, !queue.isStopped else { return }
        do {
            outbox.post(.progress(.preparing, fraction: nil))
            let (prompt, view) = try preparer.prepare(request)
            let planner = try Planner(settings, modelFolder: configuration.model)
            let prefilled = try model.prefill(
                prompt, options: prefillOptions([planner], prompt), compute: compute, progress: progress)
            try decode(prefilled, under: planner, view: view)
            self.request = request
        } catch ModelError.cancelled {
            return
        } catch {
            outbox.post(session == nil ? .failed("\(error)") : .refused("\(error)"))
        }
    }

    private func prefillOptions(_ planners: [Planner], _ prompt: PreparedPrompt) -> PrefillOptions {
        PrefillOptions(
            for: planners, tokenCount: prompt.layout.tokenCount, kvElement: configuration.kvElement
        ).withDefaults()
    }

    /// The stored prefill, or a new one when these settings ask for queries that it did not keep.
    func prefill(for settings: [MethodSettings]) throws -> Prefilled {
        guard let model, let preparer, let prefilled else { throw SessionError.prefillReleased }
        let planners = try settings.map { try Planner($0, modelFolder: configuration.model) }
        if planners.allSatisfy(prefilled.serves) { return prefilled }
        let prompt = try preparer.prepare(request).prompt
        let renewed = try model.prefill(
            prompt, options: prefillOptions(planners, prompt), compute: compute, progress: progress)
        self.prefilled = renewed
        return renewed
    }

    private func progress(_ phase: LivePhase) -> Progress {
        let outbox = outbox
        let queue = queue
        let last = LastReport()
        return Progress { fraction in
            if last.isDue() { outbox.post(.progress(phase, fraction: fraction)) }
            return !queue.abandonsPrompt
        }
    }

    /// Plans the stored prefill again; the model runs only when other queries are needed than the prefill kept.
    private func replan(_ settings: MethodSettings) {
        do {
            let prefilled = try prefill(for: [settings])
            try decode(prefilled, under: try Planner(settings, modelFolder: configuration.model))
        } catch ModelError.cancelled {
            return
        } catch {
            outbox.post(.refused("\(error)"))
        }
    }

    /// Plans a prefill and starts to decode it. When that fails, everything is as it was.
    /// - Parameter view: the prompt, if it is a new one.
    private func decode(_ prefilled: Prefilled, under planner: Planner, view: PromptView? = nil) throws {
        outbox.post(.progress(.planning, fraction: nil))
        var clock = Stopwatch()
        let evidence = try prefilled.evidence(for: planner, showing: .lastRows, compute: compute)
        let plan = try planner.plan(evidence)
        let planning = clock.lap()
        let session = try session(of: prefilled, under: plan)
        if let view { outbox.post(.prepared(view)) }
        self.prefilled = prefilled
        self.evidence = evidence
        settings = planner.settings
        timing.vision = prefilled.timing.vision
        timing.prefill = prefilled.timing.prefill
        timing.plan = planning
        start(session, under: plan)
    }

    private func restart() {
        guard let plan, let prefilled else { return }
        do {
            start(try session(of: prefilled, under: plan), under: plan)
        } catch {
            outbox.post(.refused("\(error)"))
        }
    }

    private func session(of prefilled: Prefilled, under plan: CompressionPlan) throws -> DecodeSession {
        guard let model, let preparer else { throw SessionError.prefillReleased }
        let options = SessionOptions(
            maxTokens: configuration.maxTokens,
            stopTokens: configuration.ignoresEnd ? [] : preparer.stopTokens,
            sampling: configuration.sampling, isObserved: true, prefillIsKept: true)
        return try DecodeSession(
            model: model, consuming: prefilled, plan: plan, options: options, compute: compute)
    }

    private func start(_ session: consuming DecodeSession, under plan: CompressionPlan) {
        self.session = consume session
        self.plan = plan
        generation += 1
        isFinished = false
        nextStep = Stopwatch.now()
        outbox.post(.planned(plan, timing))
    }

    // MARK: Decoding

    /// True when what is being decoded, the comparison or the run, makes no further step.
    private var isOver: Bool { comparison.map(\.isFinished) ?? (session == nil || isFinished) }

    private var canStep: Bool { !isOver && (!isPaused || stepsLeft != nil) }

    /// Waits for the time of the next step; false when a command came first.
    private func waitForPace() -> Bool {
        guard pace > 0, stepsLeft == nil else { return true }
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
            while !outbox.ring.push(StepRing.Entry(generation: generation, record: record)) {
                // The reader is thousands of steps behind: nothing is lost, the decode waits for it.
                outbox.wake()
                queue.wait(until: Stopwatch.now() + 1_000_000)
                if queue.isStopped { return }
            }
            if let reason = record.finish {
                isFinished = true
                stepsLeft = nil
                outbox.post(.finished(reason))
            } else if let left = stepsLeft {
                stepsLeft = left > 1 ? left - 1 : nil
                if stepsLeft == nil { outbox.post(.paused) }
            }
            outbox.wake()
        } catch {
            isFinished = true
            outbox.post(.failed("\(error)"))
        }
    }

    private func publishSnapshot() {
        guard let geometry = prefilled?.geometry, session != nil else { return }
        let layer = min(max(0, focus.layer), geometry.layers - 1)
        let head = min(max(0, focus.head), geometry.kvHeads - 1)
        if let comparison {
            let focus = HeadID(layer: layer, head: head)
            return outbox.post(.comparisonSnapshot(comparison.lockstep.snapshot(focus: focus)))
        }
        if let snapshot = session?.snapshot(
            focus: HeadID(layer: layer, head: head), evidence: evidence, prefilled: prefilled)
        {
            outbox.publish(snapshot, generation: generation)
        }
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
