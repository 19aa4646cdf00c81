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

    /// The ladder of a parameter's type; nil for a type whose values are no numbers.
    package init?(_ type: ParameterType) {
        guard let ladder = Self.steps(type, word: nil) else { return nil }
        self = ladder
    }

    private init(isWhole: Bool, isOdd: Bool = false, lower: Double?, upper: Double?, word: String?) {
        self.isWhole = isWhole
        self.isOdd = isOdd
        self.lower = lower
        self.upper = upper
        self.word = word
    }

    private static func steps(_ type: ParameterType, word: String?) -> NumberLadder? {
        switch type {
        case .number(let least, let most):
            NumberLadder(isWhole: false, lower: least, upper: most, word: word)
        case .whole(let least, let most):
            NumberLadder(isWhole: true, lower: Double(least), upper: most.map(Double.init), word: word)
        case .odd(let least, let most):
            NumberLadder(
                isWhole: true, isOdd: true, lower: Double(least), upper: Double(most), word: word)
        case .threshold: NumberLadder(isWhole: false, lower: nil, upper: nil, word: word)
        case .optional(let type, let none): steps(type, word: none)
        case .choice, .toggle, .text, .scorer: nil
        }
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
