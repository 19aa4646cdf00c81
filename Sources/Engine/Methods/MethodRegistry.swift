import KVFacts

/// The methods that a run may use. Command-line help, the README's table and the test matrix read this list.
public enum MethodRegistry {
    private static let all: [any CompressionMethod.Type] = [
        HybridKVPolicy.self,
        FullCachePolicy.self,
        SnapKVPolicy.self,
        H2OPolicy.self,
        LookMPolicy.self,
        StreamingLLMPolicy.self,
        PyramidKVPolicy.self,
        MadaKVPolicy.self,
        AdaKVPolicy.self,
        SparseMMPolicy.self,
        QuestPolicy.self,
        KnormPolicy.self,
        KeyDiffPolicy.self,
        TOVAPolicy.self,
        RandomPolicy.self,
    ]

    /// What there is to choose from, in the order in which it is listed to people.
    public static let methods: [MethodDescription] = all.map { $0.description }

    /// The stages of the method of settings, with its parameters read.
    /// - Throws: `.unknownMethod`, `.unknownParameter`, `.badValue`, `.badScores`.
    static func stages(
        for settings: MethodSettings, modelFolder: String? = nil
    ) throws(PolicyError) -> MethodStages {
        guard let type = all.first(where: { $0.description.name == settings.name }) else {
            throw .unknownMethod(settings.name, known: methods.map(\.name))
        }
        return try type.stages(
            try ParameterValues(
                settings.parameters, of: type.description, methods: methods, modelFolder: modelFolder))
    }
}

extension ParameterValues {
    /// The scores of the method that a parameter names, or nil for its word for none.
    func scorer(_ parameter: Parameter<String?>) throws(PolicyError) -> (any RowScorer)? {
        guard let text = self[parameter] else { return nil }
        let settings = try MethodSettings.parse(text, budget: 1)
        return try MethodRegistry.stages(for: settings, modelFolder: modelFolder).score
    }
}
