import HybridKV
import TestSupport

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A run made by hand: geometry, prompt, plan, steps and snapshots that hold the engine's invariants.
struct RunFixture {
    struct Options {
        var layers = 6
        var kvHeads = 4
        var queryHeads = 8
        var pictures = 6
        var gridRows = 5
        var gridColumns = 5
        var budget = 0.2
        var seed: UInt64 = 7
        var answer = [
            "white", " diamond", ",", " cyan", " cross", ",", " yellow", " circle", ",", " blue", " cross",
        ]
        var expected: String? = "white diamond, cyan cross, yellow circle, blue cross"
        var forcedHeads: [HeadID: HeadClass] = [:]
    }

    let options: Options
    let geometry: ModelGeometry
    let prompt: PromptView
    /// The plan in force; another one may take its place.
    var plan: CompressionPlan
    let timing: OpeningTimes
    /// What the engine counts, and what it tells.
    let records: [StepRecord], steps: [StepFact]

    static let theta = 0.9
    static let chunkSize = 2

    init(_ options: Options = Options()) {
        self.options = options
        geometry = ModelGeometry(
            name: "tiny-vl", type: "qwen2_5_vl", layers: options.layers, queryHeads: options.queryHeads,
            kvHeads: options.kvHeads, headDimension: 16, hiddenSize: 128, vocabularySize: 512,
            parameterCount: 1_700_000, weightBytes: 6_500_000, kvElement: .f32)
        prompt = Self.prompt(options)
        plan = Self.plan(options, prompt.layout)
        var timing = OpeningTimes()
        timing.load = 12
        timing.vision = 41.5
        timing.prefill = 183
        timing.plan = 2.4
        self.timing = timing
        (records, steps) = Self.steps(options, plan, geometry)
    }

    // MARK: Prompt

    private static func prompt(_ options: Options) -> PromptView {
        var bytes: [[UInt8]] = []
        var segments: [PromptSegment] = []
        var textIndex = 0
        func text(_ words: [String]) {
            segments.append(
                PromptSegment(kind: .text, index: textIndex, start: bytes.count, count: words.count))
            textIndex += 1
            bytes += words.map { Array($0.utf8) }
        }
        text([
            "<|im_start|>", "system", "\n", "You", " are", " a", " helpful", " assistant", ".", "<|im_end|>",
            "\n",
        ])
        var pending = ["<|im_start|>", "user", "\n"]
        for picture in 0..<options.pictures {
            text(pending + ["Picture", " ", "\(picture + 1)", ": ", "<|vision_start|>"])
            pending = ["<|vision_end|>"]
            let count = options.gridRows * options.gridColumns
            segments.append(
                PromptSegment(
                    kind: .image, index: picture, start: bytes.count, count: count,
                    grid: CellGrid(rows: options.gridRows, columns: options.gridColumns)))
            bytes += [[UInt8]](repeating: Array("<|image_pad|>".utf8), count: count)
        }
        text(
            pending + [
                "D", "escribe", " picture", " 2", ".", "<|im_end|>", "\n", "<|im_start|>", "assistant", "\n",
            ])
        return PromptView(
            title: "caption",
            layout: PromptLayout(tokens: bytes.indices.map { Int32($0 % 500) }, segments: segments),
            tokenBytes: bytes,
            pictures: (0..<options.pictures).map { picture(options, $0) },
            pictureNames: (0..<options.pictures).map { "c000_\($0 + 1).png" },
            expectedAnswer: options.expected)
    }

    /// A gradient with a few coloured squares, 28 pixels a cell.
    private static func picture(_ options: Options, _ index: Int) -> RGBImage {
        var random = SplitMix64(seed: options.seed &+ UInt64(index))
        let colours: [[UInt8]] = [
            [220, 40, 40], [240, 240, 240], [40, 90, 220], [240, 220, 60], [60, 200, 200],
        ]
        let width = options.gridColumns * 28
        let height = options.gridRows * 28
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                let place = (y * width + x) * 3
                pixels[place] = 70
                pixels[place + 1] = UInt8(60 + 90 * x / width)
                pixels[place + 2] = UInt8(90 + 90 * y / height)
            }
        }
        for _ in 0..<5 {
            let row = Int.random(in: 0..<options.gridRows, using: &random)
            let column = Int.random(in: 0..<options.gridColumns, using: &random)
            let colour = colours[Int.random(in: 0..<colours.count, using: &random)]
            for y in (row * 28 + 5)..<(row * 28 + 23) {
                for x in (column * 28 + 5)..<(column * 28 + 23) {
                    for channel in 0..<3 { pixels[(y * width + x) * 3 + channel] = colour[channel] }
                }
            }
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    // MARK: Plan

    private static func plan(_ options: Options, _ layout: PromptLayout) -> CompressionPlan {
        var random = SplitMix64(seed: options.seed)
        let count = layout.tokenCount
        let headCount = options.layers * options.kvHeads
        let group = options.queryHeads / options.kvHeads
        let rowsPerHead = max(1, Int(options.budget * Double(count)))
        let ids = (0..<headCount).map { HeadID(layer: $0 / options.kvHeads, head: $0 % options.kvHeads) }
        let votes = ids.map { _ in (0..<group).map { _ in 0.72 + Double.random(in: 0...0.27, using: &random) }
        }
        let scores = votes.map { $0.reduce(0, +) / Double(group) }
        let classes = zip(ids, scores).map { options.forcedHeads[$0] ?? ($1 >= theta ? .static : .dynamic) }
        let full = classes.indices.filter { options.forcedHeads[ids[$0]] == .full }
        let total = rowsPerHead * (headCount - full.count)
        let dynamicBudget = chunkSize * max(1, Int(0.4 * Double(rowsPerHead)) / chunkSize)
        let statics = classes.indices.filter { classes[$0] == .static }
        let dynamics = classes.indices.filter { classes[$0] == .dynamic }
        let floor = min(rowsPerHead, 11)
        let shared = total - dynamics.count * dynamicBudget - statics.count * floor
        let weight = statics.reduce(0) { $0 + scores[$1] }
        var left = total - dynamics.count * dynamicBudget
        let heads = ids.indices.map { index -> HeadPlan in
            let isForced = options.forcedHeads[ids[index]] != nil
            switch classes[index] {
            case .full:
                return HeadPlan(
                    id: ids[index], headClass: .full, score: scores[index], votes: votes[index],
                    budget: count,
                    kept: (0..<count).map(Int32.init), isForced: isForced)
            case .dynamic:
                let chunkCount = count / chunkSize
                let selected = min(dynamicBudget / chunkSize, chunkCount)
                let chunks = choose(selected, of: chunkCount, always: [0], &random)
                let kept = chunks.flatMap { [Int32($0 * chunkSize), Int32($0 * chunkSize + 1)] }
                let tail = (chunkCount * chunkSize..<count).map(Int32.init)
                return HeadPlan(
                    id: ids[index], headClass: .dynamic, score: scores[index], votes: votes[index],
                    budget: dynamicBudget, kept: kept + tail,
                    retrieval: RetrievalPlan(
                        chunkSize: chunkSize, chunkCount: chunkCount, selected: selected,
                        representative: .minmax,
                        forced: [0], initial: chunks.map(Int32.init)),
                    isForced: isForced)
            case .static:
                let share = Double(shared) * scores[index] / weight
                let isLast = index == statics.last
                let budget = min(count, isLast ? left : floor + Int(share))
                left -= budget
                let text = layout.segments.filter { !$0.isVisual }.flatMap(\.range).suffix(budget)
                return HeadPlan(
                    id: ids[index], headClass: .static, score: scores[index], votes: votes[index],
                    budget: budget,
                    kept: choose(budget, of: count, always: Array(text.suffix(budget / 2)), &random).map(
                        Int32.init),
                    allocation: AllocationNote(floor: floor, share: share, weight: scores[index]),
                    isForced: isForced)
            }
        }
        return CompressionPlan(
            settings: MethodSettings(
                name: "hybridkv", budget: options.budget, forcedHeads: options.forcedHeads),
            tokenCount: count, kvHeads: options.kvHeads, totalRows: total, threshold: theta, heads: heads)
    }

    /// `count` distinct numbers below `limit`, ascending, some of them given.
    static func choose(_ count: Int, of limit: Int, always: [Int], _ random: inout SplitMix64) -> [Int] {
        var chosen = Set(always.prefix(count))
        while chosen.count < min(count, limit) { chosen.insert(Int.random(in: 0..<limit, using: &random)) }
        return chosen.sorted()
    }

    // MARK: Steps

    private static func steps(_ options: Options, _ plan: CompressionPlan, _ geometry: ModelGeometry)
        -> ([StepRecord], [StepFact])
    {
        var random = SplitMix64(seed: options.seed &+ 99)
        let dynamics = plan.heads.filter { $0.headClass == .dynamic }
        let selected = dynamics.reduce(0) { $0 + ($1.retrieval?.selected ?? 0) }
        let texts = options.answer + ["<|im_end|>"]
        var records: [StepRecord] = []
        var steps: [StepFact] = []
        for (index, text) in texts.enumerated() {
            var timing = StepTiming()
            timing.projections = 1_100_000 + Int.random(in: 0...200_000, using: &random)
            timing.attention = 320_000 + Int.random(in: 0...90_000, using: &random)
            timing.retrieval = 210_000 + Int.random(in: 0...90_000, using: &random)
            timing.sampling = 14_000
            timing.total = timing.projections + timing.attention + timing.retrieval + 120_000
            var cache = StepCacheCounters()
            if index > 0, selected > 0 {
                cache.selectedChunks = selected
                cache.loadedChunks = Int.random(in: 5...max(5, selected / 3), using: &random)
                cache.evictedChunks = cache.loadedChunks
                cache.hits = selected - cache.loadedChunks
                cache.movedBytes = cache.loadedChunks * chunkSize * geometry.rowBytes
            }
            let logprob = -Float.random(in: 0...0.9, using: &random)
            let top = TopTokens([
                .init(token: Int32(index + 20), logprob: logprob), .init(token: 31, logprob: -2.4),
                .init(token: 32, logprob: -3.9),
            ])
            let isLast = index == texts.count - 1
            let record = StepRecord(
                index: index, token: Int32(index + 20), logprob: logprob, top: top, timing: timing,
                cache: cache, finish: isLast ? .stop : nil)
            let token = TokenFact(
                id: record.token, bytes: Array(text.utf8), logprob: logprob, isSpecial: isLast)
            records.append(record)
            steps.append(
                StepFact(
                    index: index, token: token,
                    candidates: [
                        token, TokenFact(id: 31, bytes: Array(" orange".utf8), logprob: -2.4),
                        TokenFact(id: 32, bytes: Array(" red".utf8), logprob: -3.9),
                    ], time: StepTime(timing), cache: StepCacheFact(cache), finish: record.finish))
        }
        return (records, steps)
    }
}
