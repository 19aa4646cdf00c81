import HybridKV

/// What the inspector knows of the source of a run.
public struct SourceTraits: Sendable, Hashable {
    /// What it is, as the beginning of a sentence: "a live run".
    public let title: String
    /// What it can do.
    public let capabilities: Set<RunCapability>

    /// States a source.
    public init(title: String, capabilities: Set<RunCapability>) {
        self.title = title
        self.capabilities = capabilities
    }

    /// What a source tells of itself.
    public init(_ source: some RunSource) {
        self.init(title: source.title, capabilities: source.capabilities)
    }

    /// An engine, which can do everything that screens offer.
    public static let live = SourceTraits(title: "a live run", capabilities: Set(RunCapability.allCases))

    /// Why something cannot be had, or nil when it can.
    func obstacle(_ needs: RunCapability?) -> String? {
        guard let needs, !capabilities.contains(needs) else { return nil }
        return "\(title) cannot \(needs.words)"
    }
}

extension Request {
    /// What the source of the run must be able to do for this, on a screen.
    func need(on screen: ScreenName) -> RunCapability? {
        switch self {
        case .pauseOrResume, .pause: .pause
        case .step: .step
        case .restart: .restart
        case .pace, .nextPace: .pace
        case .prompt, .nextPrompt: .open
        case .budget, .nextBudget, .method, .set: screen == .compare ? .compare : .replan
        case .force, .forceNext: .force
        case .applyDraft: .replan
        case .draft, .revertDraft: .draft
        case .open: screen == .budget ? .draft : nil
        case .verify: .verify
        case .show(.compare), .leave: .compare
        case .compare(.blame): .blame
        case .compare: .compare
        case .show, .nextPane, .back, .moveHead, .look, .arrow, .end, .page, .help, .checks, .command, .why,
            .lane,
            .nextLane, .nextOverlay, .nextZoom, .chunks, .toggleTheme, .save, .redraw, .suspend, .quit:
            nil
        }
    }
}

extension InspectorModel {
    /// Why a request cannot be followed by this source, or nil when it can.
    func obstacle(to request: Request) -> String? { source.obstacle(request.need(on: screen)) }

    /// The keys that mean something on the screen in front, with this source.
    var offeredKeys: [KeyBinding] {
        keyMap.bindings.filter { $0.screens.contains(screen) && obstacle(to: $0.request) == nil }
    }

    /// The commands that can be typed, with this source.
    var offeredCommands: [Command] {
        CommandTable.typed.filter { source.obstacle($0.needs) == nil }
    }

    /// Why a typed command cannot be followed by this source, whatever stands behind it; nil when it can.
    func obstacle(toCommand line: String) -> String? {
        guard let (name, _) = CommandParser.split(line) else { return nil }
        return source.obstacle(CommandTable.command(named: name)?.needs)
    }

    /// The screens that there are, with this source.
    var offeredScreens: [ScreenName] {
        ScreenName.allCases.filter { obstacle(to: .show($0)) == nil }
    }
}
