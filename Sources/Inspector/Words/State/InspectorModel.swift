import KVFacts

/// The whole state of the inspector: what the run told, and what a person chose to see.
///
/// Knows no terminal, no clock and no file; `Update` changes it and `View` draws it.
package struct InspectorModel: Sendable {
    // MARK: What the terminal can do

    /// What the terminal can show.
    package var capabilities: Capabilities
    /// Columns of the terminal.
    package var width: Int
    /// Lines of the terminal.
    package var height: Int
    /// Light or dark.
    package var theme: Theme

    // MARK: Where the run comes from

    /// What it is and what it can do.
    package let source: SourceTraits

    // MARK: What was asked for

    /// The settings that were asked for last; the plan may still be another one.
    package var settings: MethodSettings
    /// The keys, as a person bound them; nil for those of the table of commands.
    package let boundKeys: KeyMap?
    /// Methods that `:method` takes.
    package let methods: [MethodDescription]
    /// Prompts that `n` and `N` go through.
    package let prompts: [PromptRequest]
    /// Place of the current prompt in `prompts`.
    package var promptIndex: Int
    /// The prompt that was asked for last; differs from the list's after `:prompt`.
    package var request: PromptRequest?
    /// The prompt that was opened last: what `request` goes back to when another one is refused.
    package var openedRequest: PromptRequest?
    /// Tokens per second that were asked for; 0 for full speed.
    package var pace: Double

    // MARK: What the run told

    /// What the run does, apart from a long phase of a command.
    package var standing = RunMode.loading(.opening, nil)
    /// The long phase that is under way, of which command.
    package var work: Work?
    package var commands: CommandsUnderWay
    package var geometry: ModelGeometry?
    package var prompt: PromptView?
    package var pictures: [PictureThumbnail] = []
    package var plan: CompressionPlan?
    /// The command that asked for the plan in force; what is decoded by it carries the same.
    package var planned: CommandID?
    package var prefill = OpeningTimes()
    package var answer = Answer()
    package var snapshot: CacheSnapshot?
    package var comparison = ComparisonState()
    /// Seconds of the last tick and of the last request for a snapshot; nil before them.
    package var now = 0.0
    package var snapshotAsked: Double?
    /// Seconds that drawing the last frame took.
    package var frameCost: Double?

    // MARK: What a person chose to see

    /// The screen in front.
    package var screen = ScreenName.map
    /// The selected head.
    package var cursor = HeadID(layer: 0, head: 0)
    package var overlay: OverlayPane?
    package var overlayPage = 0
    package var commandLine: CommandLine?
    package var commandHistory: [String] = []
    package var notice: Notice?
    package var lane = Lane.budget
    package var gridOverlay = GridOverlay.state
    /// nil fits the pictures into the room there is.
    package var zoom: Zoom?
    package var showsChunks = false
    /// The picture in front, among the visual segments.
    package var pictureIndex = 0
    /// The selected visual token, once Enter went into the grid.
    package var patch: Int?
    /// The selected generated token; nil follows the newest.
    package var tokenCursor: Int?
    /// The budget screen: knob, draft, measurements.
    package var budget = BudgetState()

    /// Starts with nothing known of the run.
    ///
    /// - Parameters:
    ///   - source: what the run comes from, and what can be asked of it.
    ///   - promptIndex: the prompt of `prompts` that the run was started with.
    ///   - pace: tokens per second, 0 for full speed.
    package init(
        capabilities: Capabilities, width: Int, height: Int, source: SourceTraits = .live,
        settings: MethodSettings, methods: [MethodDescription], prompts: [PromptRequest],
        promptIndex: Int = 0, pace: Double = 0,
        theme: Theme = .dark, boundKeys: KeyMap? = nil
    ) {
        self.capabilities = capabilities
        self.width = width
        self.height = height
        self.source = source
        self.settings = settings
        commands = CommandsUnderWay(settings: settings)
        self.methods = methods
        self.boundKeys = boundKeys
        self.prompts = prompts
        self.promptIndex = promptIndex
        self.pace = pace
        self.theme = theme
        request = prompts.indices.contains(promptIndex) ? prompts[promptIndex] : nil
        openedRequest = request
    }

    /// What the run is doing: a long phase of a command hides what it does otherwise.
    package var mode: RunMode { work.map { .loading($0.phase, $0.fraction) } ?? standing }

    /// The answer so far, as text; bytes that are no text yet show as U+FFFD.
    package var answerText: String { String(decoding: answer.bytes, as: UTF8.self) }

    /// What to leave on the normal screen: mode, settings and the answer so far. Empty before the first token.
    package var exitSummary: String {
        if case .failed(let reason) = standing {
            return "kvscope: \(TokenText.visible(reason, asciiOnly: false))"
        }
        guard let last = answer.lastIndex else { return "" }
        let state = mode.isDone ? "done" : "stopped"
        let text = TokenText.visible(answer.bytes, asciiOnly: !capabilities.unicode)
        return
            "\(SettingsText.short(settings)), \(state) after \(NumberText.count(last + 1, "token")): \(text)"
    }

    /// The visual segments of the prompt, in order.
    package var visualSegments: [PromptSegment] { prompt?.layout.visualSegments ?? [] }

    /// The method in use, if the registry knows it.
    package var method: MethodDescription? { methods.first { $0.name == settings.name } }

    /// The step that the tokens screen and the head screen speak of, as a place in `answer.steps`.
    package var selectedStep: Int? {
        guard !answer.steps.isEmpty else { return nil }
        return min(tokenCursor ?? answer.steps.count - 1, answer.steps.count - 1)
    }

    /// Prompt tokens that most heads hold, by how many heads.
    package func holders(of tokenIndex: Int) -> Int? {
        guard let counts = snapshot?.residentHeadCount, counts.indices.contains(tokenIndex) else {
            return nil
        }
        return Int(counts[tokenIndex])
    }
}

/// A long phase of a command.
package struct Work: Sendable, Hashable {
    package let command: CommandID?
    package let phase: LivePhase
    package let fraction: Double?

    /// States a phase.
    package init(command: CommandID?, phase: LivePhase, fraction: Double?) {
        self.command = command
        self.phase = phase
        self.fraction = fraction
    }
}

/// The line behind `:` while it is typed.
package struct CommandLine: Sendable, Hashable {
    package var text = ""
    /// Characters before the cursor.
    package var place = 0
    /// Place in the history while going through it.
    package var recalled: Int?
    /// What was typed before going through the history.
    package var draft = ""

    /// What is typed already, and how many of its characters stand before the cursor.
    package init(text: String = "", place: Int = 0) {
        self.text = text
        self.place = place
    }
}

extension InspectorModel {
    /// Shows a line of news until the next key.
    package mutating func note(_ text: String) {
        notice = Notice(kind: .told, text: text)
    }
}
