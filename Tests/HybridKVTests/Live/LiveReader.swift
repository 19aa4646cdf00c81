import HybridKV
import TestSupport
import Testing

@testable import KVLive

/// A front end without a screen: takes the log of a run, and waits for conditions with a deadline.
final class LiveReader {
    let run: LiveRun
    /// The whole log so far.
    private(set) var log: [RunFact] = []
    /// Everything that was told since `clearEvents`, but for steps, snapshots and the word that a command is done.
    private(set) var events: [FactContent] = []
    /// The steps of the newest plan.
    private(set) var steps: [StepFact] = []
    private(set) var snapshot: CacheSnapshot?
    /// Every command that was sent.
    private(set) var commands: [RunCommand] = []
    private let bell = CommandQueue()

    struct Timeout: Error {
        let events: [String]
    }

    init(_ configuration: LiveConfiguration) {
        let bell = bell
        run = LiveRun(configuration) { bell.send(RunCommand(.start, .snapshot)) }
    }

    deinit {
        run.stop()
    }

    /// A run of a golden's prompt on the sample model.
    convenience init(
        _ golden: PromptGolden, _ settings: MethodSettings, maxTokens: Int = 12,
        sampling: SamplingOptions = SamplingOptions(), pace: Double = 0, isPaused: Bool = true
    ) {
        var configuration = LiveConfiguration(
            model: Repository.sampleModel, prompt: golden.request, settings: settings)
        configuration.kvElement = .f32
        configuration.maxTokens = maxTokens
        configuration.sampling = sampling
        configuration.threads = 1
        configuration.pace = pace
        self.init(configuration)
        // The engine opens the prompt before it looks at commands, so no step is made before it pauses.
        if isPaused { send(.pause) }
    }

    /// Waits until the condition holds; a minute is far more than any of these tests needs.
    func wait(until condition: (LiveReader) -> Bool) throws {
        let deadline = Stopwatch.now() + 60_000_000_000
        while true {
            take()
            if condition(self) { return }
            guard Stopwatch.now() < deadline else { throw Timeout(events: events.map(\.name)) }
            bell.wait(until: deadline)
            _ = bell.takeAll()
        }
    }

    /// Sends a command under the next id.
    @discardableResult
    func send(_ action: RunAction) -> CommandID {
        let command = RunCommand(CommandID(rawValue: commands.count + 1), action)
        commands.append(command)
        run.send(command)
        return command.id
    }

    /// Sends a command and waits for the event that it leads to.
    @discardableResult
    func send(_ action: RunAction, until name: String) throws -> CommandID {
        let before = count(name)
        let id = send(action)
        try wait { $0.count(name) > before }
        return id
    }

    /// Sends a command and waits for its conclusion.
    func conclusion(of action: RunAction) throws -> Conclusion {
        let id = send(action)
        try wait { !$0.conclusions(of: id).isEmpty }
        return try #require(conclusions(of: id).first)
    }

    /// Every conclusion of a command so far.
    func conclusions(of id: CommandID) -> [Conclusion] {
        log.compactMap { fact in
            if case .concluded(let conclusion) = fact.content, fact.command == id { conclusion } else { nil }
        }
    }

    /// Sends the command for a snapshot and waits for it.
    func takeSnapshot() throws -> CacheSnapshot {
        snapshot = nil
        send(.snapshot)
        try wait { $0.snapshot != nil }
        return try #require(snapshot)
    }

    /// Stops the run and takes the rest of its log.
    func finish() throws {
        run.stop()
        try wait { if case .ended = $0.log.last?.content { true } else { false } }
    }

    private func take() {
        for fact in run.take() {
            log.append(fact)
            switch fact.content {
            case .step(let step): steps.append(step)
            case .snapshot(let newest, _): snapshot = newest
            case .concluded(.done): break
            case .planned:
                steps = []
                events.append(fact.content)
            default: events.append(fact.content)
            }
        }
    }

    /// Forgets the events so far.
    func clearEvents() { events = [] }

    func count(_ name: String) -> Int { events.count { $0.name == name } }

    var names: [String] { events.map(\.name) }

    var tokens: [Int32] { steps.map(\.token.id) }

    /// The newest plan.
    var plan: (CompressionPlan, OpeningTimes)? {
        for case .planned(let plan, let times, _) in events.reversed() { return (plan, times) }
        return nil
    }
}

extension PromptGolden {
    var request: PromptRequest { PromptRequest(title: name, messages: messages, pictureLabels: labels) }

    /// The greedy tokens up to the end of the answer, at most `limit`.
    func answer(limit: Int) -> [Int32] {
        let end = greedy.firstIndex { [485, 487].contains($0) }.map { $0 + 1 } ?? greedy.count
        return Array(greedy.prefix(min(end, limit)))
    }
}

extension FactContent {
    /// The case, the phase of progress, and how a command was concluded.
    var name: String {
        switch self {
        case .progress(let phase, _): phase.rawValue
        case .opened: "opened"
        case .prepared: "prepared"
        case .planned: "planned"
        case .step: "step"
        case .snapshot: "snapshot"
        case .paused: "paused"
        case .resumed: "resumed"
        case .finished: "finished"
        case .failed: "failed"
        case .comparisonStarted: "comparisonStarted"
        case .compared: "compared"
        case .comparisonSnapshot: "comparisonSnapshot"
        case .comparisonEnded: "comparisonEnded"
        case .comparisonLeft: "comparisonLeft"
        case .blamed: "blamed"
        case .drafted: "drafted"
        case .verified: "verified"
        case .concluded(.done): "done"
        case .concluded(.refused): "refused"
        case .concluded(.abandoned): "abandoned"
        case .ended: "ended"
        }
    }
}
