import KVFacts
import KVFiles
import KVModel
import KVNumerics

/// A decode that goes token by token over a compressed cache. `step()` is the only heartbeat.
///
/// The session owns the cache and all scratch memory; a step allocates nothing.
public struct DecodeSession: ~Copyable {
    /// The plan that the cache was built from.
    public let plan: CompressionPlan
    let model: VisionLanguageModel
    let compute: Compute
    let layout: PromptLayout
    let options: SessionOptions
    private let ropeDelta: Int
    private let scratch: DecoderScratch
    private let logits: FloatMatrix  // [1, vocabulary]
    private let attention: StepAttention
    package private(set) var cache: KVCache
    package let observer: SessionObserver
    private var sampler: Sampler
    private var lastToken: Int32 = -1
    private var finish: FinishReason?
    /// Steps done so far.
    public private(set) var steps = 0

    /// Applies a plan to a prefill and gets ready to decode.
    ///
    /// - Parameters:
    ///   - consuming: the prefill. When the caller keeps no copy, rows that the plan drops are freed.
    /// - Throws: `.planMismatch`, `.prefillReleased`, `.badTokenLimit`, `.noRoom`.
    public init(
        model: VisionLanguageModel, consuming prefilled: consuming Prefilled, plan: CompressionPlan,
        options: SessionOptions = SessionOptions(), compute: Compute
    ) throws(SessionError) {
        guard options.maxTokens > 0 else { throw .badTokenLimit(options.maxTokens) }
        let room = model.decoder.config.maxPositions - prefilled.tokenCount
        guard room > 0 else {
            throw .noRoom(tokens: prefilled.tokenCount, limit: model.decoder.config.maxPositions)
        }
        var options = options
        options.maxTokens = min(options.maxTokens, room)
        let geometry = prefilled.geometry
        let layout = prefilled.layout
        let delta = prefilled.ropeDelta
        let firstLogits = prefilled.logits
        // First, because a value that cannot be copied must not be left half made when this throws.
        cache = try KVCache(
            plan: plan, prefilled: prefilled, maxGenerated: options.maxTokens,
            keepsPrefill: options.prefillIsKept, compute: compute)
        self.plan = plan
        self.model = model
        self.compute = compute
        self.options = options
        self.layout = layout
        ropeDelta = delta
        scratch = DecoderScratch(rows: 1, config: model.decoder.config)
        logits = FloatMatrix(rows: 1, columns: geometry.vocabularySize)
        for (index, value) in firstLogits.enumerated() { logits.all.base[index] = value }
        sampler = Sampler(options: options.sampling, vocabulary: geometry.vocabularySize, compute: compute)
        let rows = (cache.heads.map(\.promptRows).max() ?? 0) + options.maxTokens
        attention = StepAttention(geometry: geometry, maxRows: rows, compute: compute)
        observer = SessionObserver(
            isEnabled: options.isObserved, geometry: geometry, layout: layout, maxRows: rows,
            maxTokens: options.maxTokens)
    }

    /// The token limit, cut to the model's positions.
    public var maxTokens: Int { options.maxTokens }

    /// Bytes of the cache now.
    public var memory: MemoryCounters { cache.memory(tokens: layout.tokenCount + max(0, steps - 1)) }

    /// Generates one token; nil once the answer is complete.
    ///
    /// The first token comes from the prefill's own prediction. Every later step runs the model on the token before.
    /// - Parameter forcing: generate this token whatever the model would choose (teacher forcing).
    /// - Throws: `.notFinite` when the logits are no numbers; `.unknownToken` for a forced token that the model has no
    ///   embedding for.
    public mutating func step(forcing forced: Int32? = nil) throws(SessionError) -> StepRecord? {
        guard finish == nil else { return nil }
        if let forced, !(0..<cache.geometry.vocabularySize ~= Int(forced)) {
            throw .unknownToken(forced, vocabulary: cache.geometry.vocabularySize)
        }
        let start = Stopwatch.now()
        var record = StepRecord(index: steps)
        if steps > 0 { forward(lastToken, &record) }
        var clock = Stopwatch()
        guard let choice = sampler.choose(logits.all, forcing: forced) else { throw .notFinite(step: steps) }
        record.timing.sampling = clock.nanoseconds()
        record.token = choice.token
        record.logprob = choice.logprob
        record.top = choice.top
        record.cache.residentBytes = cache.residentRows * cache.geometry.rowBytes
        record.cache.offloadedBytes = cache.offloadedRows * cache.geometry.rowBytes
        lastToken = record.token
        steps += 1
        if options.stopTokens.contains(record.token) {
            finish = .stop
        } else if steps == options.maxTokens {
            finish = .length
        }
        record.finish = finish
        record.timing.total = Int(Stopwatch.now() &- start)
        return record
    }

    /// Logits of the step to come, [vocabulary].
    public func nextLogits() -> [Float] { logits.all.copy(ofRow: 0) }

    /// Runs the model on one token: all layers, the cache among them, and the output head.
    private mutating func forward(_ token: Int32, _ record: inout StepRecord) {
        let tokenIndex = layout.tokenCount + steps - 1
        model.decoder.embed(token, into: scratch.hidden.all.row(0), compute)
        // The position follows the true token index; the length of a compressed cache says nothing about it.
        model.decoder.setPosition(RopePosition(Int32(tokenIndex + ropeDelta)), row: 0, scratch: scratch)
        observer.beginStep(steps)
        var clock = Stopwatch()
        for (index, layer) in model.decoder.layers.enumerated() {
            model.decoder.projectAttention(layer, rows: 1, scratch: scratch, compute)
            record.timing.projections += clock.nanoseconds()
            appendRows(layer: index, token: tokenIndex)
            attention.retrieve(heads(of: index), queries: scratch.queries.all)
            account(layer: index, &record)
            record.timing.retrieval += clock.nanoseconds()
            attention.attend(
                heads(of: index), queries: scratch.queries.all, into: scratch.attended.all,
                observer: observer)
            record.timing.attention += clock.nanoseconds()
            observer.keepQueries(scratch.queries.all, layer: index)
            model.decoder.finishLayer(layer, rows: 1, scratch: scratch, compute)
            record.timing.projections += clock.nanoseconds()
        }
        cache.accountGeneratedToken()
        model.decoder.logits(ofRows: 0..<1, scratch: scratch, into: logits.all, compute)
        record.timing.projections += clock.nanoseconds()
        observer.endStep(cache.heads)
        // Between steps: the step that made the rows attended to all of them.
        record.cache.evictedRows += cache.evict(observer)
        record.timing.retrieval += clock.nanoseconds()
    }

    private func heads(of layer: Int) -> ArraySlice<HeadCache> {
        let count = cache.geometry.kvHeads
        return cache.heads[layer * count..<(layer + 1) * count]
    }

    /// Stores the new token's key and value in every head of a layer.
    private func appendRows(layer: Int, token: Int) {
        for (head, target) in heads(of: layer).enumerated() {
            model.decoder.store(
                row: 0, head: head, scratch: scratch, in: target.resident, at: target.appendRow(token: token),
                compute)
        }
    }

    /// Adds up what the heads of a layer retrieved.
    private mutating func account(layer: Int, _ record: inout StepRecord) {
        for head in 0..<cache.geometry.kvHeads {
            let index = layer * cache.geometry.kvHeads + head
            let count = attention.retrieved(head: head)
            guard let size = cache.heads[index].retriever?.plan.chunkSize else { continue }
            cache.account(count, head: index)
            record.cache.selectedChunks += count.selected
            record.cache.hits += count.hits
            record.cache.loadedChunks += count.loaded
            record.cache.evictedChunks += count.evicted
            record.cache.evictedRows += count.evicted * size
            record.cache.movedBytes += count.loaded * size * cache.geometry.rowBytes
            observer.note(count, head: index)
        }
    }
}

/// Choices of a session.
public struct SessionOptions: Sendable {
    /// Tokens after which decoding ends with `.length`.
    public var maxTokens: Int
    /// Tokens that end the answer.
    public var stopTokens: [Int32]
    /// How tokens are chosen.
    public var sampling: SamplingOptions
    /// Whether attention is recorded for snapshots.
    public var isObserved: Bool
    /// Whether the caller holds on to the prefill, so that its rows count as kept for planning again.
    public var prefillIsKept: Bool

    /// 256 tokens, greedy, unobserved.
    public init(
        maxTokens: Int = 256, stopTokens: [Int32] = [], sampling: SamplingOptions = SamplingOptions(),
        isObserved: Bool = false, prefillIsKept: Bool = false
    ) {
        self.maxTokens = maxTokens
        self.stopTokens = stopTokens
        self.sampling = sampling
        self.isObserved = isObserved
        self.prefillIsKept = prefillIsKept
    }
}
