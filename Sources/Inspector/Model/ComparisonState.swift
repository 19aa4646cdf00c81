import HybridKV

/// Where a comparison stands.
enum ComparisonPhase: Sendable, Hashable {
    /// Nothing was compared for this prompt.
    case none
    /// Asked for; the engine has not begun.
    case asked
    /// All branches go on in lockstep.
    case running
    /// Standing still between two steps.
    case paused
    /// The last step is done; snapshots and blame can still be asked for.
    case ended(FinishReason)
    /// The engine went back to the run; the results stay to be looked at.
    case left
    /// The engine said no, and why.
    case refused(String)
}

/// What the compare screen knows: what was asked for, what the engine told, and what a person looks at.
struct ComparisonState: Sendable {
    // MARK: What was asked for

    /// The methods to compare, A first; empty before the first comparison.
    var wishes: [MethodSettings] = []
    /// Whether A is whatever the run uses; ends when a person chooses A.
    var followsRun = true
    /// Whether the branches are to be given the reference's tokens.
    var isForced = true
    /// The command of the comparison that was asked for last and is still wanted, until it begins.
    var asked: CommandID?

    // MARK: What the run told

    /// Where the results below stand; `phase` is what a person sees.
    var standing = ComparisonPhase.none
    /// The command of the comparison that the results below are of; their facts carry it.
    private(set) var command: CommandID?
    /// What the results below are of.
    private(set) var start: ComparisonStart?
    private(set) var steps: [LiveComparisonStep] = []
    private(set) var totals: [BranchTotals] = []
    private(set) var control = ControlTotals()
    var snapshot: ComparisonSnapshot?
    /// Measured blames, oldest first; one of each branch and head.
    private(set) var blames: [BlameResult] = []
    /// Seconds of the last request for a snapshot.
    var snapshotAsked: Double?

    // MARK: What a person chose to see

    /// The selected step; nil follows the newest.
    var cursor: Int?
    /// The branch that Tab, `S` and changes of settings are about.
    var focus = 0
    var panel = ComparePanel.overview
    /// Place in `grids`.
    var gridPlace = 0
    /// The step and the place in its list of heads that Enter went to last.
    var ranked: (step: Int, place: Int)?

    /// A head of a branch that was asked to be full for once.
    struct Blame: Sendable, Hashable {
        let branch: Int
        let head: HeadID
    }

    /// Where the comparison stands.
    var phase: ComparisonPhase { asked != nil ? .asked : standing }

    /// True while the source answers questions about the comparison that was asked for last.
    var isOpen: Bool { asked == nil && isHeld }

    /// True while the run waits for the comparison that the results are of.
    var isHeld: Bool {
        switch standing {
        case .running, .paused, .ended: true
        case .none, .asked, .left, .refused: false
        }
    }

    /// Forgets results and begins to listen to a comparison.
    mutating func begin(_ start: ComparisonStart, command: CommandID?) {
        forgetResults()
        self.start = start
        self.command = command
        totals = start.plans.map { _ in BranchTotals() }
        standing = .running
        if command == asked { asked = nil }
        focus = min(focus, max(0, start.plans.count - 1))
    }

    /// Another prompt: nothing is known of it, but what to compare is still wanted.
    mutating func forgetPrompt() {
        forgetResults()
        standing = .none
    }

    private mutating func forgetResults() {
        start = nil
        command = nil
        steps = []
        totals = []
        control = ControlTotals()
        snapshot = nil
        blames = []
        cursor = nil
        ranked = nil
    }

    /// Takes the next step; one that does not follow cannot be shown.
    mutating func append(_ step: LiveComparisonStep) {
        guard let start, step.step.branches.count == start.plans.count,
            step.branches.count == start.plans.count, step.step.index == (lastIndex ?? -1) + 1
        else { return }
        steps.append(step)
        for place in totals.indices {
            totals[place].add(
                step.step.branches[place], at: step.step.index, reference: step.step.reference.token)
        }
        control.add(step.step)
    }

    /// Takes a snapshot, unless it cannot be of this comparison.
    mutating func take(_ snapshot: ComparisonSnapshot) {
        guard let start, snapshot.branches.count == start.plans.count,
            zip(snapshot.branches, start.plans).allSatisfy({ $0.residentTokens.count == $1.heads.count })
        else { return }
        self.snapshot = snapshot
    }

    /// Takes what a head is to blame for; the same head of the same branch counts once.
    mutating func take(_ result: BlameResult) {
        guard let start, start.plans.indices.contains(result.branch) else { return }
        blames.removeAll { $0.branch == result.branch && $0.head == result.head }
        blames.append(result)
    }

    /// Index of the newest step.
    var lastIndex: Int? { steps.last?.step.index }

    /// The step that the screen speaks of, as a place in `steps`.
    var selected: Int? {
        steps.isEmpty ? nil : min(max(0, cursor ?? steps.count - 1), steps.count - 1)
    }

    /// `A`, `B`, `C`.
    static func letter(_ branch: Int) -> String {
        ["A", "B", "C"].indices.contains(branch) ? ["A", "B", "C"][branch] : "?"
    }
}
