import ArgumentParser
import HybridKV
import KVConfiguration
import Logging

/// `kvscope compare`: several methods on one prompt, in lockstep with the full cache.
struct CompareCommand: ParsableCommand, SettingOptions {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Decode one prompt under several methods side by side, and measure what each loses.",
        discussion: """
            One prefill serves all. Every method is measured against a full cache, and a second full cache is the control. \
            Teacher-forced, every method is given the full cache's tokens; --free lets each answer for itself.
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var prompt: PromptOptions

    @Option(
        help: ArgumentHelp(
            "A method, with variant, parameters and budget where wanted: snapkv, hybridkv(theta=q:0.25)@10%. May be "
                + "repeated; default: all that `kvscope methods` lists.",
            valueName: "name[:variant][(key=value,...)][@share]"))
    var method: [String] = []

    @Option(help: .setting(KvscopeSettings.compareMethods))
    var methods: [String] = []

    @Option(help: ArgumentHelp("Budget of methods that name none. (default: 10%)", valueName: "share"))
    var budget: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A parameter of the one method that has it, e.g. theta=q:0.25; may be repeated.",
            valueName: "key=value"))
    var parameters: [Assignment] = []

    @Option(help: .setting(KvscopeSettings.compareSteps))
    var steps: String?

    @Option(help: .setting(KvscopeSettings.compareProbe))
    var probe: String?

    @Flag(help: "Let every method answer for itself instead of giving it the full cache's tokens.")
    var free = false

    @Flag(help: "Print one JSON object instead of a table.")
    var json = false

    @OptionGroup var log: LogOptions

    var flags: [SettingFlag?] {
        let named = method + methods
        return [
            SettingFlag(
                KvscopeSettings.compareMethods, named.isEmpty ? nil : named.joined(separator: " "),
                option: methods.isEmpty ? "--method" : "--methods"),
            SettingFlag(KvscopeSettings.budget, budget), SettingFlag(KvscopeSettings.compareSteps, steps),
            SettingFlag(KvscopeSettings.compareProbe, probe),
        ]
    }

    func run() throws {
        do {
            try compare()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.run("\(error)")
        }
    }

    private func compare() throws {
        let choices = try Choices([model, prompt, self, log])
        try Log.start(choices)
        let folder = try choices.folder()
        let settings = try settings(choices, folder: folder)
        let probes = choices[KvscopeSettings.compareProbe, otherwise: ProbeSet()]
        let steps = choices[KvscopeSettings.compareSteps, otherwise: 32]
        let sample = try SampleFile.load(folder: folder)
        let (requests, index) = try prompt.requests(choices, sample: sample)
        let bench = try Workbench(folder: folder, rowFormat: choices.kvElement, threads: choices.threads)
        let prompt = try bench.prepare(requests[index]).prompt
        let logger = Log.logger("compare")
        logger.info("opened \(folder), prompt of \(prompt.layout.tokenCount) tokens")
        let prefilled = try bench.prefill(prompt, for: try settings.map(bench.planner), isKept: true)
        let request = ComparisonRequest(
            methods: settings, isForced: !free, steps: steps, probes: probes)
        let lockstep = try Lockstep(
            bench, prefilled: prefilled, request: request, stopTokens: bench.preparer.stopTokens)
        while try lockstep.step() != nil {}
        logger.info("compared \(settings.map(\.text).joined(separator: ", "))")
        var report = CompareReport(prefilled, isForced: !free, probes: probes)
        report.add(lockstep, tokenizer: bench.tokenizer)
        print(json ? try report.json() : report.table(asciiOnly: false).joined(separator: "\n"))
    }

    private func settings(_ choices: Choices, folder: String) throws -> [MethodSettings] {
        let share = try choices.reading("budget") {
            try BudgetText.share(choices[KvscopeSettings.budget] ?? "10%")
        }
        let named = choices[KvscopeSettings.compareMethods].map(MethodText.list)
        let names = try named ?? available(folder: folder)
        var all = try choices.reading("compare.methods") {
            try names.map { try MethodSettings.parse($0, budget: share) }
        }
        return try choices.reading(parameters.isEmpty ? "compare.methods" : "set") {
            for assignment in parameters {
                let place = try Self.place(of: assignment.key, in: all)
                all[place].parameters[assignment.key] = assignment.value
            }
            for settings in all { _ = try Planner(settings, modelFolder: folder) }
            return all
        }
    }

    /// Place of the one method that has a parameter.
    private static func place(of key: String, in settings: [MethodSettings]) throws(PolicyError) -> Int {
        let places = settings.indices.filter { place in
            MethodRegistry.methods.contains { method in
                method.name == settings[place].name && method.parameters.contains { $0.key == key }
            }
        }
        guard let place = places.first else {
            let names = settings.map(\.name)
            let known = MethodRegistry.methods.filter { names.contains($0.name) }.flatMap(\.parameters)
            throw .unknownParameter(
                key, method: names.joined(separator: ", "), known: Set(known.map(\.key)).sorted())
        }
        guard places.count == 1 else {
            throw .ambiguousParameter(key, methods: places.map { settings[$0].name })
        }
        return place
    }

    /// Every method but the reference that can be used with this checkpoint.
    private func available(folder: String) throws -> [String] {
        MethodRegistry.methods.map(\.name).filter { name in
            name != "full"
                && (try? Planner(MethodSettings(name: name, budget: 0.1), modelFolder: folder)) != nil
        }
    }
}
