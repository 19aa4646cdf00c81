import FoundationEssentials
import HybridKV

/// What `kvscope methods --json` prints: `{"methods": [...]}`.
struct MethodsReport: Encodable {
    let methods: [Method]

    struct Method: Encodable {
        let name: String, title: String, summary: String, source: String, standing: String
        /// Whether `scorer=` of another method may name it.
        let scorer: Bool
        let parameters: [Parameter]
        let variants: [Variant]
    }

    /// A parameter. `default` is always there, and null where there is none; so is `range`.
    struct Parameter: Encodable {
        let name: String
        let type: String
        let range: Range?
        let choices: [String]?
        /// The word that stands for none.
        let none: String?
        let standard: Value?
        let unit: String?
        let meaning: String

        private enum CodingKeys: String, CodingKey {
            case name, type, range, choices, none, unit, meaning
            case standard = "default"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(type, forKey: .type)
            try container.encode(range, forKey: .range)
            try container.encodeIfPresent(choices, forKey: .choices)
            try container.encodeIfPresent(none, forKey: .none)
            try container.encode(standard, forKey: .standard)
            try container.encode(unit, forKey: .unit)
            try container.encode(meaning, forKey: .meaning)
        }
    }

    /// The ends of a range, both included; null where it is open.
    struct Range: Encodable {
        let least: Double?, most: Double?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(least)
            try container.encode(most)
        }
    }

    /// A number where the value is one, else the text as it is written.
    enum Value: Encodable {
        case number(Double), text(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let value): try container.encode(value)
            case .text(let text): try container.encode(text)
            }
        }
    }

    struct Variant: Encodable {
        let name: String
        let parameters: [String: String]
        let meaning: String
    }

    init(_ methods: [MethodDescription]) {
        let scorers = methods.filter(\.isScorer).map(\.name)
        self.methods = methods.map { method in
            Method(
                name: method.name, title: method.title, summary: method.summary, source: method.source,
                standing: method.standing, scorer: method.isScorer,
                parameters: method.parameters.map { Parameter($0, scorers: scorers) },
                variants: method.variants.map {
                    Variant(name: $0.name, parameters: $0.parameters, meaning: $0.meaning)
                })
        }
    }

    /// One line, members in alphabetical order.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension MethodsReport.Parameter {
    init(_ parameter: ParameterDescription, scorers: [String]) {
        var type = parameter.type
        var none: String?
        if case .optional(let inner, let word) = type { (type, none) = (inner, word) }
        var range: MethodsReport.Range?
        var choices: [String]?
        switch type {
        case .number(let least, let most):
            self.type = "number"
            range = MethodsReport.Range(least: least, most: most)
        case .whole(let least, let most):
            self.type = "integer"
            range = MethodsReport.Range(least: Double(least), most: most.map(Double.init))
        case .odd(let least, let most):
            self.type = "odd integer"
            range = MethodsReport.Range(least: Double(least), most: Double(most))
        case .choice(let words):
            self.type = "choice"
            choices = words
        case .toggle:
            self.type = "switch"
            choices = ["off", "on"]
        case .threshold: self.type = "threshold"
        case .text: self.type = "text"
        case .scorer, .optional:
            self.type = "scorer"
            choices = scorers
        }
        name = parameter.key
        self.range = range
        self.choices = choices
        self.none = none
        standard = parameter.defaultValue.map { text in
            switch type {
            case .number, .whole, .odd, .threshold: Double(text).map { .number($0) } ?? .text(text)
            case .choice, .toggle, .text, .scorer, .optional: .text(text)
            }
        }
        unit = parameter.unit
        meaning = parameter.meaning
    }
}
