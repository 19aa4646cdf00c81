import ArgumentParser
import HybridKV
import KVConfiguration

/// How the cache is compressed.
struct MethodOptions: ParsableArguments, SettingOptions {
    @Option(help: .setting(KvscopeSettings.method))
    var method: String?

    @Option(help: .setting(KvscopeSettings.budget))
    var budget: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A parameter of the method, e.g. theta=0.8; may be repeated.", valueName: "key=value"))
    var parameters: [Assignment] = []

    var flags: [SettingFlag?] {
        [SettingFlag(KvscopeSettings.method, method), SettingFlag(KvscopeSettings.budget, budget)]
    }

    /// What is used when neither a person nor the model's folder says anything.
    static let defaults = MethodSettings(name: "hybridkv", budget: 0.1)

    /// The settings, and whether the model's folder recommended them.
    func settings(_ choices: Choices, sample: SampleFile?, folder: String) throws -> (
        settings: MethodSettings, areRecommended: Bool
    ) {
        let recommended = sample?.settings
        var settings = recommended ?? Self.defaults
        var namesBudget = false
        if let method = choices[KvscopeSettings.method], method != settings.name {
            let wish = try choices.reading("method") {
                try MethodWish.parse(method, methods: MethodRegistry.methods)
            }
            // Parameters that were recommended mean nothing to another method, nor to one that is written out.
            if wish.name != nil { settings.parameters = [:] }
            settings = wish.applied(to: settings, methods: MethodRegistry.methods)
            namesBudget = wish.budget != nil
        }
        // The budget of a method that somebody names now beats one that was set once.
        let isOverruled = namesBudget && choices.isStronger("method", than: "budget")
        if let budget = choices[KvscopeSettings.budget], !isOverruled {
            settings.budget = try choices.reading("budget") { try BudgetText.share(budget) }
        }
        for assignment in parameters { settings.parameters[assignment.key] = assignment.value }
        let chosen = settings
        // A parameter of the command line may be to blame as well.
        _ = try choices.reading(parameters.isEmpty ? "method" : "set") {
            try Planner(chosen, modelFolder: folder)
        }
        return (settings, recommended != nil && settings == recommended)
    }
}

/// `key=value`.
struct Assignment: ExpressibleByArgument {
    let key: String
    let value: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
        key = String(argument[..<sign])
        value = String(argument[argument.index(after: sign)...])
    }
}
