import HybridKV
import Testing

@testable import KVDecode
@testable import KVNumerics
@testable import KVStudy

/// What the probes write down over several steps, by hand.
@Suite struct ProbeBookTests {
    private let compute = Compute(threads: 1)
    private let id = HeadID(layer: 0, head: 0)

    /// Eight tokens in four chunks of two; the keys of chunk c point along channel c.
    private var source: RowStore {
        let store = RowStore(capacity: 8, dimension: 8, format: .f32)
        for token in 0..<8 {
            store.key(token).storeBytes(of: 1, toByteOffset: 4 * (token / 2), as: Float.self)
        }
        return store
    }

    private func cache(_ plan: HeadPlan) -> HeadCache {
        HeadCache(plan: plan, source: source, maxGenerated: 2, groupSize: 1, compute: compute)
    }

    /// Lets a head choose as its query points.
    private func point(_ head: HeadCache, at chunk: Int) {
        let query = FloatMatrix(rows: 1, columns: 8)
        query.all.base[chunk] = 9
        _ = head.retrieve(query.all, compute: compute)
    }

    @Test func rowsThatWereDroppedAreNeededOrNot() {
        let plan = HeadPlan(id: id, headClass: .static, score: nil, budget: 3, kept: [0, 1, 7])
        let head = cache(plan)
        var book = FateBook(plan, tokenCount: 8)
        #expect(book.fate.neverNeeded == 0 && book.fate.neededAgain == 0)
        // Nine rows with the generated one: needed is above 1/9. Token 0 is resident, token 4 has just an even share.
        book.add(head, [0.3, 0, 0.2, 0, 1.0 / 9, 0.1, 0, 0, 0.2])
        book.add(head, [0.3, 0, 0.2, 0.12, 0, 0, 0, 0, 0.3, 0.08])
        #expect(
            book.fate
                == HeadFate(
                    id: id, neverNeeded: 3, neededAgain: 2, cold: 0, evictedThenNeeded: 0, capacity: 0))
    }

    @Test func missesOfADynamicHeadAreToldApart() {
        let retrieval = RetrievalPlan(
            chunkSize: 2, chunkCount: 4, selected: 1, representative: .mean, forced: [], initial: [0])
        let plan = HeadPlan(
            id: id, headClass: .dynamic, score: nil, budget: 2, kept: [0, 1], retrieval: retrieval)
        let head = cache(plan)
        var book = FateBook(plan, tokenCount: 8)
        let even = [Double](repeating: 1.0 / 9, count: 9)
        // Stays: nothing is loaded. Then to 2, which is new, back to 0, evicted one step before, and to 2 again.
        for chunk in [0, 2, 0, 2] {
            point(head, at: chunk)
            book.add(head, even)
        }
        #expect(book.fate.cold == 1 && book.fate.evictedThenNeeded == 2)
        // All rows were missing at one time or another, those of 0 and 2 too; none had more than its share.
        #expect(book.fate.neverNeeded == 8 && book.fate.neededAgain == 0 && book.fate.capacity == 0)
        // Chunk 2 is resident: what tokens 0 and 7 get is missed, at each of two steps; token 5 is at hand.
        for _ in 0..<2 {
            point(head, at: 2)
            book.add(head, [0.25, 0, 0, 0, 0, 0.4, 0, 0.35, 0])
        }
        #expect(
            book.fate
                == HeadFate(
                    id: id, neverNeeded: 6, neededAgain: 2, cold: 1, evictedThenNeeded: 2, capacity: 4))
    }

    @Test func stabilityIsTheOverlapOfTopTenths() {
        var evidence = [Double](repeating: 0.01, count: 20)
        evidence[3] = 0.5
        evidence[8] = 0.3
        var book = StabilityBook(evidence, id: id)
        #expect(book.stability == nil)
        // The top tenth of 20 rows is two. Over both steps rows 3 (0.8) and 5 (0.5) received most.
        var first = [Double](repeating: 0, count: 21)
        first[3] = 0.6
        first[5] = 0.1
        first[8] = 0.2
        first[20] = 0.1
        book.add(first)
        #expect(book.stability == HeadStability(id: id, topOverlap: 1, massOnPrefillTop: 0.8))
        var second = [Double](repeating: 0, count: 22)
        second[3] = 0.2
        second[5] = 0.4
        second[21] = 0.4
        book.add(second)
        // One row in common of three; (0.6 + 0.2 + 0.2 + 0) / 2 of the mass.
        let found = book.stability
        #expect(found?.topOverlap == 1.0 / 3)
        #expect(abs((found?.massOnPrefillTop ?? 0) - 0.5) < 1e-12)
    }

    @Test func theTopTenthHasAtLeastOneRowAndRoundsUp() {
        var single = StabilityBook([0.2, 0.8], id: id)
        single.add([0.9, 0.1])
        #expect(single.stability == HeadStability(id: id, topOverlap: 0, massOnPrefillTop: 0.1))
        // Eleven rows: two of them. Ties go to the smaller index on both sides.
        var two = StabilityBook([Double](repeating: 1, count: 11), id: id)
        two.add([Double](repeating: 1.0 / 11, count: 11))
        #expect(two.stability?.topOverlap == 1)
        #expect(abs((two.stability?.massOnPrefillTop ?? 0) - 2.0 / 11) < 1e-12)
    }
}
