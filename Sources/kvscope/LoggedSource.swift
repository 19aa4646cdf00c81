import HybridKV
import InspectorWords
import Logging

/// A source of a run whose commands and facts are written to the log on their way.
struct LoggedSource: RunSource {
    private let source: any RunSource
    private let log: Logger

    /// Listens between a front end and a source.
    init(_ source: any RunSource, log: Logger) {
        self.source = source
        self.log = log
    }

    var title: String { source.title }

    var capabilities: Set<RunCapability> { source.capabilities }

    func send(_ command: HybridKV.RunCommand) {
        // Screens ask for snapshots and tell the selected head many times a second.
        let level: Logger.Level =
            switch command.action {
            case .snapshot, .focus: .trace
            default: .info
            }
        log.log(level: level, "\(command.id) \(LogText.words(command.action))")
        source.send(command)
    }

    func take() -> [RunFact] {
        let facts = source.take()
        for fact in facts {
            guard let (level, words) = LogText.line(fact.content) else { continue }
            log.log(level: level, "\(fact.command.map { "\($0) " } ?? "")\(words)")
        }
        return facts
    }

    func stop() {
        log.info("leaving")
        source.stop()
    }
}

/// Commands and facts of a run as lines of the log.
enum LogText {
    /// Times of a step.
    static func timing(_ record: StepRecord) -> Logger.Metadata {
        ["token": "\(record.token)", "ms": "\(NumberText.fixed(Double(record.timing.total) / 1e6, 3))"]
    }

    /// A command in words.
    static func words(_ action: RunAction) -> String {
        switch action {
        case .pause: "pause"
        case .resume: "resume"
        case .step(let count): "step \(count)"
        case .pace(let pace): "pace \(pace)"
        case .seek(let step): "go to step \(step)"
        case .replan(let settings): "plan \(settings.text)"
        case .restart: "restart"
        case .open(let request): "open a prompt of \(request.messages.count) messages"
        case .focus(let id): "look at \(id)"
        case .snapshot: "snapshot"
        case .compare(let request): "compare \(request.methods.map(\.text).joined(separator: " "))"
        case .endComparison: "leave the comparison"
        case .blame(let branch, let id): "blame branch \(branch), \(id)"
        case .draft(let settings): "draft \(settings.text)"
        case .verify(let list, let steps):
            "measure \(list.map(\.text).joined(separator: " ")) over \(steps) steps"
        }
    }

    /// A fact in words, and how loud it is; nil for what is not worth a line.
    static func line(_ content: FactContent) -> (Logger.Level, String)? {
        switch content {
        case .progress(let phase, let fraction):
            (
                fraction == nil || fraction == 0 ? .info : .trace,
                "\(phase.rawValue) \(fraction.map { "\($0)" } ?? "")"
            )
        case .opened(let model):
            (.info, "opened \(model.name), \(model.layers) layers of \(model.kvHeads) KV heads")
        case .prepared(let prompt): (.info, "prompt of \(prompt.layout.tokenCount) tokens")
        case .planned(let plan, let times, _): (.info, "planned \(plan.totalRows) rows; \(words(times))")
        case .step(let step):
            (
                .debug,
                "step \(step.index)"
                    + (step.time.total.map { " in \(NumberText.fixed(Double($0) / 1e6, 3)) ms" } ?? "")
            )
        case .snapshot(let snapshot, _): (.trace, "snapshot after \(snapshot.steps) steps")
        case .paused(let subject): (.info, "\(subject.rawValue) paused")
        case .resumed(let subject): (.info, "\(subject.rawValue) goes on")
        case .finished(let reason): (.info, "the answer is complete: \(reason.rawValue)")
        case .failed(let reason): (.error, "failed: \(reason)")
        case .comparisonStarted(let start): (.info, "comparison of \(start.plans.count) begins")
        case .compared(let step): (.debug, "compared step \(step.step.index)")
        case .comparisonSnapshot: (.trace, "snapshot of the comparison")
        case .comparisonEnded(let reason): (.info, "comparison complete: \(reason.rawValue)")
        case .comparisonLeft(let reason): (.info, "comparison left" + (reason.map { ": \($0)" } ?? ""))
        case .blamed: (.info, "blame measured")
        case .drafted(let plan): (.info, "draft planned, \(plan.totalRows) rows")
        case .verified(let runs): (.info, "\(runs.count) measured")
        case .concluded(.done): (.trace, "done")
        case .concluded(.refused(let reason)): (.warning, "refused: \(reason)")
        case .concluded(.abandoned(let other)): (.info, "abandoned" + (other.map { " for \($0)" } ?? ""))
        case .ended: (.info, "left")
        }
    }

    private static func words(_ times: OpeningTimes) -> String {
        let parts: [(String, Double?)] = [
            ("load", times.load), ("vision", times.vision), ("prefill", times.prefill), ("plan", times.plan),
        ]
        return parts.compactMap { name, value in value.map { "\(name) \(NumberText.milliseconds($0)) ms" } }
            .joined(
                separator: ", ")
    }
}
