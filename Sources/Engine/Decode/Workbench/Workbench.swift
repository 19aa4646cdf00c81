import KVFacts
import KVFiles
import KVInputs
import KVMethods
import KVModel
import KVNumerics

/// One model at work: opened once, then asked, prefilled, planned and decoded as often as one likes.
///
/// Every program goes this way, the command line and the live run among them. Each step gives a value that the next one
/// takes, so that a program can stop between two of them and look. For one thread at a time.
public final class Workbench: Sendable {
    /// The open model.
    public let model: VisionLanguageModel
    /// Turns conversations into prompts.
    public let preparer: PromptPreparer
    /// The threads that compute.
    public let compute: Compute
    /// How rows of the cache are stored.
    public let rowFormat: RowFormat
    /// Milliseconds that opening took.
    public let loadMilliseconds: Double

    /// Opens a checkpoint's folder: configuration, tokenizer, template, and every weight with its shape.
    /// - Parameters:
    ///   - rowFormat: how rows of the cache are stored.
    ///   - threads: how many threads compute; nil takes all cores. Results do not depend on it.
    /// - Throws: `CheckpointError` or `TokenizerError`, for the first thing found wrong.
    public init(folder: String, rowFormat: RowFormat = .f16, threads: Int? = nil) throws {
        var clock = Stopwatch()
        self.rowFormat = rowFormat
        compute = Compute(threads: threads)
        model = try VisionLanguageModel(try Checkpoint(folder: folder))
        preparer = try PromptPreparer(model)
        loadMilliseconds = clock.lap()
    }

    /// A bench for a model that is open already.
    package init(
        _ model: VisionLanguageModel, _ preparer: PromptPreparer, rowFormat: RowFormat = .f16,
        compute: Compute
    ) {
        self.model = model
        self.preparer = preparer
        self.compute = compute
        self.rowFormat = rowFormat
        loadMilliseconds = 0
    }

    /// The folder that the model was opened from, where methods find what was measured for it.
    public var folder: String { model.checkpoint.folder }

    /// The sizes of the model, and of a row of its cache.
    public var geometry: ModelGeometry { model.geometry(kvElement: rowFormat) }

    /// The model's tokenizer.
    public var tokenizer: Tokenizer { preparer.tokenizer }

    // MARK: From a question to a session

    /// Reads the pictures of a conversation, and lays out its tokens.
    /// - Throws: `PromptError`; `.media` for a picture that cannot be read.
    public func prepare(_ request: PromptRequest) throws(PromptError) -> (
        prompt: PreparedPrompt, view: PromptView
    ) {
        try preparer.prepare(request)
    }

    /// A planner for this model.
    /// - Throws: what `Planner` throws.
    public func planner(_ settings: MethodSettings) throws(PolicyError) -> Planner {
        try Planner(settings, modelFolder: folder)
    }

    /// Runs the model over a prompt, and keeps what these planners need.
    ///
    /// - Parameters:
    ///   - isKept: true when other methods may be planned from it later: then what every method needs at its default
    ///     setting is kept besides.
    /// - Throws: `.cancelled` when `progress` says so; `.notFinite` when the weights are no numbers.
    public func prefill(
        _ prompt: PreparedPrompt, for planners: [Planner], isKept: Bool = false,
        progress: (LivePhase) -> Progress = { _ in .none }
    ) throws(ModelError) -> Prefilled {
        let options = PrefillOptions(
            for: planners, tokenCount: prompt.layout.tokenCount, kvElement: rowFormat)
        return try model.prefill(
            prompt, options: isKept ? options.withDefaults() : options, compute: compute, progress: progress)
    }

    /// Measures what a planner needs, and plans.
    /// - Throws: what planning throws; nothing of the prefill is held afterwards.
    public func plan(_ prefilled: Prefilled, by planner: Planner) throws(PolicyError) -> CompressionPlan {
        try planner.plan(try prefilled.evidence(for: planner, compute: compute))
    }

    /// Applies a plan to a prefill and gets ready to decode.
    ///
    /// - Parameter prefilled: when the caller keeps no copy, rows that the plan drops are freed.
    /// - Throws: what `DecodeSession` throws.
    public func session(
        consuming prefilled: consuming Prefilled, under plan: CompressionPlan, options: SessionOptions
    ) throws(SessionError) -> DecodeSession {
        try DecodeSession(
            model: model, consuming: prefilled, plan: plan, options: options, compute: compute)
    }

    /// All of it in one step: a session that answers a conversation under a method, written as people write methods.
    /// - Throws: what the steps above throw.
    public func session(asking messages: [Message], under method: String, maxTokens: Int = 256) throws
        -> DecodeSession
    {
        let planner = try planner(try MethodSettings.parse(method, budget: 0.1))
        let prompt = try prepare(PromptRequest(messages: messages)).prompt
        let prefilled = try prefill(prompt, for: [planner])
        let plan = try plan(prefilled, by: planner)
        return try session(
            consuming: prefilled, under: plan,
            options: SessionOptions(maxTokens: maxTokens, stopTokens: preparer.stopTokens))
    }
}
