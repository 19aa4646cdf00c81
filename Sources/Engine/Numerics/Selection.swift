/// Choosing and sharing, with ties decided the same way everywhere: to the smaller index.
package enum Selection {
    /// The `count` candidates with the largest scores, ascending by index.
    /// - Complexity: O(n log count).
    package static func best(_ count: Int, of candidates: [Int], by score: (Int) -> Double) -> [Int] {
        guard count < candidates.count else { return candidates.sorted() }
        guard count > 0 else { return [] }
        let scores = candidates.map(score)
        var places: [Int32] = []
        places.reserveCapacity(count)
        for place in candidates.indices {
            Heap.offer(Int32(place), to: &places, limit: count) { left, right in
                let (first, second) = (Int(left), Int(right))
                return scores[first] == scores[second]
                    ? candidates[first] > candidates[second] : scores[first] < scores[second]
            }
        }
        return places.map { candidates[Int($0)] }.sorted()
    }

    /// Sum of the `count` largest values.
    package static func sumOfLargest(_ count: Int, of values: [Double]) -> Double {
        values.sorted(by: >).prefix(count).reduce(0, +)
    }

    /// Average over five neighbours with zeros beyond the ends, dividing by five always, as SnapKV pools.
    package static func smooth(_ values: ArraySlice<Double>) -> [Double] {
        values.indices.map { centre in
            var sum = 0.0
            for place in centre - 2...centre + 2 where values.indices.contains(place) { sum += values[place] }
            return sum / 5
        }
    }

    /// Whole numbers that sum to `total`, close to `shares`: rounded down, then one more for the largest fractions.
    /// No number passes `limit`.
    package static func largestRemainder(_ shares: [Double], total: Int, limit: Int) -> [Int] {
        var rounded = shares.map { min(limit, Int($0.rounded(.down))) }
        var missing = total - rounded.reduce(0, +)
        let order = shares.indices.sorted { left, right in
            let first = shares[left] - shares[left].rounded(.down)
            let second = shares[right] - shares[right].rounded(.down)
            return (first, right) > (second, left)
        }
        while missing > 0 {
            var changed = false
            for index in order where missing > 0 && rounded[index] < limit {
                rounded[index] += 1
                missing -= 1
                changed = true
            }
            guard changed else { break }
        }
        return rounded
    }

    /// `total` shared in proportion to weights above a floor, none above `cap`; what a capped share cannot take goes
    /// to the others in proportion. Weights that sum to 0 count as equal.
    package static func share(_ total: Double, floor: Double, weights: [Double], cap: Double) -> [Double] {
        var shares = [Double](repeating: cap, count: weights.count)
        var open = Array(weights.indices)
        while !open.isEmpty {
            let taken = cap * Double(weights.count - open.count)
            let pool = total - taken - floor * Double(open.count)
            let sum = open.reduce(0.0) { $0 + weights[$1] }
            for index in open {
                shares[index] = floor + (sum > 0 ? pool * weights[index] / sum : pool / Double(open.count))
            }
            let stillOpen = open.filter { shares[$0] < cap }
            if stillOpen.count == open.count { break }
            for index in open where shares[index] >= cap { shares[index] = cap }
            open = stillOpen
        }
        return shares
    }
}
