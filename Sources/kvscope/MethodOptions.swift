import ArgumentParser
import HybridKV

/// How the cache is compressed.
struct MethodOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The method, with a variant, parameters and a budget where wanted: hybridkv:all-static@10%, "
                + "hybridkv(theta=q:0.25,chunk=4)@10%. `kvscope methods` lists them.",
            valueName: "name[:variant][(key=value,...)][@share]"))
    var method: String?

    @Option(
        help: ArgumentHelp(
            "Share of the prompt's rows that may stay resident: 0.1, or 10%.", valueName: "share"))
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
                let wish = try MethodWish.parse(method, methods: MethodRegistry.methods)
                // Parameters that were recommended mean nothing to another method, nor to one that is written out.
                if wish.name != nil { settings.parameters = [:] }
                settings = wish.applied(to: settings, methods: MethodRegistry.methods)
            }
            if let budget { settings.budget = try BudgetText.share(budget) }
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
