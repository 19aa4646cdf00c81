import KVFacts

/// A method as a person writes it: `snapkv`, `hybridkv:all-static`, `snapkv@10%`, `@10%`.
package struct MethodWish: Sendable, Hashable {
    /// The method; nil keeps the one there is.
    package let name: String?
    /// The parameters of a variant; nil keeps those that the method knows.
    package let parameters: [String: String]?
    /// The share of the prompt; nil keeps the one there is.
    package let budget: Double?

    /// Wishes for what is given and keeps the rest.
    package init(name: String? = nil, parameters: [String: String]? = nil, budget: Double? = nil) {
        self.name = name
        self.parameters = parameters
        self.budget = budget
    }
}

extension MethodWish {
    /// Reads `NAME[:VARIANT][@BUDGET]`.
    package static func parse(_ text: String, methods: [MethodDescription]) throws(CommandError) -> MethodWish {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let names = (parts.first ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        let budget = parts.count == 2 ? try budget(parts[1]) : nil
        guard let name = names.first, !name.isEmpty else {
            guard let budget else { throw CommandError("(nothing)", expected: "METHOD, METHOD@12% or @12%") }
            return MethodWish(budget: budget)
        }
        guard let method = methods.first(where: { $0.name == name }) else {
            throw CommandError("no method '\(name)'", expected: methods.map(\.name).joined(separator: " "))
        }
        guard names.count == 2 else { return MethodWish(name: name, budget: budget) }
        guard let variant = method.variants.first(where: { $0.name == names[1] }) else {
            let known = method.variants.map(\.name).joined(separator: " ")
            throw CommandError(
                "\(name) has no variant '\(names[1])'",
                expected: known.isEmpty ? "none, it has no variants" : known)
        }
        return MethodWish(name: name, parameters: variant.parameters, budget: budget)
    }

    /// Settings with the wish in them. Parameters that another method does not know would be refused, so they go.
    package func applied(to settings: MethodSettings, methods: [MethodDescription]) -> MethodSettings {
        var settings = settings
        if let name {
            let keys = methods.first { $0.name == name }?.parameters.map(\.key) ?? []
            settings.name = name
            settings.parameters = parameters ?? settings.parameters.filter { keys.contains($0.key) }
        }
        if let budget { settings.budget = budget }
        return settings
    }

    /// The share that a budget stands for: `12%`, `0.12`, `12`.
    package static func budget(_ text: String) throws(CommandError) -> Double {
        let isPercent = text.hasSuffix("%")
        let digits = String(isPercent ? text.dropLast() : text[...]).filter { $0 != " " }
        guard let number = Double(digits), number.isFinite, number > 0 else {
            throw CommandError("\(text.isEmpty ? "(nothing)" : "'\(text)'") is no budget", expected: "a share such as 12% or 0.12")
        }
        // 12 can only mean per cent; 1 and below is a share.
        let share = isPercent || number > 1 ? number / 100 : number
        guard share <= 1 else {
            throw CommandError("\(text.isEmpty ? "(nothing)" : "'\(text)'") is more than the prompt", expected: "at most 100%")
        }
        return share
    }
}
