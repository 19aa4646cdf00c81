import KVDecode
import KVFacts
import KVInputs
import Synchronization

/// A run for a front end: one thread opens the checkpoint, prefills, plans and decodes; commands go in, events, steps
/// and snapshots come out.
///
/// `wake` is called from the decode thread whenever there is something to take, at most once between two takes. The
/// `take` functions belong to one reader and never wait.
public final class LiveRun: Sendable {
    private let queue = CommandQueue()
    private let outbox: LiveOutbox
    private let thread: EngineThread?
    private let taken = Atomic<Int>(-1)

    /// Starts the run.
    public init(_ configuration: LiveConfiguration, wake: @escaping @Sendable () -> Void) {
        let outbox = LiveOutbox(wake: wake)
        self.outbox = outbox
        thread = EngineThread { [queue] in
            LiveEngine(configuration, queue: queue, outbox: outbox).run()
        }
        if thread == nil {
            outbox.post(.failed("the system gives no thread for the engine; close other programs"))
        }
    }

    /// Queues a command; it takes effect between two steps.
    public func send(_ command: LiveCommand) { queue.send(command) }

    /// Events since the last call, in order.
    public func takeEvents() -> [LiveEvent] {
        let events = outbox.takeEvents()
        let plans = events.count {
            if case .planned = $0 { true } else { false }
        }
        if plans > 0 { taken.add(plans, ordering: .relaxed) }
        return events
    }

    /// Steps since the last call, in order. Only steps of the plan whose event was taken last are given out.
    public func takeSteps() -> [LiveStep] {
        guard let tokenizer = outbox.tokenizer else { return [] }
        return outbox.ring.take(generation: taken.load(ordering: .relaxed)).map { record in
            LiveStep(
                record: record, bytes: tokenizer.bytes(of: record.token),
                candidateBytes: record.top.list.map { tokenizer.bytes(of: $0.token) },
                isSpecial: tokenizer.isSpecial(record.token))
        }
    }

    /// The newest snapshot of the plan whose event was taken last, if it was not taken yet.
    public func takeSnapshot() -> CacheSnapshot? {
        outbox.takeSnapshot(generation: taken.load(ordering: .relaxed))
    }

    /// Ends the run after the step under way and waits for its thread.
    public func stop() {
        queue.stop()
        thread?.join()
    }
}

/// What a live run starts with.
public struct LiveConfiguration: Sendable {
    /// The checkpoint's folder.
    public var model: String
    /// The first prompt.
    public var prompt: PromptRequest
    /// The first method, with budget and parameters.
    public var settings: MethodSettings
    /// How rows are stored.
    public var kvElement: RowFormat = .f16
    /// Tokens after which an answer ends.
    public var maxTokens = 256
    /// Whether decoding goes on past the tokens that end an answer.
    public var ignoresEnd = false
    /// How tokens are chosen.
    public var sampling = SamplingOptions()
    /// Threads; nil for all cores.
    public var threads: Int?
    /// Tokens per second; 0 for full speed.
    public var pace = 0.0

    /// States what a run starts with.
    public init(model: String, prompt: PromptRequest, settings: MethodSettings) {
        self.model = model
        self.prompt = prompt
        self.settings = settings
    }
}
