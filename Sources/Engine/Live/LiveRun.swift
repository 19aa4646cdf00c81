import KVDecode
import KVFacts
import KVInputs

/// A run that is decoded here and now: one thread opens the checkpoint, prefills, plans and decodes; commands go in,
/// facts come out.
///
/// `wake` is called from the decode thread whenever there is something to take, at most once between two takes.
public final class LiveRun: RunSource {
    private let queue = CommandQueue()
    private let facts: FactQueue
    private let thread: EngineThread?

    /// Starts the run.
    public init(_ configuration: LiveConfiguration, wake: @escaping @Sendable () -> Void) {
        let facts = FactQueue(wake: wake)
        self.facts = facts
        thread = EngineThread { [queue] in
            LiveEngine(configuration, queue: queue, facts: facts).run()
        }
        if thread == nil {
            let reason = "the system gives no thread for the engine; close other programs"
            facts.post(.failed(reason), .start)
            facts.post(.concluded(.refused(reason)), .start)
        }
    }

    deinit {
        stop()
        thread?.join()
    }

    /// "a live run".
    public var title: String { "a live run" }

    /// Everything but going to a step that was left behind.
    public var capabilities: Set<RunCapability> { LiveEngine.capabilities }

    /// Queues a command; it takes effect between two steps.
    public func send(_ command: RunCommand) {
        guard thread != nil else {
            return facts.post(.concluded(.refused("no engine is running")), command.id)
        }
        queue.send(command)
    }

    /// Facts since the last call, in order.
    public func take() -> [RunFact] { facts.take() }

    /// Asks the run to end after the step under way. Its thread has ended when the last reference to the run is gone.
    public func stop() {
        queue.stop()
        facts.stop()
        if thread == nil { facts.post(.ended, nil) }
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
