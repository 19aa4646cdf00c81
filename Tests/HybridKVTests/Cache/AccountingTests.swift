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

/// The books of a session, looked at after every step.
@Suite struct AccountingTests {
    private let sample: SampleModel
    private let compute = Compute(threads: 1)

    init() throws {
        sample = try SampleModel.shared.get()
    }

    @Test(arguments: SessionCase.all)
    func booksBalanceAfterEveryStep(item: SessionCase) throws {
        let prefilled = try sample.prefill(try item.golden(), kvElement: .f16)
        let geometry = prefilled.geometry
        let count = prefilled.tokenCount
        let plan = try sample.plan(prefilled, item.settings)
        var session = try DecodeSession(
            model: sample.model, consuming: consume prefilled, plan: plan,
            options: SessionOptions(maxTokens: 20, isObserved: true), compute: compute)
        var before = session.memory
        expectBalance(session, geometry, tokens: count)
        while let record = try session.step() {
            let memory = session.memory
            let generated = max(0, session.steps - 1)
            expectBalance(session, geometry, tokens: count + generated)
            #expect(record.index == session.steps - 1)
            #expect(record.cache.residentBytes == memory.residentBytes)
            #expect(record.cache.offloadedBytes == memory.offloadedBytes)
            #expect(record.cache.movedBytes == memory.movedBytes - before.movedBytes)
            #expect(record.cache.loadedChunks == record.cache.evictedChunks)
            #expect(record.cache.selectedChunks == record.cache.hits + record.cache.loadedChunks)
            let given = record.cache.evictedRows
            #expect(memory.evictedRows - before.evictedRows == given)
            #expect(memory.writtenRows - before.writtenRows == (record.index == 0 ? 0 : plan.heads.count))
            for head in session.cache.heads {
                if head.eviction == nil {
                    #expect(head.generatedRows == generated)
                } else {
                    // The budget holds prompt and answer; it is never left unused.
                    #expect(head.residentRows == head.plan.budget)
                    #expect(head.generatedRows + head.lostGeneratedRows == generated)
                }
                #expect(head.promptRows <= head.plan.budget + tail(of: head.plan, count))
            }
            // All memory was reserved when the session began.
            #expect(memory.allocatedBytes == before.allocatedBytes)
            before = memory
        }
        #expect(session.steps == 20)
    }

    private func tail(of plan: HeadPlan, _ count: Int) -> Int {
        plan.retrieval.map { count - $0.chunkCount * $0.chunkSize } ?? 0
    }

    private func expectBalance(
        _ session: borrowing DecodeSession, _ geometry: ModelGeometry, tokens: Int
    ) {
        let memory = session.memory
        let heads = session.cache.heads
        #expect(memory.residentRows + memory.evictedRows == memory.loadedRows + memory.writtenRows)
        #expect(memory.residentRows == heads.reduce(0) { $0 + $1.residentRows })
        #expect(memory.residentRows == heads.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.count } })
        #expect(memory.residentBytes == memory.residentRows * geometry.rowBytes)
        #expect(memory.offloadedBytes == heads.reduce(0) { $0 + $1.offloadedRows } * geometry.rowBytes)
        #expect(memory.movedBytes == memory.loadedRows * geometry.rowBytes)
        #expect(memory.fullBytes == tokens * geometry.kvBytesPerToken)
        #expect(memory.fullBytes == tokens * geometry.headCount * 2 * geometry.headDimension * 2)

        let stores = heads.reduce(0) { $0 + $1.resident.allocatedBytes + ($1.offloaded?.allocatedBytes ?? 0) }
        let metadata = heads.reduce(0) { $0 + ($1.retriever?.allocatedMetadataBytes ?? 0) }
        #expect(memory.allocatedBytes == stores + metadata)
        let logical =
            memory.residentBytes + memory.offloadedBytes + memory.metadataBytes + memory.reservedBytes
        #expect(memory.allocatedBytes >= logical)
    }
}
