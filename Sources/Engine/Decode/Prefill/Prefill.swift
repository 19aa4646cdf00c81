import KVFacts
import KVInputs
import KVMethods
import KVModel
import KVNumerics

/// What a prefill leaves behind: the full KV of every head, the queries that evidence is computed from, and the
/// prediction of the first token.
///
/// Several sessions may share one prefill: planning again with another method, threshold or budget never runs the
/// model again. A session that is given the prefill for good (`DecodeSession.init(consuming:)`) releases each head's
/// rows as soon as it has taken what its plan keeps.
public struct Prefilled: Sendable {
    /// Which token belongs to what.
    public let layout: PromptLayout
    /// Position of a generated token minus its token index, on all axes.
    public let ropeDelta: Int
    /// Logits of the first generated token, [vocabulary].
    public let logits: [Float]
    /// Token indices whose queries were kept, ascending.
    public let queryTokens: [Int]
    /// The sizes of the model that made it.
    public let geometry: ModelGeometry
    /// Milliseconds of the vision tower and of the decoder.
    public let timing: PrefillTiming
    /// Sum over all rows of the causal attention, by query head and column, [layers, queryHeads, N]; nil when they
    /// were not kept.
    let columnSums: [Float]?
    /// Mean and covariance of the queries; nil when they were not kept.
    let queryStatistics: QueryStatistics?
    /// The output projection of each layer, which projected values are measured by.
    let outputs: [Linear]
    let queries: [Float]  // [layers, queryTokens, queryHeads * d], rotated
    package var stores: [RowStore?]  // [layers * kvHeads], N rows each; nil once a session released them

    /// Prompt length, N.
    public var tokenCount: Int { layout.tokenCount }
}

/// Choices of a prefill.
public struct PrefillOptions: Sendable {
    /// How rows are stored.
    public var kvElement: RowFormat
    /// Tokens that go through the layers at a time.
    public var blockSize: Int
    /// The observation windows that planning may ask for.
    public var windows: [ObservationWindow]
    /// Whether attention is added up by column, which H2O and LOOK-M decide by. The sums are f32 and the same for any
    /// number of threads; another block size adds in another order and may differ in the last bits.
    public var keepsColumnSums: Bool
    /// Whether mean and covariance of the queries are computed, which no method needs at its defaults.
    public var keepsQueryStatistics: Bool

    /// The defaults: f16 rows, blocks of 256, the windows of every method at its default setting.
    public init(
        kvElement: RowFormat = .f16, blockSize: Int = 256,
        windows: [ObservationWindow] = [.default, .lastRows],
        keepsColumnSums: Bool = true, keepsQueryStatistics: Bool = false
    ) {
        self.kvElement = kvElement
        self.blockSize = blockSize
        self.windows = windows
        self.keepsColumnSums = keepsColumnSums
        self.keepsQueryStatistics = keepsQueryStatistics
    }

    /// Keeps what these planners need for a prompt of `tokenCount` tokens, and nothing else.
    public init(for planners: [Planner], tokenCount: Int, kvElement: RowFormat = .f16) {
        let needs = planners.map { $0.needs(tokenCount: tokenCount) }.reduce(.nothing, +)
        self.init(
            kvElement: kvElement, windows: needs.windows,
            keepsColumnSums: needs.measures.contains(.columnSums),
            keepsQueryStatistics: needs.measures.contains(.queryStatistics))
    }

    /// The same, and what every method needs at its default setting, so that a person can plan again without running the
    /// model.
    public func withDefaults() -> PrefillOptions {
        var options = self
        options.windows += PrefillOptions().windows
        options.keepsColumnSums = true
        return options
    }
}

extension VisionLanguageModel {
    /// Runs the vision tower and the decoder over a prompt, in blocks.
    ///
    /// - Parameters:
    ///   - allLogits: receives the logits of every prompt position, block by block: first token index and
    ///     [tokens, vocabulary].
    /// - Throws: `.cancelled` when `progress` says so; `.notFinite` when the weights are no numbers.
    public func prefill(
        _ prompt: PreparedPrompt, options: PrefillOptions = PrefillOptions(), compute: Compute,
        progress: (LivePhase) -> Progress = { _ in .none }, allLogits: ((Int, [Float]) -> Void)? = nil
    ) throws(ModelError) -> Prefilled {
        var timing = PrefillTiming()
        var clock = Stopwatch()
        var embeddings: [[Float]] = []
        let visionProgress = progress(.vision)
        for (index, image) in prompt.images.enumerated() {
            let count = Double(prompt.images.count)
            let share = Progress { visionProgress.report((Double(index) + $0) / count) }
            embeddings.append(
                try vision.embed(image.patches, grid: image.grid, compute: compute, progress: share))
        }
        timing.vision = clock.lap()
        var pass = PrefillPass(
            model: self, prompt: prompt, embeddings: embeddings, options: options, compute: compute)
        let prefillProgress = progress(.prefill)
        let count = prompt.layout.tokenCount
        var start = 0
        while start < count {
            guard prefillProgress.report(Double(start) / Double(count)) else { throw .cancelled }
            let end = min(start + max(1, options.blockSize), count)
            try pass.run(start..<end, progress: prefillProgress)
            if let allLogits { allLogits(start, pass.blockLogits(count: end - start)) }
            start = end
        }
        timing.prefill = clock.lap()
        return try pass.finish(timing: timing)
    }
}
