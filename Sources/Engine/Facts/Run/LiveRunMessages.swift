/// What a front end asks of a `LiveRun`. Commands take effect between steps.
public enum LiveCommand: Sendable {
    /// Stops before the next step.
    case pause
    /// Goes on.
    case resume
    /// Does this many steps, then pauses.
    case step(Int)
    /// Waits between steps so that about this many tokens come per second; 0 for full speed.
    case pace(Double)
    /// Plans the prompt again with other settings and decodes from the start, without running the model again
    /// where the stored prefill allows it.
    case replan(MethodSettings)
    /// Decodes again from the start with the same plan.
    case restart
    /// Opens another prompt: vision and prefill run again.
    case open(PromptRequest)
    /// Tells which head snapshots describe in full.
    case focus(HeadID)
    /// Asks for a snapshot: of the run, or while comparing of all branches.
    case snapshot
    /// Compares methods in lockstep over the open prompt. The run waits where it is; `pause`, `resume`, `step`, `pace`,
    /// `focus` and `snapshot` are about the comparison until it is left. Replaces a comparison under way.
    case compare(ComparisonRequest)
    /// Leaves the comparison: the run is again as it was.
    case endComparison
    /// While comparing: decodes the steps so far again with one head of a branch full, and measures what it changes.
    case blame(branch: Int, HeadID)
    /// Plans the open prompt with other settings and leaves the run as it is.
    case draft(MethodSettings)
    /// Measures settings by a short lockstep run of each against the full cache, teacher-forced; the run waits.
    case verify([MethodSettings], steps: Int)
}

/// What a `LiveRun` tells its front end, in order.
public enum LiveEvent: Sendable {
    /// A long phase goes on; fraction in 0...1, or nil when it cannot be known.
    case progress(LivePhase, fraction: Double?)
    /// The checkpoint is open.
    case opened(ModelGeometry)
    /// The prompt is tokenised and its pictures are read.
    case prepared(PromptView)
    /// The plan that decoding goes by from now on; decoding starts anew at step 0.
    case planned(CompressionPlan, PrefillTiming)
    /// A command could not be followed; the run goes on as it was.
    case refused(String)
    /// Decoding stands still: it was paused, or a `step` came to its end.
    case paused
    /// Decoding goes on.
    case resumed
    /// The answer is complete; the cache stays as it is.
    case finished(FinishReason)
    /// The run cannot go on.
    case failed(String)
    /// A comparison begins. Until `comparisonEnded` or `comparisonLeft`, `paused` and `resumed` are about it.
    case comparisonStarted(ComparisonStart)
    /// All sessions of the comparison made a step.
    case compared(LiveComparisonStep)
    /// The branches, as `snapshot` asked.
    case comparisonSnapshot(ComparisonSnapshot)
    /// The comparison made its last step; snapshots and blame can still be asked for.
    case comparisonEnded(FinishReason)
    /// The comparison was left; the run is as it was before.
    case comparisonLeft
    /// What `blame` measured.
    case blamed(BlameResult)
    /// The plan that `draft` asked for.
    case drafted(CompressionPlan)
    /// What `verify` measured, in the order of the settings.
    case verified([VerifiedRun])
}

/// The long phases of a run.
public enum LivePhase: String, Sendable, Hashable {
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

/// Milliseconds that came before the first decode step.
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

/// A prompt to open: messages, and how a front end names it.
public struct PromptRequest: Sendable, Hashable {
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
