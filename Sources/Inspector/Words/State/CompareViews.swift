import KVFacts

/// What the lower part of the compare screen shows.
package enum ComparePanel: String, Sendable, Hashable, CaseIterable {
    /// Everything that there is room for.
    case overview
    /// Kept sets on the pictures, and the heads beside them.
    case pictures
    /// Every head, and what was blamed.
    case heads
    /// The tokens of every session under each other.
    case texts
}

/// What the compare screen draws on the pictures.
package enum CompareGrid: Sendable, Hashable {
    /// Which tokens both branches, one of them or none hold resident.
    case sets(Int, Int)
    /// What one branch's head read in the last step.
    case attention(Int)

    /// `AB`, `A`.
    package var name: String {
        switch self {
        case .sets(let first, let second):
            ComparisonState.letter(first) + ComparisonState.letter(second)
        case .attention(let branch): ComparisonState.letter(branch)
        }
    }
}

/// What a person asks of the compare screen alone.
package enum CompareAction: Sendable, Hashable {
    /// Compares these methods, A first; what is nil stays as it is.
    case start([MethodWish])
    /// Another method or budget for one branch.
    case branch(Int, MethodWish)
    /// Two branches are enough.
    case dropThird
    /// Forced (true) or free, or nil for the other one.
    case forced(Bool?)
    /// Selects a step.
    case select(Int)
    /// The next (1) or previous (-1) step at which the sessions choose different tokens.
    case difference(Int)
    /// The branch that changes of settings and `S` are about.
    case focus(Int)
    /// The next grid, or the named one.
    case grid(String?)
    /// The next panel, or this one.
    case panel(ComparePanel?)
    /// The next (1) or previous (-1) picture.
    case picture(Int)
    /// A picture by its place, from 0 on.
    case showPicture(Int)
    /// Measures what a head of the branch in focus is to blame for; nil for the selected head.
    case blame(HeadID?)
}
