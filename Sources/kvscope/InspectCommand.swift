import ArgumentParser
import HybridKV
import InspectorRuntime
import InspectorUpdate
import InspectorWords
import KVConfiguration

/// `kvscope inspect`: the live screens; plain text where there is no terminal.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Watch a decode live (default).",
        discussion: """
            Keys: arrows or hjkl choose a head, Enter opens it, digits switch screens, Space pauses, . steps, + and - change \
            the budget, : takes commands, ? lists everything, q leaves.
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var prompt: PromptOptions
    @OptionGroup var method: MethodOptions
    @OptionGroup var decode: DecodeOptions
    @OptionGroup var display: DisplayOptions
    @OptionGroup var log: LogOptions

    func run() throws {
        do {
            try inspect()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.run("\(error)")
        }
    }

    private func inspect() throws {
        let choices = try Choices([model, prompt, method, decode, display, log])
        let choice =
            display.once
            ? .plain(reason: "--once was given") : TerminalChoice.current(flags: choices.terminal)
        // Nobody watches plain text being written, so it is not held back unless asked.
        let isPlain = if case .plain = choice { true } else { false }
        try Log.start(choices, hasScreen: !isPlain)
        let folder = try choices.folder()
        let sample = try SampleFile.load(folder: folder)
        let (settings, areRecommended) = try method.settings(choices, sample: sample, folder: folder)
        let (requests, index) = try prompt.requests(choices, sample: sample)
        var configuration = LiveConfiguration(model: folder, prompt: requests[index], settings: settings)
        configuration.kvElement = choices.kvElement
        configuration.threads = choices.threads
        configuration.maxTokens = choices.maxTokens
        configuration.ignoresEnd = decode.ignoresEnd
        configuration.sampling = choices.sampling

        configuration.pace = choices[KvscopeSettings.pace] ?? (isPlain ? 0 : DisplayOptions.defaultPace)
        let wake = try WakePipe()
        let source = LoggedSource(LiveRun(configuration) { wake.wake() }, log: Log.logger("inspect"))
        let keyMap = choices.keyMap
        keyMap.warnings.forEach { StandardError.print("kvscope: \($0)") }
        func inspectorModel(_ capabilities: Capabilities) -> InspectorModel {
            InspectorModel(
                capabilities: capabilities, width: 80, height: 24, source: SourceTraits(source),
                settings: settings, methods: MethodRegistry.methods, prompts: requests, promptIndex: index,
                pace: configuration.pace, theme: choices[KvscopeSettings.theme, otherwise: .dark],
                boundKeys: keyMap)
        }
        let origin: [String] = areRecommended ? ["settings recommended by \(SampleFile.name)"] : []
        let notes = origin + choices.preferences.warnings + keyMap.warnings
        switch choice {
        case .plain(let reason):
            let capabilities = Capabilities(colours: .none, unicode: !choices.ascii)
            var plain = PlainInspector(
                source: source, wake: wake, model: inspectorModel(capabilities), once: display.once)
            let greeting =
                ["PLAIN text because \(reason)", "OPEN \(folder)"] + notes.map { "NOTE \($0)" }
            if let failure = plain.run(greeting: greeting) { throw Failure.run(failure) }
        case .screen(let setup):
            var model = inspectorModel(setup.capabilities)
            // The last one is seen first; all of them stand on standard error.
            notes.forEach { model.note($0) }
            let reason = try InspectorRuntime.run(
                source: source, wake: wake, model: model, options: InspectorRuntime.Options(setup: setup))
            reason.finish()
        }
    }
}
