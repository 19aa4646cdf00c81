import FoundationEssentials
import HybridKV

// The names of members are those of the schema "kvscope.run/1", which other programs read: members may be added, none
// may be renamed.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// What a run did, as `kvscope run --json` prints it.
struct RunReport: Codable {
    var schema = "kvscope.run/1"
    var model = Model()
    var prompt = Prompt()
    var method = Method()
    var plan = Plan()
    var memory = Memory()
    var steps: [Step] = []
    var text = ""
    var finish_reason = ""
    var timing = Timing()

    struct Model: Codable {
        var name = "", type = ""
        var layers = 0, query_heads = 0, kv_heads = 0, head_dim = 0, kv_bytes_per_token = 0
    }

    struct Prompt: Codable {
        var tokens = 0, text_tokens = 0, visual_tokens = 0
        var token_ids: [Int32] = []
        var segments: [Segment] = []
    }

    struct Segment: Codable {
        var kind: String
        var index: Int, start: Int, count: Int
        var grid: [Int]?
    }

    struct Method: Codable {
        var name = ""
        var budget = 0.0
        var parameters: [String: String] = [:]
    }

    struct Plan: Codable {
        var total_rows = 0
        var threshold: Double?
        var heads: [Head] = []
    }

    struct Head: Codable {
        var layer: Int, head: Int
        var `class`: String
        var score: Double?
        var votes: [Double]
        var budget: Int
        var kept: [Int32]
        var chunk: Int?
    }

    struct Memory: Codable {
        var full_bytes = 0, resident_bytes = 0, offloaded_bytes = 0, metadata_bytes = 0, allocated_bytes = 0
        var moved_bytes = 0
        /// Anonymous memory of the process with the whole prefill, and once the plan was applied; Linux only.
        var process_bytes_before: Int?, process_bytes_after: Int?
    }

    struct Step: Codable {
        var token: Int32
        var text: String
        var logprob: Double
        var ms: Double
        var loaded_chunks: Int
        var hit_rate: Double?
        var moved_bytes: Int
        var resident_bytes: Int
        var selected: [Selection]?
    }

    struct Selection: Codable {
        var layer: Int, head: Int
        var chunks: [Int], loaded: [Int]
    }

    struct Timing: Codable {
        var load_ms = 0.0, vision_ms = 0.0, prefill_ms = 0.0, plan_ms = 0.0
        var decode_ms_p50: Double?, decode_ms_p95: Double?, tokens_per_second: Double?
    }
}

extension RunReport {
    /// Fills in what is known before decoding.
    mutating func describe(_ prefilled: Prefilled, _ plan: CompressionPlan) {
        let geometry = prefilled.geometry
        model = Model(
            name: geometry.name, type: geometry.type, layers: geometry.layers,
            query_heads: geometry.queryHeads,
            kv_heads: geometry.kvHeads, head_dim: geometry.headDimension,
            kv_bytes_per_token: geometry.kvBytesPerToken)
        let layout = prefilled.layout
        prompt = Prompt(
            tokens: layout.tokenCount, text_tokens: layout.tokenCount - layout.visualTokenCount,
            visual_tokens: layout.visualTokenCount, token_ids: layout.tokens,
            segments: layout.segments.map {
                Segment(
                    kind: $0.kind.rawValue, index: $0.index, start: $0.start, count: $0.count,
                    grid: $0.grid.map { [$0.frames, $0.rows, $0.columns] })
            })
        method = Method(
            name: plan.settings.name, budget: plan.settings.budget, parameters: plan.settings.parameters)
        self.plan = Plan(
            total_rows: plan.totalRows, threshold: plan.threshold.flatMap { $0.isFinite ? $0 : nil },
            heads: plan.heads.map {
                Head(
                    layer: $0.id.layer, head: $0.id.head, class: $0.headClass.rawValue, score: $0.score,
                    votes: $0.votes, budget: $0.budget, kept: $0.kept, chunk: $0.retrieval?.chunkSize)
            })
        timing.vision_ms = prefilled.timing.vision
        timing.prefill_ms = prefilled.timing.prefill
    }

    /// Adds a step and the text that it completed.
    mutating func add(_ record: StepRecord, text: String, selected: [ChosenChunks]?) {
        self.text += text
        steps.append(
            Step(
                token: record.token, text: text, logprob: Double(record.logprob),
                ms: Double(record.timing.total) / 1e6, loaded_chunks: record.cache.loadedChunks,
                hit_rate: record.cache.hitRate, moved_bytes: record.cache.movedBytes,
                resident_bytes: record.cache.residentBytes,
                selected: selected?.map {
                    Selection(layer: $0.head.layer, head: $0.head.head, chunks: $0.chunks, loaded: $0.loaded)
                }))
        if let finish = record.finish { finish_reason = finish.rawValue }
    }

    /// Fills in what is known at the end.
    mutating func finish(memory counters: MemoryCounters, rest: String) {
        text += rest
        let (before, after) = (memory.process_bytes_before, memory.process_bytes_after)
        memory = Memory(
            full_bytes: counters.fullBytes, resident_bytes: counters.residentBytes,
            offloaded_bytes: counters.offloadedBytes, metadata_bytes: counters.metadataBytes,
            allocated_bytes: counters.allocatedBytes, moved_bytes: counters.movedBytes,
            process_bytes_before: before, process_bytes_after: after)
        // The first token comes from the prefill and is no decode step.
        let times = steps.dropFirst().map(\.ms)
        guard !times.isEmpty else { return }
        timing.decode_ms_p50 = Quantile.median(times)
        timing.decode_ms_p95 = Quantile.nearestRank(times, 0.95)
        let total = times.reduce(0, +)
        timing.tokens_per_second = total > 0 ? Double(times.count) * 1000 / total : nil
    }

    /// One line, members in alphabetical order.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
