import ArgumentParser
import HybridKV
import InspectorRuntime
import InspectorWords

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
        let folder = try model.folder()
        let sample = try SampleFile.load(folder: folder)
        let (settings, areRecommended) = try method.settings(sample: sample, folder: folder)
        let (requests, index) = try prompt.requests(sample: sample)
        var configuration = LiveConfiguration(model: folder, prompt: requests[index], settings: settings)
        configuration.kvElement = model.kv.format
        configuration.threads = model.threads
        configuration.maxTokens = decode.maxTokens
        configuration.ignoresEnd = decode.ignoresEnd
        configuration.sampling = decode.sampling

        let choice =
            display.once ? .plain(reason: "--once was given") : TerminalChoice.current(flags: display.flags)
        // Nobody watches plain text being written, so it is not held back unless asked.
        let isPlain = if case .plain = choice { true } else { false }
        configuration.pace = display.pace ?? (isPlain ? 0 : DisplayOptions.defaultPace)
        let wake = try WakePipe()
        let source = LiveRun(configuration) { wake.wake() }
        func inspectorModel(_ capabilities: Capabilities) -> InspectorModel {
            InspectorModel(
                capabilities: capabilities, width: 80, height: 24, source: SourceTraits(source),
                settings: settings, methods: MethodRegistry.methods, prompts: requests, promptIndex: index,
                pace: configuration.pace, theme: display.theme)
        }
        let origin = areRecommended ? "settings recommended by \(SampleFile.name)" : nil
        switch choice {
        case .plain(let reason):
            let capabilities = Capabilities(colours: .none, unicode: !display.ascii)
            var plain = PlainInspector(
                source: source, wake: wake, model: inspectorModel(capabilities), once: display.once)
            let greeting =
                ["PLAIN text because \(reason)", "OPEN \(folder)"] + (origin.map { ["NOTE \($0)"] } ?? [])
            if let failure = plain.run(greeting: greeting) { throw Failure.run(failure) }
        case .screen(let setup):
            var model = inspectorModel(setup.capabilities)
            if let origin { model.note(origin) }
            let reason = try InspectorRuntime.run(
                source: source, wake: wake, model: model, options: InspectorRuntime.Options(setup: setup))
            reason.finish()
        }
    }
}

/// How the inspector shows itself.
struct DisplayOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Tokens per second; 0 for full speed.", valueName: "n"))
    var pace: Double?

    @Flag(help: "Plain text, for screen readers and files.")
    var plain = false

    @Flag(help: "Plain text of the whole state, once, when the answer is complete.")
    var once = false

    @Flag(help: "ASCII characters only.")
    var ascii = false

    @Option(help: ArgumentHelp("Colours: none, 16 or 256. Default: what the terminal can.", valueName: "n"))
    var color: ColourChoice?

    @Flag(name: .customLong("no-color"), help: "No colours, as NO_COLOR asks.")
    var noColour = false

    @Option(help: ArgumentHelp("dark or light.", valueName: "name"))
    var theme: Theme = .dark

    /// A pace that eyes can follow.
    static let defaultPace = 8.0

    func validate() throws {
        if let pace, !(pace >= 0 && pace <= 1e6) {
            throw ValidationError("--pace cannot be \(pace); expected 0...1000000 tokens per second")
        }
        if noColour, let color, color != .none {
            throw ValidationError("--no-color and --color \(color.rawValue) contradict each other")
        }
    }

    var flags: TerminalFlags {
        TerminalFlags(
            colour: noColour ? Capabilities.Colours.none : color?.colours, ascii: ascii ? true : nil,
            plain: plain)
    }
}

/// How many colours a person asks for.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
    case none
    case sixteen = "16"
    case palette = "256"

    var colours: Capabilities.Colours {
        switch self {
        case .none: .none
        case .sixteen: .sixteen
        case .palette: .palette
        }
    }
}

extension Theme: ExpressibleByArgument {}
