import KVFacts

extension MethodSettings {
    /// A method as people write it: `snapkv`, `snapkv@10%`, `hybridkv:all-static(chunk=4)@0.2`.
    /// - Parameter budget: used when the text names none.
    /// - Throws: `.malformed` when no method is named, and what `MethodWish.parse` throws.
    public static func parse(_ text: String, budget: Double) throws(PolicyError) -> MethodSettings {
        let wish = try MethodWish.parse(text, methods: MethodRegistry.methods)
        guard let name = wish.name else { throw .malformed(text, expected: "a method's name before the @") }
        return MethodSettings(
            name: name, budget: wish.budget ?? budget, parameters: wish.parameters ?? [:])
    }
}
