/// A method as a person asked for it: its name, the budget and the parameters that differ from their defaults.
public struct MethodSettings: Sendable, Hashable, Codable {
    /// The name that the registry knows, e.g. `hybridkv`.
    public var name: String
    /// The share of the prompt's rows that may stay resident, rho in 0...1. `full` ignores it.
    ///
    /// It means the same for every method: floor(rho * N) rows, at least one, times the number of heads is the total
    /// that all budgets together never pass; a method may share it out as it likes, and every head gets at least one
    /// row. Sinks and observation windows are paid from it. Rows of generated tokens are not, unless the method evicts
    /// while decoding, nor the tail of a dynamic head (the rest of the prompt behind its last whole chunk) nor chunk
    /// representatives, which are counted and shown.
    public var budget: Double
    /// Parameters by key, as written behind `--set`; only those that were set.
    public var parameters: [String: String]
    /// Heads whose class a person chose.
    public var forcedHeads: [HeadID: HeadClass]

    /// The full cache, which methods are compared with.
    public static let full = MethodSettings(name: "full", budget: 1)

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
    /// The parameters, in the order in which they are listed.
    public let parameters: [ParameterDescription]
    /// Settings that have a name of their own, such as ablations.
    public let variants: [MethodVariant]
    /// Whether other methods may take its scores, as in `adakv(scorer=knorm)`.
    public let isScorer: Bool

    /// Describes a method.
    public init(
        name: String, title: String, summary: String, source: String, standing: String,
        parameters: [any ParameterDeclaration] = [], variants: [MethodVariant] = [], isScorer: Bool = true
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.source = source
        self.standing = standing
        self.parameters = parameters.map(\.declared)
        self.variants = variants
        self.isScorer = isScorer
    }
}

/// Parameters of a method under a name: `hybridkv:all-static`.
public struct MethodVariant: Sendable, Hashable {
    /// The word behind the colon.
    public let name: String
    /// The parameters that it sets.
    public let parameters: [String: String]
    /// What it shows.
    public let meaning: String

    /// Names parameters.
    public init(name: String, parameters: [String: String], meaning: String) {
        self.name = name
        self.parameters = parameters
        self.meaning = meaning
    }
}
