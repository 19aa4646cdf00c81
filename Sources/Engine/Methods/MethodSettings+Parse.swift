import KVFacts

extension MethodSettings {
    /// A method as people write it: `snapkv`, `snapkv@10%`, `hybridkv:all-static@0.2`.
    /// - Parameter budget: used when the text names none.
    /// - Throws: `.unknownMethod`, `.unknownVariant`, `.badBudget`.
    public static func parse(_ text: String, budget: Double) throws(PolicyError) -> MethodSettings {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let names = parts[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        let methods = MethodRegistry.methods
        guard let method = methods.first(where: { $0.name == names[0] }) else {
            throw .unknownMethod(names[0], known: methods.map(\.name))
        }
        var settings = MethodSettings(
            name: method.name, budget: parts.count > 1 ? try share(parts[1]) : budget)
        if names.count > 1 {
            guard let variant = method.variants.first(where: { $0.name == names[1] }) else {
                throw .unknownVariant(names[1], method: method.name, known: method.variants.map(\.name))
            }
            settings.parameters = variant.parameters
        }
        return settings
    }

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
