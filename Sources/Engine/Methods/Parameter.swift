import KVFacts

/// A parameter of a method with the Swift type of its values: declared once, and read by `values[Self.theta]`.
public struct Parameter<Value: Sendable>: ParameterDeclaration {
    /// What everybody else sees of it.
    public let declared: ParameterDescription
    /// The value of a text that the type accepts; of nil where neither a value nor a default is.
    let read: @Sendable (String?) -> Value?

    /// Declares a parameter of any type.
    /// - Parameter read: gives a value for every text that `type` accepts.
    public init(
        _ key: String, _ type: ParameterType, default: String?, unit: String? = nil, _ meaning: String,
        read: @escaping @Sendable (String?) -> Value?
    ) {
        declared = ParameterDescription(
            key: key, type: type, defaultValue: `default`, unit: unit, meaning: meaning)
        self.read = read
    }

    /// The same under another meaning.
    public func with(_ meaning: String) -> Parameter {
        Parameter(
            declared.key, declared.type, default: declared.defaultValue, unit: declared.unit, meaning,
            read: read)
    }
}

/// Ends of ranges that several methods share.
enum ParameterLimit {
    /// Rows of a window, or at an end of the prompt.
    static let rows = 4096
    /// Tokens of a chunk or a page.
    static let chunk = 65536
}

extension Parameter where Value == Double {
    /// A number inside a range.
    public static func number(
        _ key: String, _ value: Double, in range: ClosedRange<Double>, unit: String? = nil, _ meaning: String
    ) -> Self {
        Parameter(
            key, .number(least: range.lowerBound, most: range.upperBound),
            default: ParameterType.text(value), unit: unit, meaning, read: { $0.flatMap(Double.init) })
    }

    /// A share in 0...1.
    public static func share(_ key: String, _ value: Double, _ meaning: String) -> Self {
        number(key, value, in: 0...1, meaning)
    }
}

extension Parameter where Value == Int {
    /// A whole number inside a range.
    public static func whole(
        _ key: String, _ value: Int, in range: ClosedRange<Int>, unit: String? = nil, _ meaning: String
    ) -> Self {
        Parameter(
            key, .whole(least: range.lowerBound, most: range.upperBound), default: "\(value)", unit: unit,
            meaning, read: { $0.flatMap { Int($0) } })
    }

    /// An odd whole number inside a range.
    public static func odd(
        _ key: String, _ value: Int, in range: ClosedRange<Int>, unit: String? = nil, _ meaning: String
    ) -> Self {
        Parameter(
            key, .odd(least: range.lowerBound, most: range.upperBound), default: "\(value)", unit: unit,
            meaning, read: { $0.flatMap { Int($0) } })
    }
}

extension Parameter where Value == UInt64 {
    /// A whole number of at least 0, in 64 bits.
    public static func seed(_ key: String, _ value: UInt64, _ meaning: String) -> Self {
        Parameter(
            key, .whole(least: 0, most: nil), default: "\(value)", meaning,
            read: { $0.flatMap { UInt64($0) } })
    }
}

extension Parameter where Value == Bool {
    /// `on` or `off`.
    public static func toggle(_ key: String, _ value: Bool, _ meaning: String) -> Self {
        Parameter(key, .toggle, default: value ? "on" : "off", meaning, read: { $0 == "on" })
    }
}

extension Parameter where Value == String {
    /// A path or a name.
    public static func text(_ key: String, _ value: String, expected: String, _ meaning: String) -> Self {
        Parameter(key, .text(expected), default: value, meaning, read: { $0 })
    }
}

extension Parameter where Value == Threshold {
    /// A number, or `q:` and a share of the heads.
    public static func threshold(_ key: String, _ value: Threshold, _ meaning: String) -> Self {
        Parameter(key, .threshold, default: value.text, meaning, read: { $0.flatMap { Threshold($0) } })
    }
}

extension Parameter where Value: CaseIterable & RawRepresentable<String> {
    /// One of the words of a type.
    public static func choice(_ key: String, _ value: Value, _ meaning: String) -> Self {
        Parameter(
            key, .words(Value.self), default: value.rawValue, meaning,
            read: { $0.flatMap(Value.init(rawValue:)) })
    }
}

/// When a method gives up rows.
enum EvictionTime: String, CaseIterable {
    /// Once, when decoding begins; generated rows come on top of the budget.
    case prefill
    /// After every step too; the budget holds generated rows.
    case decoding
}

extension Parameter where Value == EvictionTime {
    /// For methods that can go on evicting.
    static var evict: Self {
        .choice(
            "evict", .prefill,
            "when rows are given up: once at prefill, or while decoding too, when the budget holds generated rows"
        )
    }
}

extension MethodVariant {
    /// Goes on evicting after every step.
    static let decoding = MethodVariant(
        name: "decoding", parameters: ["evict": "decoding"],
        meaning: "gives up a row after every step; the budget holds generated rows too")
}

extension Parameter where Value == String? {
    /// The method whose scores are taken instead of those of the observation window.
    public static var scorer: Self {
        Parameter(
            "scorer", .optional(.scorer, none: "window"), default: "window",
            "whose scores choose the rows: window as above, or a method, as in knorm or snapkv(kernel=7)",
            read: { text in text == "window" ? .some(nil) : .some(text) })
    }
}

extension Parameter {
    /// A value of another parameter's type, or the word that stands for none, which is the default.
    public static func optional<Wrapped: Sendable>(
        _ parameter: Parameter<Wrapped>, none: String
    ) -> Self where Value == Wrapped? {
        let inner = parameter.declared
        return Parameter(
            inner.key, .optional(inner.type, none: none), default: none, unit: inner.unit, inner.meaning,
            read: { text in text == none ? .some(nil) : parameter.read(text).map { .some($0) } })
    }
}

/// The values of one method's parameters: all checked when this is made, so that reading one cannot fail.
public struct ParameterValues: Sendable {
    private let method: MethodDescription
    private let texts: [String: String]
    /// The folder of the model that is planned for, if it is known.
    public let modelFolder: String?

    /// Checks texts against the description.
    /// - Throws: `.unknownParameter` for a key that the method does not have, `.badValue`.
    public init(
        _ texts: [String: String], of method: MethodDescription, methods: [MethodDescription],
        modelFolder: String? = nil
    ) throws(PolicyError) {
        try method.check(texts, methods: methods)
        self.method = method
        self.texts = texts
        self.modelFolder = modelFolder
    }

    /// The value as set, or the default.
    public subscript<Value>(parameter: Parameter<Value>) -> Value {
        let own = method.parameters.first { $0.key == parameter.declared.key }
        guard let own, let value = parameter.read(texts[own.key] ?? own.defaultValue) else {
            preconditionFailure(
                "\(method.name) reads \(parameter.declared.key) but does not describe it so")
        }
        return value
    }
}
