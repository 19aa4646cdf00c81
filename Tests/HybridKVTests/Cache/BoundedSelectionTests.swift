import HybridKV
import Testing

@testable import KVDecode

/// The heap that chooses chunks against sorting everything.
@Suite struct BoundedSelectionTests {
    @Test func choosesWhatSortingWouldChoose() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<500 {
            let candidates = Int.random(in: 1...40, using: &random)
            let capacity = Int.random(in: 1...candidates, using: &random)
            // Few different scores, so that ties are common.
            let scores = (0..<candidates).map { _ in Float(Int.random(in: 0...5, using: &random)) }
            let forced = Array(
                (0..<candidates).shuffled(using: &random).prefix(Int.random(in: 0...capacity, using: &random))
            )
            #expect(choose(capacity, scores, forced) == sorted(capacity, scores, forced))
        }
    }

    @Test func choosesAnewEveryTime() {
        var selection = BoundedSelection(capacity: 2, candidates: 4)
        let scores = FloatMatrix(rows: 1, columns: 4)
        for (index, score) in [Float(4), 3, 2, 1].enumerated() { scores.all.base[index] = score }
        selection.choose(scores.all, forced: [3])
        #expect((0..<4).filter { selection.isChosen($0) } == [0, 3])
        for (index, score) in [Float(1), 2, 3, 4].enumerated() { scores.all.base[index] = score }
        selection.choose(scores.all, forced: [])
        #expect((0..<4).filter { selection.isChosen($0) } == [2, 3])
    }

    @Test func forcedCandidatesMayFillEverything() {
        #expect(choose(2, [9, 8, 7, 6], [2, 3]) == [2, 3])
    }

    private func choose(_ capacity: Int, _ scores: [Float], _ forced: [Int]) -> [Int] {
        var selection = BoundedSelection(capacity: capacity, candidates: scores.count)
        let row = FloatMatrix(rows: 1, columns: scores.count)
        for (index, score) in scores.enumerated() { row.all.base[index] = score }
        selection.choose(row.all, forced: forced.map(Int32.init))
        return scores.indices.filter { selection.isChosen($0) }
    }

    private func sorted(_ capacity: Int, _ scores: [Float], _ forced: [Int]) -> [Int] {
        let others = scores.indices.filter { !forced.contains($0) }
            .sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
        return (forced + others.prefix(capacity - forced.count)).sorted()
    }
}
