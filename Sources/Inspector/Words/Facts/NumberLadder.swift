import KVFacts

/// The steps that a number goes by when it is turned: even ones for shares, doubling for whole numbers.
package struct NumberLadder: Sendable, Hashable {
    package let isWhole: Bool
    /// Whole numbers of this kind go by two.
    package let isOdd: Bool
    package let lower: Double?
    package let upper: Double?
    /// A word that may stand instead of a number: below the least whole number, above the largest of the others.
    package let word: String?

    /// Reads "a number in 0...1", "auto, or a whole number in 1...65536", "a whole number of at least 1"; nil when the
    /// text speaks of no number.
    package init?(_ values: String) {
        var clauses = Self.split(values, at: ", or ")
        if clauses.count > 1, clauses[0].allSatisfy(\.isLetter) {
            word = clauses.removeFirst()
        } else {
            word = nil
        }
        // What follows is another way to write the value, as in "a number, or q: and a share".
        let clause = clauses[0].split(separator: " ").map(String.init)
        let range = clause.compactMap(Self.range).first
        let isNumber = clause.contains("number") || clause.contains("cosine")
        guard isNumber || (clause.count == 1 && range != nil) else { return nil }
        isOdd = clause.contains("odd")
        isWhole = isOdd || clause.contains("whole")
        let least = clause.firstIndex(of: "least").flatMap { place in
            place + 1 < clause.count ? Double(clause[place + 1]) : nil
        }
        lower = range?.lowerBound ?? least
        upper = range?.upperBound
    }

    private static func range(_ text: String) -> ClosedRange<Double>? {
        let ends = split(text, at: "...")
        guard ends.count == 2, let low = Double(ends[0]), let high = Double(ends[1]), low <= high else {
            return nil
        }
        return low...high
    }

    private static func split(_ text: String, at separator: String) -> [String] {
        var parts = [""]
        var rest = text[...]
        while let first = rest.first {
            if rest.hasPrefix(separator) {
                parts.append("")
                rest = rest.dropFirst(separator.count)
            } else {
                parts[parts.count - 1].append(first)
                rest.removeFirst()
            }
        }
        return parts
    }

    /// The neighbour of a value; nil at the end, and for a text that is none of the ladder's values.
    package func next(after value: String, by step: Int) -> String? {
        if value == word {
            // Behind the word the numbers begin, from their near end.
            if isWhole { return step > 0 ? text(max(1, lower ?? 1)) : nil }
            return step < 0 ? text(upper ?? 1) : nil
        }
        // A share behind a prefix, as in q:0.25, moves in 0...1.
        if let colon = value.firstIndex(of: ":"), let share = Double(value[value.index(after: colon)...]) {
            let moved = Self.evenStep(share, step)
            return 0...1 ~= moved ? value[...colon] + text(moved) : nil
        }
        guard let number = Double(value), number.isFinite else { return nil }
        let moved =
            isOdd
            ? number + Double(2 * step)
            : isWhole ? Self.doublingStep(number, step) : Self.evenStep(number, step)
        if let lower, moved < lower - 1e-9 { return number > lower + 1e-9 ? text(lower) : lowEnd }
        if let upper, moved > upper + 1e-9 { return number < upper - 1e-9 ? text(upper) : highEnd }
        return text(moved)
    }

    private var lowEnd: String? { isWhole ? word : nil }
    private var highEnd: String? { isWhole ? nil : word }

    /// 0.05 below 1, a quarter below 5, 1 below 20, then 10.
    private static func evenStep(_ value: Double, _ direction: Int) -> Double {
        let size = abs(value + Double(direction) * 1e-6)
        let step = size < 1 ? 0.05 : size < 5 ? 0.25 : size < 20 ? 1 : 10
        let place = value / step
        let next = direction > 0 ? (place + 1e-6).rounded(.down) + 1 : (place - 1e-6).rounded(.up) - 1
        return next * step
    }

    /// Powers of two, and 0 below 1.
    private static func doublingStep(_ value: Double, _ direction: Int) -> Double {
        var power = 1.0
        if direction > 0 {
            while power <= value { power *= 2 }
        } else {
            while power * 2 < value { power *= 2 }
            if value <= 1 { return value - 1 }
        }
        return power
    }

    private func text(_ value: Double) -> String { NumberText.trimmed(value, isWhole ? 0 : 4) }
}

extension NumberText {
    /// At most so many decimals, without zeros at the end: `0.85`, `2`.
    package static func trimmed(_ value: Double, _ decimals: Int) -> String {
        var text = fixed(value, decimals)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
