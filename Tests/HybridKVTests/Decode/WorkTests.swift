import Foundation
import HybridKV
import TestSupport
import Testing

/// Guards speed by what can be counted: calls, multiply-adds and bytes of prefills and decode steps, on every
/// instruction set of this machine. Seconds depend on what else the machine does; these do not.
@Suite struct WorkTests {
    private let sample: SampleModel
    private let random: SampleModel

    init() throws {
        sample = try SampleModel.shared.get()
        let checkpoint = try Checkpoint(folder: Golden.path("transformers/random-vl"))
        random = try SampleModel(checkpoint)
    }

    private static let full = MethodSettings(name: "full", budget: 1)
    private static let hybrid = MethodSettings(name: "hybridkv", budget: 0.2, parameters: ["theta": "q:0.25"])

    /// Steps that are counted together; the first step of a session runs no model and is left out.
    private static let steps = 8

    /// Work that is counted as one.
    private struct Section: Sendable {
        let title: String
        let kernels: [KernelWork]
        var loadedChunks = 0
        var movedBytes = 0
        var attendedBytes = 0
        var tokens: [Int32] = []

        /// As it stands in the golden file.
        var text: String {
            let header = ["kernel", "calls", "work", "f32", "f16", "bf16"]
            let rows = kernels.filter { $0.calls > 0 }.map { kernel in
                [kernel.name] + ([kernel.calls, kernel.work] + kernel.bytes).map(String.init)
            }
            let lines = ([header] + rows).map { cells in
                cells.enumerated().map { column, cell in
                    let padding = String(repeating: " ", count: max(0, 12 - cell.count))
                    return column == 0 ? cell + padding : padding + cell
                }.joined()
            }
            let moved = "chunks loaded \(loadedChunks), bytes moved \(movedBytes)"
            return ([title] + lines + [moved]).joined(separator: "\n") + "\n"
        }
    }

    private func steps(
        _ title: String, _ model: SampleModel, _ prefilled: Prefilled, _ settings: MethodSettings,
        compute: Compute, take: () -> [KernelWork]
    ) throws -> Section {
        let plan = try model.plan(prefilled, settings, compute: compute)
        var session = try DecodeSession(
            model: model.model, consuming: prefilled, plan: plan,
            options: SessionOptions(maxTokens: Self.steps + 1), compute: compute)
        var tokens = [try #require(try session.step()).token]
        _ = take()
        var (loaded, moved, attended) = (0, 0, 0)
        for _ in 0..<Self.steps {
            let record = try #require(try session.step())
            tokens.append(record.token)
            loaded += record.cache.loadedChunks
            moved += record.cache.movedBytes
            attended += record.cache.residentBytes
        }
        return Section(
            title: "\(title), \(Self.steps) decode steps, \(settings.name)", kernels: take(),
            loadedChunks: loaded, movedBytes: moved, attendedBytes: attended, tokens: tokens)
    }

    /// A prefill of a prompt, then decode steps under each method.
    private func sections(
        _ name: String, _ model: SampleModel, _ golden: String, _ methods: [MethodSettings],
        on set: InstructionSet, threads: Int = 1
    ) throws -> [Section] {
        let prompt = try #require(PromptGolden.named(golden))
        return try WorkCounter.watch(set, threads: threads) { compute, take in
            let prefilled = try model.prefill(prompt, kvElement: .f16, compute: compute)
            let title = "\(name), \(golden), \(prefilled.tokenCount) tokens"
            return try [Section(title: "\(title), prefill", kernels: take())]
                + methods.map {
                    try steps(title, model, prefilled, $0, compute: compute, take: take)
                }
        }
    }

    private func everySection(on set: InstructionSet) throws -> [Section] {
        try sections("sample", sample, "text-long", [Self.full, Self.hybrid], on: set)
            + sections("sample", sample, "sample-caption-6", [], on: set)
            + sections("random-vl", random, "text-only", [Self.full], on: set)
    }

    private static let file = Golden.path("work.txt")
    private static let heading = """
        What the kernels are asked for. `work` is multiply-adds of the products and elements of the others; the last \
        three columns are
        bytes of stored elements, by type, counted once a call. The sample's weights are f32, those of random-vl bf16, \
        rows of the cache f16.
        Made again by: RECORD_WORK=1 swift test -c release -Xswiftc -enable-testing --filter WorkTests


        """

    @Test("Calls, products and bytes are those that were recorded", arguments: InstructionSet.all)
    func workIsAsRecorded(set: InstructionSet) throws {
        let found = try everySection(on: set)
        let text = Self.heading + found.map(\.text).joined(separator: "\n")
        if ProcessInfo.processInfo.environment["RECORD_WORK"] != nil {
            // Every set writes the same, or the next run fails.
            try text.write(toFile: Self.file, atomically: true, encoding: .utf8)
            return
        }
        let expected = try String(contentsOfFile: Self.file, encoding: .utf8)
        for (old, new) in zip(expected.split(separator: "\n"), text.split(separator: "\n")) {
            #expect(old == new)
        }
        #expect(expected.count == text.count)
    }

    @Test("Every set gives the same tokens", arguments: InstructionSet.all)
    func tokensAreTheSame(set: InstructionSet) throws {
        let found = try sections("sample", sample, "text-long", [Self.full, Self.hybrid], on: set)
        let golden = try #require(PromptGolden.named("text-long")).greedy.prefix(Self.steps + 1)
        #expect(found[1].tokens == Array(golden))
        let portable = try #require(InstructionSet.all.first)
        let expected = try sections("sample", sample, "text-long", [Self.full, Self.hybrid], on: portable)
        #expect(found.map(\.tokens) == expected.map(\.tokens))
    }

    @Test("A step reads each weight and each row once, whatever the number of threads", arguments: [1, 2])
    func stepsReadEverythingOnce(threads: Int) throws {
        let set = try #require(InstructionSet.all.last)
        let found = try sections("sample", sample, "text-long", [Self.full], on: set, threads: threads)
        let step = try #require(found.last)
        let text = sample.model.family.decoder
        let queries = text.queryHeads * text.headDimension
        let rows = text.kvHeads * text.headDimension
        let layer = text.hiddenSize * (2 * queries + 2 * rows + 3 * text.intermediateSize)
        let weights = text.layers * layer + text.vocabularySize * text.hiddenSize
        let product = try step.kernels["matmul_nt"]
        let sum = try step.kernels["accumulate"]
        #expect(product.bytes(.f32) == Self.steps * weights * 4)
        #expect(product.bytes(.f16) + sum.bytes(.f16) == step.attendedBytes)
        // Each query head of a group meets the same row.
        let group = text.queryHeads / text.kvHeads
        #expect(sum.work == sum.bytes(.f16) / 2 * group)
        #expect(product.work == Self.steps * weights + product.bytes(.f16) / 2 * group)
    }
}
