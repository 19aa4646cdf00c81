/// Names a command of a run. Whoever sends commands counts them; whatever answers one carries the same id.
public struct CommandID: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The number; 0 is `start`.
    public let rawValue: Int

    /// Takes a number.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// What a run was started with: the model, the first prompt and its plan answer it. Nobody sends it.
    public static let start = CommandID(rawValue: 0)

    /// `#7`.
    public var description: String { "#\(rawValue)" }
}

/// A command: what is asked of a run, under an id of its own.
public struct RunCommand: Sendable, Hashable, Codable {
    /// Its name; used once.
    public let id: CommandID
    /// What is asked.
    public let action: RunAction

    /// Asks for something.
    public init(_ id: CommandID, _ action: RunAction) {
        self.id = id
        self.action = action
    }
}

/// What can be asked of a run. Commands take effect between steps, in the order in which they were sent.
///
/// Each is concluded exactly once, see `Conclusion`; what comes of it is told before, by facts that carry its id.
public enum RunAction: Sendable, Hashable, Codable {
    /// Stops before the next step: `paused`. Refused when there is no next step.
    case pause
    /// Goes on: `resumed`. Refused when there is no next step.
    case resume
    /// Does this many steps, then pauses: `paused`, or `finished` where the answer ends before. Concluded after the last
    /// of them; abandoned when another command changes what is decoded, or whether. Refused when there is no next step.
    case step(Int)
    /// Waits between steps so that about this many tokens come per second; 0 for full speed.
    case pace(Double)
    /// Goes to a step of the answer, of a run that is kept as a whole.
    case seek(Int)
    /// Plans the prompt again with other settings and decodes from the start, without running the model again where
    /// the stored prefill allows it: `planned`, and the steps after it. Abandoned when another prompt is asked for.
    case replan(MethodSettings)
    /// Decodes again from the start with the same plan: `planned`, and the steps after it. While comparing, compares
    /// again.
    case restart
    /// Opens another prompt, vision and prefill run again: `prepared`, `planned`, and the steps after it. When it is
    /// refused the run goes on with the prompt it had. Abandoned when another prompt is asked for.
    case open(PromptRequest)
    /// Tells which head snapshots describe in full.
    case focus(HeadID)
    /// Describes the run, or while comparing all branches: `snapshot` or `comparisonSnapshot`. Refused before the first
    /// plan.
    case snapshot
    /// Compares methods in lockstep over the open prompt: `comparisonStarted`, and the steps after it. The run waits
    /// where it is; `pause`, `resume`, `step`, `pace`, `focus` and `snapshot` are about the comparison until it is left.
    /// Replaces a comparison under way. Abandoned when another prompt is asked for.
    case compare(ComparisonRequest)
    /// Leaves the comparison, if there is one: the run is again as it was.
    case endComparison
    /// While comparing: decodes the steps so far again with one head of a branch full: `blamed`. Abandoned when another
    /// prompt is asked for.
    case blame(branch: Int, HeadID)
    /// Plans the open prompt with other settings and leaves the run as it is: `drafted`. Abandoned when another prompt
    /// is asked for.
    case draft(MethodSettings)
    /// Measures settings by a short lockstep run of each against the full cache, teacher-forced, while the run waits:
    /// `verified`. Abandoned when another prompt is asked for.
    case verify([MethodSettings], steps: Int)

    /// What a source must be able to do for this.
    public var needs: Set<RunCapability> {
        switch self {
        case .pause, .resume: [.pause]
        case .step: [.step]
        case .pace: [.pace]
        case .seek: [.seek]
        case .replan(let settings): settings.forcedHeads.isEmpty ? [.replan] : [.replan, .force]
        case .restart: [.restart]
        case .open: [.open]
        case .focus, .snapshot: [.snapshot]
        case .compare, .endComparison: [.compare]
        case .blame: [.blame]
        case .draft(let settings): settings.forcedHeads.isEmpty ? [.draft] : [.draft, .force]
        case .verify: [.verify]
        }
    }
}

/// Something that a source of a run may be able to do.
public enum RunCapability: String, Sendable, Hashable, Codable, CaseIterable {
    /// Stops between two steps and goes on.
    case pause
    /// Goes on by single steps.
    case step
    /// Holds the steps back.
    case pace
    /// Goes to any step.
    case seek
    /// Goes through the answer again.
    case restart
    /// Describes the cache when asked.
    case snapshot
    /// Plans the prompt again.
    case replan
    /// Gives a head another class.
    case force
    /// Opens other prompts.
    case open
    /// Plans settings beside those in force.
    case draft
    /// Measures settings against the full cache.
    case verify
    /// Compares methods in lockstep.
    case compare
    /// Measures what a head is to blame for.
    case blame

    /// What cannot be done without it, behind "cannot".
    public var words: String {
        switch self {
        case .pause: "pause"
        case .step: "go step by step"
        case .pace: "change its pace"
        case .seek: "go to another step"
        case .restart: "decode again"
        case .snapshot: "describe its cache on request"
        case .replan: "be planned again"
        case .force: "force the class of a head"
        case .open: "open another prompt"
        case .draft: "plan a draft"
        case .verify: "measure plans against the full cache"
        case .compare: "compare methods"
        case .blame: "measure what a head is to blame for"
        }
    }
}
