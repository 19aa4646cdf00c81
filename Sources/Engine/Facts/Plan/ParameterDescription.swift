/// One parameter of a method, as everything but the method itself sees it: help, JSON, knobs and the grammar read this.
public struct ParameterDescription: Sendable, Hashable, ParameterDeclaration {
    /// The key, as written in `key=value`.
    public let key: String
    /// What values it takes.
    public let type: ParameterType
    /// The value when it is not set, as it would be written; nil where there is none.
    public let defaultValue: String?
    /// What a number counts, e.g. `rows`; nil for shares and words.
    public let unit: String?
    /// What it changes.
    public let meaning: String

    /// Describes a parameter.
    public init(
        key: String, type: ParameterType, defaultValue: String?, unit: String? = nil, meaning: String
    ) {
        self.key = key
        self.type = type
        self.defaultValue = defaultValue
        self.unit = unit
        self.meaning = meaning
    }
}

/// Something that declares a parameter, whatever the Swift type of its values.
public protocol ParameterDeclaration: Sendable {
    /// The parameter.
    var declared: ParameterDescription { get }
}

extension ParameterDescription {
    /// Itself.
    public var declared: ParameterDescription { self }
}

/// What values a parameter takes. Values are written as text; this says which texts are values.
public indirect enum ParameterType: Sendable, Hashable {
    /// A finite number; nil leaves an end open.
    case number(least: Double?, most: Double?)
    /// A whole number; without a largest, up to 64 bits.
    case whole(least: Int, most: Int?)
    /// An odd whole number.
    case odd(least: Int, most: Int)
    /// One of some words.
    case choice([String])
    /// `on` or `off`.
    case toggle
    /// A number, or `q:` and a share of the heads.
    case threshold
    /// A path or a name; the text says what is expected.
    case text(String)
    /// The name of a method whose scores are taken, with its parameters in brackets.
    case scorer
    /// A word that stands for none, or a value of another type.
    case optional(ParameterType, none: String)

    /// The words of a choice that is a type.
    public static func words<Choice: CaseIterable & RawRepresentable<String>>(
        _ choice: Choice.Type
    ) -> ParameterType { .choice(choice.allCases.map(\.rawValue)) }

    /// What is expected, for people: `a number in 0...1`, `auto, or a whole number in 1...65536`.
    public var expected: String {
        switch self {
        case .number(let least, let most):
            "a number" + Self.range(least.map(Self.text), most.map(Self.text))
        case .whole(let least, let most): "a whole number" + Self.range("\(least)", most.map { "\($0)" })
        case .odd(let least, let most): "an odd number" + Self.range("\(least)", "\(most)")
        case .choice(let words): words.joined(separator: ", ")
        case .toggle: "on, off"
        case .threshold: "a number, or q: and a share of the heads in 0...1, e.g. q:0.25"
        case .text(let expected): expected
        case .scorer: "a method that scores rows, such as knorm"
        case .optional(let type, let none): "\(none), or \(type.expected)"
        }
    }

    private static func range(_ least: String?, _ most: String?) -> String {
        switch (least, most) {
        case (let least?, let most?): " in \(least)...\(most)"
        case (let least?, nil): " of at least \(least)"
        case (nil, let most?): " of at most \(most)"
        case (nil, nil): ""
        }
    }

    /// A number as it is written: without a decimal point where it is whole.
    public static func text(_ value: Double) -> String {
        abs(value) < 1e15 && value == value.rounded() ? "\(Int(value))" : "\(value)"
    }

    /// Whether a text is a value. A scorer is looked up among `methods`.
    public func accepts(_ text: String, methods: [MethodDescription]) -> Bool {
        switch self {
        case .number(let least, let most):
            guard let value = Double(text), value.isFinite else { return false }
            return value >= least ?? value && value <= most ?? value
        case .whole(let least, let most):
            guard let value = Int(text) else { return most == nil && UInt64(text) != nil }
            return value >= least && value <= most ?? value
        case .odd(let least, let most):
            guard let value = Int(text) else { return false }
            return value >= least && value <= most && value % 2 != 0
        case .choice(let words): return words.contains(text)
        case .toggle: return text == "on" || text == "off"
        case .threshold: return Threshold(text) != nil
        case .text: return !text.isEmpty
        case .scorer: return (try? MethodWish.parse(text, methods: methods))?.isScorer(methods) ?? false
        case .optional(let type, let none): return text == none || type.accepts(text, methods: methods)
        }
    }
}

/// Where scores are cut.
public enum Threshold: Sendable, Hashable {
    /// Heads whose score reaches this number are static.
    case score(Double)
    /// This share of the heads, those with the largest scores, is static.
    case share(Double)

    /// Reads `0.9` or `q:0.25`; nil for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("q:") {
            guard let share = Double(text.dropFirst(2)), 0...1 ~= share else { return nil }
            self = .share(share)
        } else {
            guard let score = Double(text), !score.isNaN else { return nil }
            self = .score(score)
        }
    }

    /// As it is written.
    public var text: String {
        switch self {
        case .score(let value): ParameterType.text(value)
        case .share(let share): "q:" + ParameterType.text(share)
        }
    }

    /// The number for given scores. A share of 0 gives infinity; ties with the last head that fits are static too.
    public func value(for scores: [Double]) -> Double {
        switch self {
        case .score(let value): return value
        case .share(let share):
            let count = Int((share * Double(scores.count) + 0.5).rounded(.down))
            return count == 0 ? .infinity : scores.sorted(by: >)[min(count, scores.count) - 1]
        }
    }
}

extension MethodDescription {
    /// Refuses keys that the method does not have and values that a parameter does not take.
    /// - Throws: `.unknownParameter`, `.badValue`.
    public func check(_ texts: [String: String], methods: [MethodDescription]) throws(PolicyError) {
        for (key, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard let parameter = parameters.first(where: { $0.key == key }) else {
                throw .unknownParameter(key, method: name, known: parameters.map(\.key))
            }
            guard parameter.type.accepts(text, methods: methods) else {
                throw .badValue(parameter: key, found: text, expected: parameter.type.expected)
            }
        }
    }
}
