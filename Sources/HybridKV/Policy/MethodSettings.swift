/// A method as a person asked for it: its name, the budget and the parameters that differ from their defaults.
public struct MethodSettings: Sendable, Hashable {
    /// The name that the registry knows, e.g. `hybridkv`.
    public var name: String
    /// The share of the prompt's rows that may stay resident, rho in 0...1. `full` ignores it.
    public var budget: Double
    /// Parameters by key, as written behind `--set`; only those that were set.
    public var parameters: [String: String]
    /// Heads whose class a person chose.
    public var forcedHeads: [HeadID: HeadClass]

    /// Asks for `name` at `budget`.
    public init(
        name: String, budget: Double, parameters: [String: String] = [:],
        forcedHeads: [HeadID: HeadClass] = [:]
    ) {
        self.name = name
        self.budget = budget
        self.parameters = parameters
        self.forcedHeads = forcedHeads
    }
}

extension MethodSettings {
    /// The share that a budget stands for as people write it: `0.1`, `10%`.
    /// - Throws: `.badBudget` unless it is above 0 and at most 1.
    public static func share(_ text: String) throws(PolicyError) -> Double {
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? String(text.dropLast()) : text) else { throw .badBudget(text) }
        let share = isPercent ? number / 100 : number
        guard share > 0, share <= 1 else { throw .badBudget(text) }
        return share
    }
}

/// What the registry tells of a method.
public struct MethodDescription: Sendable, Hashable {
    /// The name used on the command line.
    public let name: String
    /// The name used in prose, with the word "reconstructed" where it is not the authors' code.
    public let title: String
    /// One sentence: what it keeps and what it gives up.
    public let summary: String
    /// Paper or repository.
    public let source: String
    /// How far this implementation can be taken for the original.
    public let standing: String
    /// The parameters that `--set` takes.
    public let parameters: [ParameterDescription]

    /// Describes a method.
    public init(
        name: String, title: String, summary: String, source: String, standing: String,
        parameters: [ParameterDescription]
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.source = source
        self.standing = standing
        self.parameters = parameters
    }
}

/// One `--set key=value` of a method.
public struct ParameterDescription: Sendable, Hashable {
    /// The key.
    public let key: String
    /// What values it takes, for people: "0...1, or q:SHARE".
    public let values: String
    /// The value when it is not set.
    public let defaultValue: String
    /// What it changes.
    public let meaning: String

    /// Describes a parameter.
    public init(key: String, values: String, defaultValue: String, meaning: String) {
        self.key = key
        self.values = values
        self.defaultValue = defaultValue
        self.meaning = meaning
    }
}
