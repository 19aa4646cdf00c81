import HybridKV
import TestSupport
import Testing

@testable import KVLive

/// A front end without a screen: takes what a run gives out, and waits for conditions with a deadline.
final class LiveReader {
    let run: LiveRun
    /// Everything that was told so far.
    private(set) var events: [LiveEvent] = []
    /// The steps of the newest plan.
    private(set) var steps: [LiveStep] = []
    private(set) var snapshot: CacheSnapshot?
    private let bell = CommandQueue()

    struct Timeout: Error {
        let events: [String]
    }

    init(_ configuration: LiveConfiguration) {
        let bell = bell
        run = LiveRun(configuration) { bell.send(.snapshot) }
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
        if isPaused { run.send(.pause) }
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

    /// Sends a command and waits for the event that answers it.
    func send(_ command: LiveCommand, until name: String) throws {
        let before = count(name)
        run.send(command)
        try wait { $0.count(name) > before }
    }

    /// Sends the command for a snapshot and waits for it.
    func takeSnapshot() throws -> CacheSnapshot {
        snapshot = nil
        run.send(.snapshot)
        try wait { $0.snapshot != nil }
        return try #require(snapshot)
    }

    private func take() {
        let news = run.takeEvents()
        if news.contains(where: { $0.name == "planned" }) { steps = [] }
        events += news
        steps += run.takeSteps()
        if let newest = run.takeSnapshot() { snapshot = newest }
    }

    /// Forgets the events so far.
    func clearEvents() { events = [] }

    func count(_ name: String) -> Int { events.count { $0.name == name } }

    var names: [String] { events.map(\.name) }

    var tokens: [Int32] { steps.map(\.record.token) }

    /// The newest plan.
    var plan: (CompressionPlan, PrefillTiming)? {
        for case .planned(let plan, let timing) in events.reversed() { return (plan, timing) }
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

extension LiveEvent {
    /// The case, and the phase of progress.
    var name: String {
        switch self {
        case .progress(let phase, _): phase.rawValue
        case .opened: "opened"
        case .prepared: "prepared"
        case .planned: "planned"
        case .refused: "refused"
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
        }
    }
}
