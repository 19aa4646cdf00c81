/// What a person wants of a method: `snapkv`, `hybridkv:all-static`, `snapkv(kernel=7)@10%`, `@10%`.
public struct MethodWish: Sendable, Hashable {
    /// The method; nil keeps the one there is.
    public let name: String?
    /// The parameters of a variant and of the brackets; nil keeps those that the method knows.
    public let parameters: [String: String]?
    /// The share of the prompt; nil keeps the one there is.
    public let budget: Double?

    /// Wishes for what is given and keeps the rest.
    public init(name: String? = nil, parameters: [String: String]? = nil, budget: Double? = nil) {
        self.name = name
        self.parameters = parameters
        self.budget = budget
    }

    /// Reads `name[:variant][(key=value,…)][@budget]` and checks it against what there is.
    ///
    /// Brackets set parameters over those of the variant; with either, everything else has its default.
    /// - Throws: `.unknownMethod`, `.unknownVariant`, `.unknownParameter`, `.badValue`, and what `MethodText` throws.
    public static func parse(_ text: String, methods: [MethodDescription]) throws(PolicyError) -> MethodWish {
        let written = try MethodText(parsing: text)
        guard let name = written.name else { return MethodWish(budget: written.budget) }
        guard let method = methods.first(where: { $0.name == name }) else {
            throw .unknownMethod(name, known: methods.map(\.name))
        }
        var parameters: [String: String]?
        if let name = written.variant {
            guard let variant = method.variants.first(where: { $0.name == name }) else {
                throw .unknownVariant(name, method: method.name, known: method.variants.map(\.name))
            }
            parameters = variant.parameters
        }
        if let assignments = written.parameters {
            for assignment in assignments {
                parameters = parameters ?? [:]
                parameters?[assignment.key] = assignment.value
            }
            try method.check(parameters ?? [:], methods: methods)
            parameters = parameters ?? [:]
        }
        return MethodWish(name: name, parameters: parameters, budget: written.budget)
    }

    /// Settings with the wish in them. Parameters that another method does not know would be refused, so they go.
    public func applied(to settings: MethodSettings, methods: [MethodDescription]) -> MethodSettings {
        var settings = settings
        if let name {
            let keys = methods.first { $0.name == name }?.parameters.map(\.key) ?? []
            settings.name = name
            settings.parameters = parameters ?? settings.parameters.filter { keys.contains($0.key) }
        }
        if let budget { settings.budget = budget }
        return settings
    }

    /// Whether another method may take this one's scores: it is named, scores rows, and has no budget of its own.
    func isScorer(_ methods: [MethodDescription]) -> Bool {
        budget == nil && methods.contains { $0.name == name && $0.isScorer }
    }
}

extension MethodSettings {
    /// The settings as one text, which `MethodWish.parse` reads back; forced heads have no place in it.
    ///
    /// The budget is left out for `full`, which ignores it.
    public var text: String {
        let set = parameters.sorted { $0.key < $1.key }.map {
            MethodText.Assignment(key: $0.key, value: $0.value)
        }
        return MethodText(
            name: name, parameters: set.isEmpty ? nil : set, budget: name == "full" ? nil : budget
        ).description
    }
}
