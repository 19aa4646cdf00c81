import KVFacts

/// Why a head has its class and its rows, in sentences made of the plan's own numbers.
package struct HeadReasons {
    package let plan: CompressionPlan
    package let head: HeadPlan
    private let tally: PlanTally

    package init(_ plan: CompressionPlan, _ head: HeadPlan) {
        self.plan = plan
        self.head = head
        tally = PlanTally(plan)
    }

    /// Rows first, then class, then what comes on top: where there is room for one sentence, it tells of the rows.
    package var sentences: [String] { [rowsSentence, classSentence].compactMap(\.self) + extras }

    /// What stands behind the sentences: the total, and the votes of the group's query heads.
    package var details: [String] {
        let total =
            "The total of \(plan.totalRows) rows is \(NumberText.count(tally.sharingHeads, "head")) x "
            + "\(tally.uniformRows), and \(plan.budgetedRows) are given."
        guard !head.votes.isEmpty else { return [total] }
        let votes = head.votes.map { NumberText.share($0) }.joined(separator: " ")
        let dissent = head.dissenters(threshold: plan.threshold)
        return ["Query heads taken alone score \(votes): \(dissent) of \(head.votes.count) disagree.", total]
    }

    // MARK: Class

    /// nil where the sentence about rows says it.
    private var classSentence: String? {
        if head.isForced { return head.headClass == .full ? nil : "You made it \(head.headClass.rawValue)." }
        guard let score = head.score, let threshold = plan.threshold else {
            return head.headClass == .full ? nil : "\(plan.settings.name) does not classify heads."
        }
        let (left, right) = Self.apart(score, threshold)
        return score >= threshold
            ? "Static, as its score \(left) reaches \(right)."
            : "Dynamic, as its score \(left) is below \(right)."
    }

    /// Two numbers with as many decimals as tell them apart.
    package static func apart(_ left: Double, _ right: Double) -> (String, String) {
        guard left.isFinite, right.isFinite else {
            return (
                left.isFinite ? NumberText.share(left) : "none",
                right.isFinite ? NumberText.share(right) : "any"
            )
        }
        return (NumberText.share(left, besides: right), NumberText.share(right, besides: left))
    }

    // MARK: Rows

    private var rowsSentence: String {
        let rows = NumberText.count(head.budget, "row")
        switch head.headClass {
        case .full:
            return head.isOutsideTotal && !head.isForced
                ? "All \(rows): \(plan.settings.name) leaves the head whole, outside the total of \(plan.totalRows)."
                : head.isOutsideTotal
                    ? "All \(rows), as you made it full; they are outside the total of \(plan.totalRows)."
                    : "All \(rows): \(plan.settings.name) keeps every row of every head."
        case .static: return staticSentence(rows)
        case .dynamic: return dynamicSentence(rows)
        }
    }

    private func staticSentence(_ rows: String) -> String {
        let note = head.allocation
        if note.isCapped { return "\(rows): the whole prompt, which its share would exceed." }
        guard note.floor > 0 || note.share > 0 else { return "\(rows); the method tells no formula." }
        let sharing = plan.heads.filter { $0.headClass == .static && !$0.allocation.isCapped }
        let isEven = sharing.allSatisfy { $0.budget == head.budget && $0.allocation == note }
        if isEven, sharing.count == tally.sharingHeads, head.budget == tally.uniformRows {
            let heads = NumberText.count(tally.sharingHeads, "head")
            return "\(rows): \(plan.totalRows) shared evenly by \(heads)."
        }
        let share = NumberText.fixed(note.share, 1)
        guard abs(Double(note.floor) + note.share - Double(head.budget)) < 1.001 else {
            // Methods may cut what a head is due, so that layers or the total come out even.
            return "\(rows): floor \(note.floor) and share \(share), fitted into the total."
        }
        let start = note.floor == 0 ? "\(rows) = share \(share)" : "\(rows) = floor \(note.floor) + \(share)"
        let weights = sharing.reduce(0) { $0 + $1.allocation.weight }
        let pool = sharing.reduce(0) { $0 + $1.allocation.share }
        let weight = NumberText.share(note.weight)
        if weights > 0, Self.isNear(note.share, pool * note.weight / weights), note.weight != note.share {
            return
                "\(start): weight \(weight) of \(NumberText.fixed(weights, 2)) x \(NumberText.fixed(pool, 0)) rows."
        }
        return note.weight > 0 && note.weight != note.share && note.weight != 1
            ? "\(start): weight \(weight)." : "\(start)."
    }

    private func dynamicSentence(_ rows: String) -> String {
        let note = head.allocation
        var text = rows
        let size = head.retrieval?.chunkSize ?? 1
        if let retrieval = head.retrieval {
            text += " = \(NumberText.count(retrieval.selected, "chunk")) x \(size)"
        }
        let uniform = tally.uniformRows
        let weighted = note.weight * Double(uniform)
        if note.weight > 0, note.weight != 1, head.budget == Int(weighted / Double(size)) * size {
            return text
                + ": weight \(NumberText.trimmed(note.weight, 2)) x \(uniform) = \(NumberText.fixed(weighted, 1)), in chunks."
        }
        if head.budget == uniform / size * size {
            return text + ": the uniform share \(uniform), in chunks."
        }
        guard note.weight > 0 else { return text + ", in chunks." }
        let hasLeft = plan.heads.contains { $0.headClass == .static && $0.allocation.isCapped }
        let sum =
            "weight \(NumberText.trimmed(note.weight, 2)) x \(uniform) = \(NumberText.fixed(weighted, 1))"
        return text
            + (Double(head.budget) > weighted && hasLeft
                ? ": \(sum), and what capped static heads left."
                : ": at weight \(NumberText.trimmed(note.weight, 2)), in chunks.")
    }

    private static func isNear(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-6 * max(1, abs(right))
    }

    private var extras: [String] {
        let tail = head.tailRows(tokenCount: plan.tokenCount)
        return tail > 0 ? ["\(NumberText.count(tail, "row")) of the tail on top."] : []
    }

    /// One line of a layer's table: rows, floor and share, weight, cap.
    package var row: String {
        let note = head.allocation
        switch head.headClass {
        case .full: return head.isOutsideTotal ? "whole, outside the total" : "every row"
        case .static:
            let sum = "floor \(note.floor) + share \(NumberText.fixed(note.share, 1))"
            return
                "\(sum)  weight \(NumberText.trimmed(note.weight, 2))\(note.isCapped ? "  cut to the prompt" : "")"
        case .dynamic:
            let chunks = head.retrieval.map { "\($0.selected) chunks x \($0.chunkSize)" } ?? "chunks"
            return note.weight > 0 ? "\(chunks)  weight \(NumberText.trimmed(note.weight, 2))" : chunks
        }
    }
}

extension InspectorModel {
    /// Why the selected head has its rows, live, and in the draft if there is a plan for it.
    package var reasons: [(title: String, reasons: HeadReasons)] {
        var all: [(String, HeadReasons)] = []
        if let plan, let head = headPlan(cursor) {
            all.append(("\(cursor)", HeadReasons(plan, head)))
        }
        if let draft = budget.draft?.plan, 0..<draft.layers ~= cursor.layer, 0..<draft.kvHeads ~= cursor.head
        {
            all.append(("DRAFT", HeadReasons(draft, draft[cursor])))
        }
        return all
    }
}
