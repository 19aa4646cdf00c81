import KVFacts

/// Where a comparison stands.
package enum ComparisonPhase: Sendable, Hashable {
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
package struct ComparisonState: Sendable {
    // MARK: What was asked for

    /// The methods to compare, A first; empty before the first comparison.
    package var wishes: [MethodSettings] = []
    /// Whether A is whatever the run uses; ends when a person chooses A.
    package var followsRun = true
    /// Whether the branches are to be given the reference's tokens.
    package var isForced = true
    /// The command of the comparison that was asked for last and is still wanted, until it begins.
    package var asked: CommandID?

    // MARK: What the run told

    /// Where the results below stand; `phase` is what a person sees.
    package var standing = ComparisonPhase.none
    /// The command of the comparison that the results below are of; their facts carry it.
    package private(set) var command: CommandID?
    /// What the results below are of.
    package private(set) var start: ComparisonStart?
    package private(set) var steps: [LiveComparisonStep] = []
    package private(set) var totals: [BranchTotals] = []
    package private(set) var control = ControlTotals()
    package var snapshot: ComparisonSnapshot?
    /// Measured blames, oldest first; one of each branch and head.
    package private(set) var blames: [BlameResult] = []
    /// Seconds of the last request for a snapshot.
    package var snapshotAsked: Double?

    // MARK: What a person chose to see

    /// The selected step; nil follows the newest.
    package var cursor: Int?
    /// The branch that Tab, `S` and changes of settings are about.
    package var focus = 0
    package var panel = ComparePanel.overview
    /// Place in `grids`.
    package var gridPlace = 0
    /// The step and the place in its list of heads that Enter went to last.
    package var ranked: (step: Int, place: Int)?

    /// A head of a branch that was asked to be full for once.
    package struct Blame: Sendable, Hashable {
        package let branch: Int
        package let head: HeadID

        /// Names a branch and one of its heads.
        package init(branch: Int, head: HeadID) {
            self.branch = branch
            self.head = head
        }
    }

    /// Where the comparison stands.
    package var phase: ComparisonPhase { asked != nil ? .asked : standing }

    /// True while the source answers questions about the comparison that was asked for last.
    package var isOpen: Bool { asked == nil && isHeld }

    /// True while the run waits for the comparison that the results are of.
    package var isHeld: Bool {
        switch standing {
        case .running, .paused, .ended: true
        case .none, .asked, .left, .refused: false
        }
    }

    /// Forgets results and begins to listen to a comparison.
    package mutating func begin(_ start: ComparisonStart, command: CommandID?) {
        forgetResults()
        self.start = start
        self.command = command
        totals = start.plans.map { _ in BranchTotals() }
        standing = .running
        if command == asked { asked = nil }
        focus = min(focus, max(0, start.plans.count - 1))
    }

    /// Another prompt: nothing is known of it, but what to compare is still wanted.
    package mutating func forgetPrompt() {
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
    package mutating func append(_ step: LiveComparisonStep) {
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
    package mutating func take(_ snapshot: ComparisonSnapshot) {
        guard let start, snapshot.branches.count == start.plans.count,
            zip(snapshot.branches, start.plans).allSatisfy({ $0.residentTokens.count == $1.heads.count })
        else { return }
        self.snapshot = snapshot
    }

    /// Takes what a head is to blame for; the same head of the same branch counts once.
    package mutating func take(_ result: BlameResult) {
        guard let start, start.plans.indices.contains(result.branch) else { return }
        blames.removeAll { $0.branch == result.branch && $0.head == result.head }
        blames.append(result)
    }

    /// Index of the newest step.
    package var lastIndex: Int? { steps.last?.step.index }

    /// The step that the screen speaks of, as a place in `steps`.
    package var selected: Int? {
        steps.isEmpty ? nil : min(max(0, cursor ?? steps.count - 1), steps.count - 1)
    }

    /// How many branches the screen has room for; the engine takes any number.
    package static let branchLimit = 3

    /// `A`, `B`, `C`.
    package static func letter(_ branch: Int) -> String {
        ["A", "B", "C"].indices.contains(branch) ? ["A", "B", "C"][branch] : "?"
    }
}
