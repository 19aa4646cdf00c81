import HybridKV

/// The whole state of the inspector: what the run told, and what a person chose to see.
///
/// Knows no terminal, no clock and no file; `Update` changes it and `View` draws it.
public struct InspectorModel: Sendable {
    // MARK: What the terminal can do

    /// What the terminal can show.
    public var capabilities: Capabilities
    /// Columns of the terminal.
    public internal(set) var width: Int
    /// Lines of the terminal.
    public internal(set) var height: Int
    /// Light or dark.
    public internal(set) var theme: Theme

    // MARK: Where the run comes from

    /// What it is and what it can do.
    public let source: SourceTraits

    // MARK: What was asked for

    /// The settings that were asked for last; the plan may still be another one.
    public internal(set) var settings: MethodSettings
    /// The keys, as they are bound.
    public let keyMap: KeyMap
    /// Methods that `:method` takes.
    public let methods: [MethodDescription]
    /// Prompts that `n` and `N` go through.
    public let prompts: [PromptRequest]
    /// Place of the current prompt in `prompts`.
    public internal(set) var promptIndex: Int
    /// The prompt that was asked for last; differs from the list's after `:prompt`.
    public internal(set) var request: PromptRequest?
    /// The prompt that was opened last: what `request` goes back to when another one is refused.
    var openedRequest: PromptRequest?
    /// Tokens per second that were asked for; 0 for full speed.
    public internal(set) var pace: Double

    // MARK: What the run told

    /// What the run does, apart from a long phase of a command.
    var standing = RunMode.loading(.opening, nil)
    /// The long phase that is under way, of which command.
    var work: Work?
    var commands: CommandsUnderWay
    var geometry: ModelGeometry?
    var prompt: PromptView?
    var pictures: [PictureThumbnail] = []
    var plan: CompressionPlan?
    /// The command that asked for the plan in force; what is decoded by it carries the same.
    var planned: CommandID?
    var prefill = OpeningTimes()
    var answer = Answer()
    var snapshot: CacheSnapshot?
    var comparison = ComparisonState()
    /// Seconds of the last tick and of the last request for a snapshot; nil before them.
    var now = 0.0
    var snapshotAsked: Double?
    /// Seconds that drawing the last frame took.
    var frameCost: Double?

    // MARK: What a person chose to see

    /// The screen in front.
    public internal(set) var screen = ScreenName.map
    /// The selected head.
    public internal(set) var cursor = HeadID(layer: 0, head: 0)
    var overlay: OverlayPane?
    var overlayPage = 0
    var commandLine: CommandLine?
    var commandHistory: [String] = []
    var notice: Notice?
    var lane = Lane.budget
    var gridOverlay = GridOverlay.state
    /// nil fits the pictures into the room there is.
    var zoom: Zoom?
    var showsChunks = false
    /// The picture in front, among the visual segments.
    var pictureIndex = 0
    /// The selected visual token, once Enter went into the grid.
    var patch: Int?
    /// The selected generated token; nil follows the newest.
    var tokenCursor: Int?
    /// The budget screen: knob, draft, measurements.
    var budget = BudgetState()

    /// Starts with nothing known of the run.
    ///
    /// - Parameters:
    ///   - source: what the run comes from, and what can be asked of it.
    ///   - promptIndex: the prompt of `prompts` that the run was started with.
    ///   - pace: tokens per second, 0 for full speed.
    public init(
        capabilities: Capabilities, width: Int, height: Int, source: SourceTraits = .live,
        settings: MethodSettings, methods: [MethodDescription], prompts: [PromptRequest],
        promptIndex: Int = 0, pace: Double = 0,
        theme: Theme = .dark, keyMap: KeyMap = KeyMap()
    ) {
        self.capabilities = capabilities
        self.width = width
        self.height = height
        self.source = source
        self.settings = settings
        commands = CommandsUnderWay(settings: settings)
        self.methods = methods
        self.keyMap = keyMap
        self.prompts = prompts
        self.promptIndex = promptIndex
        self.pace = pace
        self.theme = theme
        request = prompts.indices.contains(promptIndex) ? prompts[promptIndex] : nil
        openedRequest = request
    }

    /// What the run is doing: a long phase of a command hides what it does otherwise.
    var mode: RunMode { work.map { .loading($0.phase, $0.fraction) } ?? standing }

    /// The answer so far, as text; bytes that are no text yet show as U+FFFD.
    public var answerText: String { String(decoding: answer.bytes, as: UTF8.self) }

    /// What to leave on the normal screen: mode, settings and the answer so far. Empty before the first token.
    public var exitSummary: String {
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
    var visualSegments: [PromptSegment] { prompt?.layout.visualSegments ?? [] }

    /// The method in use, if the registry knows it.
    var method: MethodDescription? { methods.first { $0.name == settings.name } }

    /// The step that the tokens screen and the head screen speak of, as a place in `answer.steps`.
    var selectedStep: Int? {
        guard !answer.steps.isEmpty else { return nil }
        return min(tokenCursor ?? answer.steps.count - 1, answer.steps.count - 1)
    }

    /// Prompt tokens that most heads hold, by how many heads.
    func holders(of tokenIndex: Int) -> Int? {
        guard let counts = snapshot?.residentHeadCount, counts.indices.contains(tokenIndex) else {
            return nil
        }
        return Int(counts[tokenIndex])
    }
}

/// A long phase of a command.
struct Work: Sendable, Hashable {
    let command: CommandID?
    let phase: LivePhase
    let fraction: Double?
}

/// The line behind `:` while it is typed.
struct CommandLine: Sendable, Hashable {
    var text = ""
    /// Characters before the cursor.
    var place = 0
    /// Place in the history while going through it.
    var recalled: Int?
    /// What was typed before going through the history.
    var draft = ""
}

extension InspectorModel {
    /// Shows a line of news until the next key.
    public mutating func note(_ text: String) {
        notice = Notice(kind: .told, text: text)
    }
}
