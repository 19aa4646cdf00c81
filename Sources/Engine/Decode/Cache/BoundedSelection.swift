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
            if heap.count < room {
                heap.append(Int32(index))
                siftUp(values)
            } else if values[index] > values[Int(heap[0])] {
                heap[0] = Int32(index)
                siftDown(values)
            }
        }
        for index in heap { chosen[Int(index)] = true }
    }

    /// Whether the first is the worse choice.
    private func isWorse(_ first: Int32, _ second: Int32, _ values: UnsafePointer<Float>) -> Bool {
        let (left, right) = (values[Int(first)], values[Int(second)])
        return left == right ? first > second : left < right
    }

    private mutating func siftUp(_ values: UnsafePointer<Float>) {
        var place = heap.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard isWorse(heap[place], heap[parent], values) else { return }
            heap.swapAt(place, parent)
            place = parent
        }
    }

    private mutating func siftDown(_ values: UnsafePointer<Float>) {
        var place = 0
        while true {
            var worst = place
            for child in 2 * place + 1..<min(2 * place + 3, max(heap.count, 2 * place + 1)) {
                if isWorse(heap[child], heap[worst], values) { worst = child }
            }
            guard worst != place else { return }
            heap.swapAt(place, worst)
            place = worst
        }
    }
}
