import HybridKV
import Testing

@testable import KVDecode
@testable import KVFacts
@testable import KVFiles
@testable import KVInputs
@testable import KVLive
@testable import KVMethods
@testable import KVModel
@testable import KVNumerics
@testable import KVStudy

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a plan keeps and what a session holds: ascending rows within the budget, with the prefill's own bits; what is
/// dropped is freed.
@Suite struct KeptRowsTests {
    private let sample: SampleModel
    private let compute = Compute(threads: 1)

    init() throws {
        sample = try SampleModel.shared.get()
    }

    @Test(arguments: SessionCase.all)
    func plansStayWithinTheirBudgets(item: SessionCase) throws {
        let prefilled = try sample.prefill(try item.golden())
        let plan = try sample.plan(prefilled, item.settings)
        let count = Int32(prefilled.tokenCount)
        #expect(plan.heads.count == prefilled.geometry.headCount)
        #expect(plan.budgetedRows <= plan.totalRows)
        let uniform = Planner.uniformRows(item.settings.budget, tokenCount: prefilled.tokenCount)
        let isFull = item.settings.name == "full"
        #expect(plan.totalRows == uniform * plan.heads.count { isFull || !$0.isOutsideTotal })
        for head in plan.heads {
            #expect(head.budget >= 1 && !head.kept.isEmpty)
            #expect(zip(head.kept, head.kept.dropFirst()).allSatisfy { $0 < $1 })
            #expect(head.kept.allSatisfy { 0..<count ~= $0 })
            if let retrieval = head.retrieval {
                let tail = Int(count) - retrieval.chunkCount * retrieval.chunkSize
                #expect(tail >= 0 && tail < retrieval.chunkSize)
                #expect(retrieval.selected * retrieval.chunkSize <= head.budget)
                #expect(head.kept.count == retrieval.selected * retrieval.chunkSize + tail)
                #expect(head.headClass == .dynamic)
            } else {
                #expect(head.kept.count <= head.budget)
            }
        }
        if isFull {
            #expect(plan.heads.allSatisfy { $0.headClass == .full && $0.kept.count == Int(count) })
        }
    }

    @Test(arguments: SessionCase.all)
    func residentRowsHaveTheBitsOfThePrefill(item: SessionCase) throws {
        let prefilled = try sample.prefill(try item.golden(), kvElement: .f16)
        let plan = try sample.plan(prefilled, item.settings)
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: plan, options: SessionOptions(maxTokens: 12),
            compute: compute)
        repeat {
            // Rows that dropped ones were merged into are meant to differ.
            for (index, head) in session.cache.heads.enumerated() where head.plan.merging == nil {
                let source = try #require(prefilled.stores[index])
                #expect(differingRows(head, source) == 0)
            }
        } while try session.step() != nil
    }

    /// How many resident prompt rows are not the prefill's, in the order in which attention reads them.
    private func differingRows(_ head: HeadCache, _ source: RowStore) -> Int {
        let rows = head.runs.flatMap { $0.row..<$0.row + $0.count }
        var tokens: [Int] = []
        head.forEachPromptToken { tokens.append($0) }
        guard rows.count == head.residentRows, tokens.count == head.promptRows,
            zip(tokens, tokens.dropFirst()).allSatisfy({ $0 < $1 }), Set(rows).count == rows.count
        else { return rows.count + 1 }
        return zip(rows, tokens).count { row, token in
            memcmp(head.resident.key(row), source.key(token), source.vectorBytes) != 0
                || memcmp(head.resident.value(row), source.value(token), source.vectorBytes) != 0
        }
    }

    @Test(arguments: SessionCase.all)
    func prunedRowsAreFreed(item: SessionCase) throws {
        let prefilled = try sample.prefill(try item.golden())
        let plan = try sample.plan(prefilled, item.settings)
        let watched = prefilled.stores.map { Watched(store: $0) }
        #expect(watched.allSatisfy { $0.store != nil })
        let session = try DecodeSession(
            model: sample.model, consuming: consume prefilled, plan: plan,
            options: SessionOptions(maxTokens: 4), compute: compute)
        for (head, source) in zip(session.cache.heads, watched) {
            // The offloaded tier is the prefill's own memory; everything else was copied out of it and let go.
            let isServed = head.plan.retrieval.map { !$0.coversEverything } ?? false
            #expect((source.store != nil) == isServed)
            #expect(head.offloaded === source.store)
        }
        #expect(session.memory.replanBytes == 0)
    }

    private struct Watched {
        weak var store: RowStore?
    }

    @Test func aKeptPrefillServesSeveralSessionsAndIsCounted() throws {
        let prefilled = try sample.prefill(try #require(PromptGolden.named("sample-caption-6")))
        let rows = prefilled.stores.compactMap { $0?.allocatedBytes }.reduce(0, +)
        for settings in SessionCase.methods {
            let session = try DecodeSession(
                model: sample.model, consuming: prefilled, plan: try sample.plan(prefilled, settings),
                options: SessionOptions(maxTokens: 4, prefillIsKept: true), compute: compute)
            let served = session.cache.heads.compactMap { $0.offloaded?.allocatedBytes }.reduce(0, +)
            #expect(session.memory.replanBytes == rows - served)
        }
        #expect(prefilled.stores.allSatisfy { $0 != nil })
    }
}
