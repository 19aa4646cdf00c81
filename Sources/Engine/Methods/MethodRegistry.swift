import KVFacts

/// The methods that a run may use. Command-line help, the README's table and the test matrix read this list.
public enum MethodRegistry {
    private static let policies: [any CachePolicy.Type] = [
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
        RandomPolicy.self,
    ]

    /// What there is to choose from, in the order in which it is listed to people.
    public static var methods: [MethodDescription] { policies.map { $0.description } }

    /// The method of settings, with its parameters read.
    static func policy(
        for settings: MethodSettings, modelFolder: String? = nil
    ) throws(PolicyError) -> any CachePolicy {
        guard let type = policies.first(where: { $0.description.name == settings.name }) else {
            throw .unknownMethod(settings.name, known: methods.map(\.name))
        }
        return try type.init(
            try ParameterValues(
                settings.parameters, of: type.description, methods: methods, modelFolder: modelFolder))
    }
}
