import KVFacts

/// Something that a draft can turn: the budget, the method, or a parameter of the method.
package struct Knob: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The share of the prompt's rows, on a ladder of percentages.
        case budget
        /// One of some words.
        case choice([String])
        /// A number on a ladder.
        case number(NumberLadder)
        /// Typed only.
        case text
    }

    /// What `:draft KEY=VALUE` calls it.
    package let key: String
    package let kind: Kind
    /// What it changes, for people.
    package let meaning: String
    package let defaultValue: String

    /// The value that settings give it, as written.
    package func value(in settings: MethodSettings) -> String {
        switch key {
        case "budget": NumberText.percent(settings.budget)
        case "method": settings.name
        default: settings.parameters[key] ?? defaultValue
        }
    }

    /// The next larger (1) or smaller (-1) value; nil at the end of the ladder, and for what is typed only.
    package func next(after value: String, by step: Int) -> String? {
        switch kind {
        case .budget: return Self.nextBudget(after: value, by: step)
        case .choice(let words):
            guard words.contains(value) else { return words.first }
            return words.count > 1 ? Cycle.next(value, in: words, by: step) : nil
        case .number(let ladder): return ladder.next(after: value, by: step)
        case .text: return nil
        }
    }

    /// Whole percentages up to 20, then every fifth.
    package static let budgetLadder = Array(1...20) + stride(from: 25, through: 100, by: 5)

    private static func nextBudget(after value: String, by step: Int) -> String? {
        guard let percent = Double(value.prefix { $0 != " " && $0 != "%" }) else { return nil }
        let found =
            step > 0
            ? budgetLadder.first { Double($0) > percent + 1e-6 }
            : budgetLadder.last { Double($0) < percent - 1e-6 }
        return found.map { "\($0) %" }
    }
}

extension Knob {
    /// The knobs of settings: budget, method, then the parameters of the method in the order of its description.
    package static func all(of settings: MethodSettings, methods: [MethodDescription]) -> [Knob] {
        let method = methods.first { $0.name == settings.name }
        let budget = Knob(
            key: "budget", kind: .budget, meaning: "share of the prompt's rows that may stay resident",
            defaultValue: "")
        let choice = Knob(
            key: "method", kind: .choice(methods.map(\.name)), meaning: method?.summary ?? "the method",
            defaultValue: "")
        // The full cache ignores the budget, so turning it would change nothing.
        return (settings.name == "full" ? [choice] : [budget, choice])
            + (method?.parameters ?? []).map {
                Knob(
                    key: $0.key, kind: kind(of: $0.type, methods: methods), meaning: $0.meaning,
                    defaultValue: $0.defaultValue ?? "")
            }
    }

    /// How a parameter of a type is turned.
    package static func kind(of type: ParameterType, methods: [MethodDescription]) -> Kind {
        switch type {
        case .choice(let words): .choice(words)
        case .toggle: .choice(["off", "on"])
        case .scorer: .choice(methods.filter(\.isScorer).map(\.name))
        case .optional(.scorer, let none): .choice([none] + methods.filter(\.isScorer).map(\.name))
        case .number, .whole, .odd, .threshold, .text, .optional:
            NumberLadder(type).map(Kind.number) ?? .text
        }
    }
}
