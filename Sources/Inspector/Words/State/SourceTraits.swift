import KVFacts

/// What the inspector knows of the source of a run.
package struct SourceTraits: Sendable, Hashable {
    /// What it is, as the beginning of a sentence: "a live run".
    package let title: String
    /// What it can do.
    package let capabilities: Set<RunCapability>

    /// States a source.
    package init(title: String, capabilities: Set<RunCapability>) {
        self.title = title
        self.capabilities = capabilities
    }

    /// What a source tells of itself.
    package init(_ source: some RunSource) {
        self.init(title: source.title, capabilities: source.capabilities)
    }

    /// An engine, which can do everything that screens offer.
    package static let live = SourceTraits(title: "a live run", capabilities: Set(RunCapability.allCases))

    /// Why something cannot be had, or nil when it can.
    package func obstacle(_ needs: RunCapability?) -> String? {
        guard let needs, !capabilities.contains(needs) else { return nil }
        return "\(title) cannot \(needs.words)"
    }
}

extension Request {
    /// What the source of the run must be able to do for this, on a screen.
    package func need(on screen: ScreenName) -> RunCapability? {
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
