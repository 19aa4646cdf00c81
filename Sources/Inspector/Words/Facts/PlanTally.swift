import KVFacts

/// The sums of a plan, from the total down, each counted from the plan's heads.
package struct PlanTally: Sendable {
    /// Heads that share a fate.
    package enum Kind: Int, Sendable, Hashable, CaseIterable {
        case `static`, dynamic, full
        /// Whole beyond the total: a person forced it, or the method leaves its layer alone.
        case outside

        package init(_ head: HeadPlan) {
            switch head.headClass {
            case .static: self = .static
            case .dynamic: self = .dynamic
            case .full: self = head.isOutsideTotal ? .outside : .full
            }
        }

        package var name: String {
            switch self {
            case .static: "static"
            case .dynamic: "dynamic"
            case .full: "full"
            case .outside: "outside"
            }
        }

        package var headClass: HeadClass {
            switch self {
            case .static: .static
            case .dynamic: .dynamic
            case .full, .outside: .full
            }
        }
    }

    package struct Sum: Sendable, Hashable {
        package var heads = 0
        package var rows = 0

        /// Nothing yet.
        package init() {}
    }

    package let plan: CompressionPlan
    /// Heads and rows of each kind; kinds without heads are left out.
    package let kinds: [Kind: Sum]
    /// Rows of every layer, heads outside the total among them.
    package let layers: [Int]

    package init(_ plan: CompressionPlan) {
        self.plan = plan
        var kinds: [Kind: Sum] = [:]
        var layers = [Int](repeating: 0, count: plan.layers)
        for head in plan.heads {
            kinds[Kind(head), default: Sum()].heads += 1
            kinds[Kind(head), default: Sum()].rows += head.budget
            layers[head.id.layer] += head.budget
        }
        self.kinds = kinds
        self.layers = layers
    }

    /// Heads that share the total.
    package var sharingHeads: Int { plan.heads.count - (kinds[.outside]?.heads ?? 0) }

    /// The share of a head if all had the same.
    package var uniformRows: Int { sharingHeads == 0 ? 0 : plan.totalRows / sharingHeads }

    /// Rows of the total that no head was given.
    package var remainder: Int { plan.totalRows - plan.budgetedRows }

    /// Prompt rows that are resident when decoding begins: budgets in use, tails, and heads outside the total.
    package var residentRows: Int { plan.heads.reduce(0) { $0 + $1.kept.count } }
}

/// What a draft changes.
package struct PlanChange: Sendable {
    /// Rows that heads gain, and rows that heads lose.
    package let added: Int
    package let taken: Int
    /// Heads that gain, and heads that lose.
    package let gaining: Int
    package let losing: Int
    /// Heads whose class differs.
    package let reclassed: [HeadID]

    /// nil when the plans are not about the same heads.
    package init?(from live: CompressionPlan, to draft: CompressionPlan) {
        guard live.heads.map(\.id) == draft.heads.map(\.id) else { return nil }
        let pairs = zip(live.heads, draft.heads)
        let steps = pairs.map { $1.budget - $0.budget }
        added = steps.reduce(0) { $0 + max(0, $1) }
        taken = steps.reduce(0) { $0 + max(0, -$1) }
        gaining = steps.count { $0 > 0 }
        losing = steps.count { $0 < 0 }
        reclassed = pairs.filter { $0.headClass != $1.headClass }.map(\.0.id)
    }
}

/// What an allocator can fail at, in words short enough for one line.
package struct BudgetCheck: Sendable, Hashable {
    package let text: String
    package let isOK: Bool

    /// Sum, floor, cap, remainder, and whether an adaptive allocation came out uniform.
    package static func all(_ plan: CompressionPlan) -> [BudgetCheck] {
        let tally = PlanTally(plan)
        let isSum = plan.budgetedRows <= plan.totalRows
        let starved = plan.heads.count { $0.budget < max(1, $0.allocation.floor) }
        let over = plan.heads.count { $0.budget > plan.tokenCount }
        var checks = [
            BudgetCheck(
                text: "sum \(plan.budgetedRows) of \(plan.totalRows) \(isSum ? "ok" : "NO")", isOK: isSum),
            BudgetCheck(
                text: starved == 0 ? "floor ok" : "floor NO (\(NumberText.count(starved, "head")))",
                isOK: starved == 0),
            BudgetCheck(
                text: over == 0 ? "cap ok" : "cap NO (\(NumberText.count(over, "head")))", isOK: over == 0),
            BudgetCheck(text: "remainder \(tally.remainder)", isOK: tally.remainder >= 0),
        ]
        if let uniform = InspectorModel.uniformity(plan) {
            let isOK = uniform.outcome == .ok
            checks.append(BudgetCheck(text: isOK ? "adaptive ok" : "adaptive but UNIFORM", isOK: isOK))
        }
        return checks
    }
}
