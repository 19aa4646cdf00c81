/// What somebody may have meant by a name that does not exist.
package enum NearestName {
    /// The closest of `names`, when it is close enough to be meant: a third of its letters may differ.
    package static func suggestion(for name: String, among names: [String]) -> String? {
        let found = name.lowercased()
        let best = names.map { (name: $0, distance: distance(found, $0.lowercased())) }
            .min { $0.distance < $1.distance }
        guard let best, best.distance <= max(1, best.name.count / 3) else { return nil }
        return best.name
    }

    /// How many letters have to be inserted, left out, replaced, or exchanged with their neighbour.
    package static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8.prefix(64))
        let right = Array(right.utf8.prefix(64))
        var older: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, older[column - 1] + 1)
                }
                current.append(best)
            }
            older = previous
            previous = current
        }
        return previous[right.count]
    }
}
