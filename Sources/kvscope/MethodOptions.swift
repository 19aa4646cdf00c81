import ArgumentParser
import HybridKV

/// How the cache is compressed.
struct MethodOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The method; `kvscope methods` lists them. A variant and a budget may follow: hybridkv:all-static@10%.",
            valueName: "name"))
    var method: String?

    @Option(
        help: ArgumentHelp(
            "Share of the prompt's rows that may stay resident: 0.1 or 10%.", valueName: "share"))
    var budget: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A parameter of the method, e.g. theta=0.8; may be repeated.", valueName: "key=value"))
    var parameters: [Assignment] = []

    /// What is used when neither the command line nor the model's folder says anything.
    static let defaults = MethodSettings(name: "hybridkv", budget: 0.1)

    /// The settings, and whether the model's folder recommended them.
    func settings(sample: SampleFile?, folder: String) throws -> (
        settings: MethodSettings, areRecommended: Bool
    ) {
        let recommended = sample?.settings
        var settings = recommended ?? Self.defaults
        do {
            if let method, method != settings.name {
                // Parameters that were recommended for another method mean nothing to this one.
                settings = try MethodSettings.parse(method, budget: settings.budget)
            }
            if let budget { settings.budget = try MethodSettings.share(budget) }
            for assignment in parameters { settings.parameters[assignment.key] = assignment.value }
            _ = try Planner(settings, modelFolder: folder)
        } catch {
            throw Failure.usage("\(error)")
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
