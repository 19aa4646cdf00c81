import KVFacts

/// Reads a method's parameters from text, with their limits; remembers which keys were taken.
public struct ParameterReader: Sendable {
    private let method: MethodDescription
    private let values: [String: String]
    /// The folder of the model that is planned for, if it is known.
    public let modelFolder: String?

    /// Refuses keys that the method does not have.
    public init(
        _ values: [String: String], method: MethodDescription, modelFolder: String? = nil
    ) throws(PolicyError) {
        let known = method.parameters.map(\.key)
        if let key = values.keys.sorted().first(where: { !known.contains($0) }) {
            throw .unknownParameter(key, method: method.name, known: known)
        }
        self.method = method
        self.values = values
        self.modelFolder = modelFolder
    }

    /// The value as written, or the default that the description states.
    private func text(_ key: String) -> (text: String, expected: String) {
        guard let parameter = method.parameters.first(where: { $0.key == key }) else {
            preconditionFailure("\(method.name) reads \(key) but does not describe it")
        }
        return (values[key] ?? parameter.defaultValue, parameter.values)
    }

    /// The text as it is.
    public func string(_ key: String) -> String { text(key).text }

    /// A finite number inside a range.
    public func number(_ key: String, in range: ClosedRange<Double>) throws(PolicyError) -> Double {
        let (text, expected) = text(key)
        guard let value = Double(text), range.contains(value) else {
            throw .badValue(parameter: key, found: text, expected: expected)
        }
        return value
    }

    /// A whole number inside a range.
    public func integer(_ key: String, in range: ClosedRange<Int>) throws(PolicyError) -> Int {
        let (text, expected) = text(key)
        guard let value = Int(text), range.contains(value) else {
            throw .badValue(parameter: key, found: text, expected: expected)
        }
        return value
    }

    /// A whole number of at least 0, in 64 bits.
    public func unsigned(_ key: String) throws(PolicyError) -> UInt64 {
        let (text, expected) = text(key)
        guard let value = UInt64(text) else {
            throw .badValue(parameter: key, found: text, expected: expected)
        }
        return value
    }

    /// A whole number, or nil for the word that stands for "none".
    public func optional<Value>(
        _ key: String, none: String, _ read: (ParameterReader) throws(PolicyError) -> Value
    ) throws(PolicyError) -> Value? {
        text(key).text == none ? nil : try read(self)
    }

    /// One of a set of words.
    public func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) throws(PolicyError) -> Choice {
        let (text, expected) = text(key)
        guard let value = Choice(rawValue: text) else {
            throw .badValue(parameter: key, found: text, expected: expected)
        }
        return value
    }

    /// A number, or "q:" and a share in 0...1.
    public func threshold(_ key: String) throws(PolicyError) -> Threshold {
        let (text, expected) = text(key)
        if text.hasPrefix("q:"), let share = Double(text.dropFirst(2)), 0...1 ~= share {
            return .share(share)
        }
        guard let value = Double(text), !value.isNaN else {
            throw .badValue(parameter: key, found: text, expected: expected)
        }
        return .score(value)
    }
}

/// Where scores are cut.
public enum Threshold: Sendable, Hashable {
    /// Heads whose score reaches this number are static.
    case score(Double)
    /// This share of the heads, those with the largest scores, is static.
    case share(Double)

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
