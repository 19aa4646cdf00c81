import KVFacts

/// One statement about plan and cache that the inspector verifies by itself.
package struct Check: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case ok
        case warn
        /// Cannot be said; the detail says why.
        case open
    }

    /// What should hold.
    package let name: String
    package let outcome: Outcome
    /// The numbers behind the outcome.
    package let detail: String
}

extension InspectorModel {
    /// Every check, in the order in which they are listed.
    package var checks: [Check] {
        guard let plan else { return [] }
        return planChecks(plan) + cacheChecks(plan) + answerChecks + comparisonChecks
            + plan.remarks.map { Check(name: "remark of the method", outcome: .warn, detail: $0) }
    }

    private func planChecks(_ plan: CompressionPlan) -> [Check] {
        let starved = plan.heads.filter { $0.budget < 1 }
        let disordered = plan.heads.filter { head in
            let isAscending = zip(head.kept, head.kept.dropFirst()).allSatisfy { $0 < $1 }
            let isInside = (head.kept.first ?? 0) >= 0 && Int(head.kept.last ?? 0) < plan.tokenCount
            return !isAscending || !isInside
        }
        var checks = [
            Check(
                name: "sum of budgets within the total",
                outcome: plan.budgetedRows <= plan.totalRows ? .ok : .warn,
                detail: "\(plan.budgetedRows) of \(plan.totalRows) rows"),
            Check(
                name: "every head has a row", outcome: starved.isEmpty ? .ok : .warn,
                detail: starved.isEmpty ? "\(plan.heads.count) heads" : Self.list(starved.map(\.id))),
            Check(
                name: "kept rows ascend inside the prompt", outcome: disordered.isEmpty ? .ok : .warn,
                detail: disordered.isEmpty ? "\(plan.tokenCount) tokens" : Self.list(disordered.map(\.id))),
        ]
        if let check = Self.uniformity(plan) { checks.append(check) }
        let forced = plan.heads.filter(\.isOutsideTotal)
        if !forced.isEmpty {
            checks.append(
                Check(
                    name: "heads outside the budget", outcome: .warn,
                    detail:
                        "\(Self.list(forced.map(\.id))) kept whole: \(forced.reduce(0) { $0 + $1.budget }) rows"
                ))
        }
        return checks
    }

    /// Weights that differ by whole rows must give budgets that differ.
    package static func uniformity(_ plan: CompressionPlan) -> Check? {
        let shared = plan.heads.filter { $0.headClass == .static && !$0.allocation.isCapped }
        let shares = shared.map(\.allocation.share)
        guard let least = shares.min(), let most = shares.max(), shared.count > 1, most > least else {
            return nil
        }
        let isUniform = Set(shared.map(\.budget)).count == 1 && most - least >= 1
        let range = "\(shared.map(\.budget).min() ?? 0)...\(shared.map(\.budget).max() ?? 0) rows"
        return Check(
            name: "adaptive allocation differs", outcome: isUniform ? .warn : .ok,
            detail: isUniform
                ? "uniform: all \(shared.count) static heads have \(shared[0].budget) rows"
                : "\(range) over \(shared.count) static heads")
    }

    private func cacheChecks(_ plan: CompressionPlan) -> [Check] {
        let names = [
            "rows resident + evicted = loaded + written", "resident rows within budgets", "bytes fit",
        ]
        guard let snapshot else {
            return names.map { Check(name: $0, outcome: .open, detail: "no snapshot yet") }
        }
        let memory = snapshot.memory
        let over = zip(plan.heads, snapshot.heads).filter { head, status in
            status.residentPromptRows > head.budget + head.tailRows(tokenCount: plan.tokenCount)
        }
        return [
            Self.rows(memory, names[0]),
            Check(
                name: names[1], outcome: over.isEmpty ? .ok : .warn,
                detail: over.isEmpty ? "tails of dynamic heads on top" : Self.list(over.map(\.0.id))),
            Self.bytes(memory, names[2]),
        ]
    }

    private static func rows(_ memory: MemoryStatus, _ name: String) -> Check {
        guard let resident = memory.residentRows, let evicted = memory.evictedRows,
            let loaded = memory.loadedRows, let written = memory.writtenRows
        else { return Check(name: name, outcome: .open, detail: "the run does not tell its rows") }
        let (left, right) = (resident + evicted, loaded + written)
        return Check(name: name, outcome: left == right ? .ok : .warn, detail: "\(left) = \(right)")
    }

    private static func bytes(_ memory: MemoryStatus, _ name: String) -> Check {
        guard let logical = memory.logicalBytes, let allocated = memory.allocatedBytes else {
            return Check(name: name, outcome: .open, detail: "the run does not tell its bytes")
        }
        return Check(
            name: name, outcome: logical <= allocated ? .ok : .warn,
            detail: "\(NumberText.bytes(logical)) in \(NumberText.bytes(allocated)) allocated")
    }

    private var answerChecks: [Check] {
        var checks: [Check] = []
        if answer.missing > 0 {
            checks.append(
                Check(
                    name: "every step arrived", outcome: .warn, detail: "\(answer.missing) records were lost")
            )
        }
        if let expected = prompt?.expectedAnswer {
            let isSame = Self.folded(answerText) == Self.folded(expected)
            checks.append(
                Check(
                    name: "answer", outcome: !mode.isDone ? .open : isSame ? .ok : .warn,
                    detail: !mode.isDone
                        ? "not done yet"
                        : isSame
                            ? "as expected"
                            : "expected \(TokenText.visible(expected, asciiOnly: false))"))
        }
        return checks
    }

    /// Without the spaces at both ends, which no reader would call a difference.
    private static func folded(_ text: String) -> Substring {
        var text = text[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    private static func list(_ heads: [HeadID]) -> String {
        let shown = heads.prefix(3).map(\.description).joined(separator: " ")
        return heads.count > 3 ? "\(shown) and \(heads.count - 3) more" : shown
    }
}
