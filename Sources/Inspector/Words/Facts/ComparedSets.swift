import KVFacts

/// Which branches of a comparison hold a picture's tokens, or what one branch reads of them.
package struct ComparedSets {
    private let grid: CompareGrid
    private let sets: [Set<Int32>]
    private let attention: [Float]
    private let most: Float

    /// What a token is to the two branches of a pair.
    package enum Holders: Sendable, Hashable {
        case both, first, second, neither
    }

    package init?(_ model: InspectorModel, _ grid: CompareGrid?) {
        guard let grid, let snapshot = model.comparison.snapshot,
            let place = model.geometry?.index(of: model.cursor)
        else { return nil }
        self.grid = grid
        switch grid {
        case .sets(let first, let second):
            sets = [first, second].map { branch in
                let heads = snapshot.branches[branch].residentTokens
                return heads.indices.contains(place) ? Set(heads[place]) : []
            }
            attention = []
            most = 0
        case .attention(let branch):
            let focus = snapshot.branches[branch].focus
            let heads = snapshot.branches[branch].residentTokens
            sets = [heads.indices.contains(place) ? Set(heads[place]) : []]
            let read = focus.id == model.cursor ? focus.attention : []
            attention = read
            most =
                model.visualSegments.flatMap(\.range).lazy.filter { read.indices.contains($0) }.map {
                    read[$0]
                }.max() ?? 0
        }
    }

    /// True when the snapshot says nothing of what was asked.
    package var isUnknown: Bool { if case .attention = grid { attention.isEmpty } else { false } }

    package func holders(_ token: Int) -> Holders {
        let held = sets.map { $0.contains(Int32(token)) }
        switch (held.first ?? false, held.last ?? false) {
        case (true, true): return .both
        case (true, false): return .first
        case (false, true): return .second
        case (false, false): return .neither
        }
    }

    /// `A9 B4`: tokens of a picture that only one of the pair holds; or how many the branch holds.
    package func count(_ segment: PromptSegment) -> String {
        let held = segment.range.map { holders($0) }
        guard case .sets(let first, let second) = grid else { return "\(held.count { $0 != .neither }) held" }
        return "\(ComparisonState.letter(first))\(held.count { $0 == .first }) "
            + "\(ComparisonState.letter(second))\(held.count { $0 == .second })"
    }

    /// The glyph of some tokens that share a cell: differences win over what is the same.
    package func glyph(_ tokens: [Int]) -> String {
        guard case .sets(let first, let second) = grid else {
            if isUnknown { return "?" }
            let shares = tokens.filter { attention.indices.contains($0) && sets[0].contains(Int32($0)) }
                .map { Double(attention[$0]) }
            guard let share = shares.max() else { return "." }
            return Magnitude.digit(most > 0 ? share / Double(most) : 0)
        }
        let found = Set(tokens.map { holders($0) })
        if found.contains(.first), found.contains(.second) { return "*" }
        if found.contains(.first) { return ComparisonState.letter(first) }
        if found.contains(.second) { return ComparisonState.letter(second) }
        return found.contains(.both) ? "=" : "."
    }
}
