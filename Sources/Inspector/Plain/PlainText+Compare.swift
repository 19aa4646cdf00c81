import InspectorUpdate
import InspectorWords
import KVFacts

/// Comparisons as sentences.
extension PlainText {
    /// What is compared, and how.
    package static func comparisonStart(_ comparison: ComparisonState) -> [String] {
        guard let start = comparison.start else { return ["COMPARE nothing yet: compare A B starts it"] }
        let branches = start.plans.enumerated().map { branch, plan in
            "\(ComparisonState.letter(branch)) \(SettingsText.full(plan.settings))"
        }
        let mode =
            start.isForced
            ? "forced: every branch is given the full cache's tokens"
            : "free: every branch goes its own way"
        let probes = start.probes.isEmpty ? "nothing" : start.probes.names.joined(separator: ", ")
        return [
            "COMPARE " + branches.joined(separator: "; "),
            "COMPARE \(mode); at most \(NumberText.count(start.steps, "token")); measures \(probes)",
        ]
    }

    /// One step of all sessions.
    package static func compared(_ step: LiveComparisonStep, asciiOnly: Bool) -> String {
        let reference = step.step.reference.token
        var parts = ["full \(CompareText.quoted(step.reference.bytes, asciiOnly: asciiOnly))"]
        for (branch, own) in step.step.branches.enumerated() {
            let letter = ComparisonState.letter(branch)
            guard own.isRunning else {
                parts.append("\(letter) complete")
                continue
            }
            var facts = [
                "\(letter) \(CompareText.quoted(step.branches[branch].bytes, asciiOnly: asciiOnly))"
                    + (own.token.token == reference ? "" : " differs")
            ]
            if let divergence = own.divergence {
                facts.append("KL \(NumberText.nats(divergence.kl))")
                if divergence.rank > 1 { facts.append("full's token is number \(divergence.rank)") }
            }
            let recalls = own.heads.compactMap(\.recall.value)
            if !recalls.isEmpty {
                facts.append("recall \(NumberText.share(recalls.reduce(0, +) / Double(recalls.count)))")
            }
            parts.append(facts.joined(separator: ", "))
        }
        return "COMPARED \(step.step.index): " + parts.joined(separator: "; ")
    }

    /// Every branch, the control, where they part, the heads that differ most there, and what was blamed.
    package static func comparison(_ model: InspectorModel) -> [String] {
        let comparison = model.comparison
        guard comparison.start != nil, let last = comparison.lastIndex else {
            return comparisonStart(comparison)
        }
        let ascii = !model.capabilities.unicode
        var lines = comparison.totals.indices.map { branch -> String in
            let facts = BranchFacts(comparison, branch)
            let memory = facts.bytes
            return "BRANCH \(CompareText.name(branch, comparison)): resident \(memory[0]), "
                + "offloaded \(memory[1]), metadata \(memory[2]); p50 \(facts.time) ms a token; "
                + "KL mean and largest \(facts.divergence[0]); top-1 as full \(facts.agreement[0]); "
                + "recall mean and least \(facts.recall[0]); best possible \(facts.best)"
        }.map { line in line.map { $0 == "@" ? "at step " : String($0) }.joined() }
        lines.append("REFERENCE full cache " + CompareText.reference(comparison).joined(separator: ", "))
        lines += CompareText.parting(comparison, asciiOnly: ascii).prefix(1).map { "PART \($0)" }
        let step = comparison.partingStep ?? comparison.selected ?? last
        for head in comparison.heads(at: step).prefix(5) where head.difference != nil {
            let recalls = head.recalls.enumerated().map { branch, value in
                "\(ComparisonState.letter(branch)) \(value.map { NumberText.share($0) } ?? "n/a")"
            }
            let overlap = head.overlap.map { ", overlap of kept rows \(NumberText.share($0))" } ?? ""
            lines.append(
                "HEAD \(head.id) at step \(step): recall \(recalls.joined(separator: ", "))\(overlap)")
        }
        return lines + kept(model)
            + comparison.blames.map { "BLAME \(CompareText.sentence($0))" }
    }

    /// How many cells of each picture the branches of the pair hold in the selected head.
    private static func kept(_ model: InspectorModel) -> [String] {
        let (first, second) = model.comparison.pair
        guard let sets = ComparedSets(model, .sets(first, second)),
            let snapshot = model.comparison.snapshot
        else { return [] }
        let (a, b) = (ComparisonState.letter(first), ComparisonState.letter(second))
        let title = "KEPT in \(model.cursor) after step \(max(0, snapshot.steps - 1))"
        return model.visualSegments.map { segment in
            let held = segment.range.map { sets.holders($0) }
            return "\(title), \(InspectorModel.name(segment)): both \(held.count { $0 == .both }), "
                + "only \(a) \(held.count { $0 == .first }), only \(b) \(held.count { $0 == .second }) "
                + "of \(segment.count) cells"
        }
    }
}
