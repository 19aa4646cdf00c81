/// The long phases of a run.
public enum LivePhase: String, Sendable, Hashable, Codable, CaseIterable {
    /// Opening the checkpoint.
    case opening
    /// Reading and resizing pictures, tokenising.
    case preparing
    /// The vision tower.
    case vision
    /// The decoder over the prompt.
    case prefill
    /// Evidence, classes, budgets.
    case planning
}

/// Milliseconds that came before the first decode step, as the engine measures them.
public struct PrefillTiming: Sendable, Hashable {
    /// Opening the checkpoint.
    public var load: Double = 0
    /// The vision tower.
    public var vision: Double = 0
    /// The decoder over the prompt.
    public var prefill: Double = 0
    /// Evidence and plan.
    public var plan: Double = 0

    /// Nothing measured.
    public init() {}
}

/// Milliseconds that came before the first decode step, as a front end receives them; nil is not known.
public struct OpeningTimes: Sendable, Hashable, Codable {
    /// Opening the checkpoint.
    public var load: Double?
    /// The vision tower.
    public var vision: Double?
    /// The decoder over the prompt.
    public var prefill: Double?
    /// Evidence and plan.
    public var plan: Double?

    /// Nothing is known.
    public init() {}

    /// Everything is known.
    public init(_ timing: PrefillTiming) {
        load = timing.load
        vision = timing.vision
        prefill = timing.prefill
        plan = timing.plan
    }
}

/// A prompt to open: messages, and how a front end names it.
public struct PromptRequest: Sendable, Hashable, Codable {
    /// A person's name for the prompt; may be empty.
    public var title: String
    /// The conversation; pictures are named by file path.
    public var messages: [Message]
    /// Whether pictures are labelled "Picture 1: ".
    public var pictureLabels: PictureLabels
    /// The answer that the author of a sample expects.
    public var expectedAnswer: String?

    /// Asks for a conversation.
    public init(
        title: String = "", messages: [Message], pictureLabels: PictureLabels = .auto,
        expectedAnswer: String? = nil
    ) {
        self.title = title
        self.messages = messages
        self.pictureLabels = pictureLabels
        self.expectedAnswer = expectedAnswer
    }
}
