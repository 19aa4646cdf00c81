import HybridKV
import Inspector
import Logging

/// A live run whose commands and answers are written to the log on their way.
struct LoggedEngine: EngineLink {
    private let run: any EngineLink
    private let log: Logger

    /// Listens between an inspector and a run.
    init(_ run: any EngineLink, log: Logger) {
        self.run = run
        self.log = log
    }

    func send(_ command: LiveCommand) {
        // Screens ask for snapshots and tell the selected head many times a second.
        log.log(level: LogText.isFrequent(command) ? .trace : .info, "command \(LogText.words(command))")
        run.send(command)
    }

    func takeEvents() -> [LiveEvent] {
        let events = run.takeEvents()
        for event in events { log.log(level: LogText.level(event), "\(LogText.words(event))") }
        return events
    }

    func takeSteps() -> [LiveStep] {
        let steps = run.takeSteps()
        for step in steps {
            log.debug("step \(step.record.index)", metadata: LogText.timing(step.record))
        }
        return steps
    }

    func takeSnapshot() -> CacheSnapshot? {
        let snapshot = run.takeSnapshot()
        if let snapshot { log.trace("snapshot after \(snapshot.steps) steps") }
        return snapshot
    }

    func stop() {
        log.info("leaving")
        run.stop()
        log.info("left")
    }
}

/// Commands and events of a live run as lines of the log.
enum LogText {
    /// Whether a command comes so often that it would drown the others.
    static func isFrequent(_ command: LiveCommand) -> Bool {
        switch command {
        case .snapshot, .focus: true
        default: false
        }
    }

    /// How loud an event is.
    static func level(_ event: LiveEvent) -> Logger.Level {
        switch event {
        case .refused: .warning
        case .failed: .error
        case .progress(_, let fraction): fraction == nil || fraction == 0 ? .info : .trace
        case .compared, .comparisonSnapshot: .debug
        default: .info
        }
    }

    /// Times of a step, in milliseconds.
    static func timing(_ record: StepRecord) -> Logger.Metadata {
        ["token": "\(record.token)", "ms": "\(Quantity.fixed(Double(record.timing.total) / 1e6, 3))"]
    }

    /// A command in words.
    static func words(_ command: LiveCommand) -> String {
        switch command {
        case .pause: "pause"
        case .resume: "resume"
        case .step(let count): "step \(count)"
        case .pace(let pace): "pace \(pace)"
        case .replan(let settings): "plan \(words(settings))"
        case .restart: "restart"
        case .open(let request): "open a prompt of \(request.messages.count) messages"
        case .focus(let id): "look at \(id)"
        case .snapshot: "snapshot"
        case .compare(let request): "compare \(request.methods.map(words).joined(separator: ", "))"
        case .endComparison: "leave the comparison"
        case .blame(let branch, let id): "blame branch \(branch), \(id)"
        case .draft(let settings): "draft \(words(settings))"
        case .verify(let list, let steps):
            "measure \(list.map(words).joined(separator: ", ")) over \(steps) steps"
        }
    }

    /// An event in words.
    static func words(_ event: LiveEvent) -> String {
        switch event {
        case .progress(let phase, _): phase.rawValue
        case .opened(let model): "opened \(model.name), \(model.layers) layers of \(model.kvHeads) KV heads"
        case .prepared(let prompt): "prompt of \(prompt.layout.tokenCount) tokens"
        case .planned(let plan, let timing):
            "planned \(plan.totalRows) rows for \(plan.heads.count) heads; ms: load \(ms(timing.load)), vision "
                + "\(ms(timing.vision)), prefill \(ms(timing.prefill)), plan \(ms(timing.plan))"
        case .refused(let reason): "refused: \(reason)"
        case .paused: "paused"
        case .resumed: "goes on"
        case .finished(let reason): "the answer is complete: \(reason)"
        case .failed(let reason): "failed: \(reason)"
        case .comparisonStarted(let start): "comparison of \(start.plans.count) begins"
        case .compared(let step): "compared step \(step.step.index)"
        case .comparisonSnapshot: "snapshot of the comparison"
        case .comparisonEnded(let reason): "comparison complete: \(reason)"
        case .comparisonLeft: "comparison left"
        case .blamed: "blame measured"
        case .drafted(let plan): "draft planned, \(plan.totalRows) rows"
        case .verified(let runs): "\(runs.count) measured"
        }
    }

    /// Settings as they would be typed.
    static func words(_ settings: MethodSettings) -> String { settings.text }

    private static func ms(_ value: Double) -> String { Quantity.fixed(value, 1) }
}
