import KVNumerics

/// The best few of many scores, chosen without allocating: ties go to the smaller index, as everywhere.
struct BoundedSelection {
    private let capacity: Int
    private var heap: [Int32]  // the chosen so far, the worst of them on top
    private var chosen: [Bool]  // [candidates]

    /// Reserves room for `capacity` choices among `candidates`.
    init(capacity: Int, candidates: Int) {
        self.capacity = capacity
        heap = []
        heap.reserveCapacity(capacity)
        chosen = Array(repeating: false, count: candidates)
    }

    /// True for the candidates that the last `choose` took.
    func isChosen(_ index: Int) -> Bool { chosen[index] }

    /// Takes the forced candidates and then those with the largest scores in row 0.
    /// - Complexity: O(candidates * log capacity).
    mutating func choose(_ scores: FloatRows, forced: [Int32]) {
        let values = scores.row(0)
        for index in chosen.indices { chosen[index] = false }
        for index in forced { chosen[Int(index)] = true }
        let room = capacity - forced.count
        heap.removeAll(keepingCapacity: true)
        guard room > 0 else { return }
        for index in 0..<chosen.count where !chosen[index] {
            // Most candidates lose against the worst chosen; on a tie the earlier stays.
            if heap.count == room, values[index] <= values[Int(heap[0])] { continue }
            Heap.offer(Int32(index), to: &heap, limit: room) { first, second in
                let (left, right) = (values[Int(first)], values[Int(second)])
                return left == right ? first > second : left < right
            }
        }
        for index in heap { chosen[Int(index)] = true }
    }
}
