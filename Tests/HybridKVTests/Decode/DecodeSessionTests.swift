import HybridKV
import Testing

@testable import KVDecode
@testable import KVFacts
@testable import KVFiles
@testable import KVInputs
@testable import KVMethods
@testable import KVModel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a step records, how a session ends, and which sessions are refused.
@Suite struct DecodeSessionTests {
    private let sample: SampleModel
    private let compute = Compute(threads: 1)
    private let full = MethodSettings(name: "full", budget: 1)

    init() throws {
        sample = try SampleModel.shared.get()
    }

    private func prefill(_ name: String) throws -> (golden: PromptGolden, prefilled: Prefilled) {
        let golden = try #require(PromptGolden.named(name))
        return (golden, try sample.prefill(golden))
    }

    @Test(arguments: [0.0, 1.5])
    func recordsTellTheModelsProbabilities(temperature: Double) throws {
        let (_, prefilled) = try prefill("text-scripts")
        let sampling = SamplingOptions(temperature: temperature, seed: 3)
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: try sample.plan(prefilled, full),
            options: SessionOptions(maxTokens: 30, sampling: sampling), compute: compute)
        var forced: Int32?
        while let record = try session.step(forcing: forced) {
            // The record of a step speaks of the logits that its token was chosen from.
            let logits = session.nextLogits().map(Double.init)
            let largest = try #require(logits.max())
            let sum = logits.reduce(0) { $0 + exp($1 - largest) }
            func logprob(_ token: Int32) -> Double { logits[Int(token)] - largest - log(sum) }
            #expect(abs(Double(record.logprob) - logprob(record.token)) < 1e-4)
            let best = logits.indices.sorted { logits[$0] > logits[$1] }.prefix(5)
            #expect(record.top.list.map(\.token) == best.map(Int32.init))
            for candidate in record.top.list {
                #expect(abs(Double(candidate.logprob) - logprob(candidate.token)) < 1e-4)
            }
            if let forced { #expect(record.token == forced) }
            // Every third token is forced to be an unlikely one.
            forced = record.index % 3 == 0 ? 17 : nil
        }
    }

    @Test func stopTokensEndTheAnswer() throws {
        let (golden, prefilled) = try prefill("sample-caption-1")
        let end = try #require(golden.greedy.firstIndex { [485, 487].contains($0) })
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: try sample.plan(prefilled, full),
            options: SessionOptions(stopTokens: [485, 487]), compute: compute)
        var records: [StepRecord] = []
        while let record = try session.step() { records.append(record) }
        #expect(records.map(\.token) == Array(golden.greedy[...end]))
        #expect(records.map(\.finish) == Array(repeating: nil, count: end) + [.stop])
        let after = try session.step()
        #expect(after == nil)
    }

    @Test(arguments: [1, 2, 5])
    func theLimitEndsTheAnswer(limit: Int) throws {
        let (golden, prefilled) = try prefill("text-only")
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: try sample.plan(prefilled, full),
            options: SessionOptions(maxTokens: limit), compute: compute)
        var records: [StepRecord] = []
        while let record = try session.step() { records.append(record) }
        #expect(records.map(\.token) == Array(golden.greedy.prefix(limit)))
        #expect(records.map(\.finish) == Array(repeating: nil, count: limit - 1) + [.length])
        let after = try session.step()
        #expect(after == nil)
    }

    @Test func theModelsPositionsLimitTheAnswer() throws {
        let family = sample.model.family
        let tokens = (0..<Int32(family.decoder.maxPositions - 3)).map { $0 % 400 }
        let prompt = try PreparedPrompt(tokens: tokens, images: [], family: family)
        let prefilled = try sample.model.prefill(prompt, compute: compute)
        let settings = MethodSettings(name: "hybridkv", budget: 0.05)
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: try sample.plan(prefilled, settings),
            options: SessionOptions(maxTokens: 100), compute: compute)
        #expect(session.maxTokens == 3)
        var finish: FinishReason?
        while let record = try session.step() { finish = record.finish }
        #expect(finish == .length && session.steps == 3)
    }

    @Test func sessionsThatCannotWorkAreRefused() throws {
        let (_, prefilled) = try prefill("text-only")
        let plan = try sample.plan(prefilled, full)
        for limit in [0, -1] {
            #expect(throws: SessionError.badTokenLimit(limit)) {
                try begin(prefilled, plan, SessionOptions(maxTokens: limit))
            }
        }
        let (_, other) = try prefill("small")
        #expect(throws: SessionError.planMismatch(planned: [24, 25], found: [24, 31])) {
            try begin(other, plan)
        }
        var released = prefilled
        released.stores[5] = nil
        #expect(throws: SessionError.prefillReleased) { try begin(released, plan) }
        #expect(throws: SessionError.noRoom(tokens: 4096, limit: 4096)) {
            try begin(made(tokens: 4096, logits: []), plan)
        }
    }

    @Test(arguments: [Int32(-1), 512, .max])
    func unknownTokensCannotBeForced(token: Int32) throws {
        let (_, prefilled) = try prefill("text-only")
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: try sample.plan(prefilled, full),
            compute: compute)
        var failure: SessionError?
        do throws(SessionError) { _ = try session.step(forcing: token) } catch { failure = error }
        #expect(failure == .unknownToken(token, vocabulary: 512))
        #expect(session.steps == 0)
    }

    @Test func logitsThatAreNoNumbersEndTheSession() throws {
        let (_, prefilled) = try prefill("text-only")
        let damaged = Prefilled(
            layout: prefilled.layout, ropeDelta: 0, logits: Array(repeating: .nan, count: 512),
            queryTokens: [], geometry: prefilled.geometry, timing: PrefillTiming(), columnSums: nil,
            queryStatistics: nil, outputs: [],
            queries: [],
            stores: prefilled.stores)
        var session = try DecodeSession(
            model: sample.model, consuming: damaged, plan: try sample.plan(prefilled, full), compute: compute)
        var failure: SessionError?
        do throws(SessionError) { _ = try session.step() } catch { failure = error }
        #expect(failure == .notFinite(step: 0))
    }

    private func begin(
        _ prefilled: Prefilled, _ plan: CompressionPlan, _ options: SessionOptions = SessionOptions()
    ) throws {
        _ = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: plan, options: options, compute: compute)
    }

    /// A prefill of which only the length counts.
    private func made(tokens: Int, logits: [Float]) -> Prefilled {
        Prefilled(
            layout: .fixture(tokens: tokens, visual: []), ropeDelta: 0, logits: logits, queryTokens: [],
            geometry: sample.model.geometry(kvElement: .f32), timing: PrefillTiming(), columnSums: nil,
            queryStatistics: nil, outputs: [],
            queries: [], stores: []
        )
    }
}
