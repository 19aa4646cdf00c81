import KVFacts

/// Why a head has its class and its budget, and what it does with it.
package enum HeadLines {
    /// A line, and what it is.
    package struct Line {
        /// What a line is.
        package enum Kind {
            /// The head and its class.
            case title(HeadClass)
            /// What the lines below are about.
            case heading
            /// What is known.
            case known
            /// Why something is not known.
            case unknown
        }

        package let text: String
        package let kind: Kind

        /// States a line.
        package init(text: String, kind: Kind) {
            self.text = text
            self.kind = kind
        }
    }

    /// All facts of the selected head, most wanted first, wrapped.
    package static func lines(_ model: InspectorModel, width: Int) -> [Line] {
        guard let plan = model.plan, let head = model.headPlan(model.cursor) else { return [] }
        var lines = [
            Line(
                text: "\(head.id) \(head.headClass.rawValue.uppercased())\(head.isForced ? " forced" : "")",
                kind: .title(head.headClass))
        ]
        func add(_ text: String, _ kind: Line.Kind = .known) {
            for piece in TextWrap.lines(text, width - 1, indent: 1) {
                lines.append(Line(text: piece, kind: kind))
            }
        }
        for text in reasons(head, plan, unicode: model.capabilities.unicode) { add(text) }
        for text in budget(head, plan) { add(text) }
        if let status = model.status(of: head.id) {
            for text in now(status, head) { add(text) }
            if let shares = model.attention(status.attentionBySegment) {
                add(
                    "reads "
                        + shares.all.map { "\($0.name) \(NumberText.share($0.share))" }.joined(separator: " ")
                )
            }
            if case .unavailable(let reason) = status.recall { add("recall n/a: \(reason)", .unknown) }
        } else {
            add("no step yet", .unknown)
        }
        return lines
    }

    /// Class: the score against the threshold, and the votes of the query heads.
    package static func reasons(_ head: HeadPlan, _ plan: CompressionPlan, unicode: Bool) -> [String] {
        var lines: [String] = []
        if let score = head.score, let threshold = plan.threshold {
            let relation = score >= threshold ? (unicode ? "≥" : ">=") : "<"
            let (left, right) = (
                NumberText.share(score, besides: threshold), NumberText.share(threshold, besides: score)
            )
            lines.append("score \(left) \(relation) \(right)")
        } else {
            lines.append("no score: \(plan.settings.name) does not classify")
        }
        if !head.votes.isEmpty {
            let dissent = head.dissenters(threshold: plan.threshold)
            let votes = head.votes.map { NumberText.share($0) }.joined(separator: " ")
            lines.append("votes \(votes)" + (dissent > 0 ? ", \(dissent) of \(head.votes.count) differ" : ""))
        }
        if head.isForced { lines.append("class chosen by you (:head)") }
        return lines
    }

    /// Budget: floor + share, chunks, cap.
    package static func budget(_ head: HeadPlan, _ plan: CompressionPlan) -> [String] {
        let share = NumberText.percent(Double(head.budget) / Double(max(1, plan.tokenCount)))
        var lines = ["budget \(NumberText.count(head.budget, "row")) = \(share)"]
        if head.isOutsideTotal {
            lines.append("outside the total: every row stays")
        } else if let retrieval = head.retrieval {
            lines.append(
                "\(NumberText.count(retrieval.selected, "chunk")) x \(retrieval.chunkSize) of \(retrieval.chunkCount)"
            )
            let tail = head.tailRows(tokenCount: plan.tokenCount)
            if tail > 0 { lines.append("tail \(tail) on top") }
        } else if head.headClass == .static {
            lines.append(
                "floor \(head.allocation.floor) + share \(NumberText.fixed(head.allocation.share, 1))")
        }
        if head.allocation.isCapped { lines.append("cut to the prompt's length") }
        return lines
    }

    private static func now(_ status: HeadStatus, _ head: HeadPlan) -> [String] {
        var lines = [
            "resident \(status.residentPromptRows) + \(status.generatedRows) gen, used \(status.used)"
        ]
        if head.headClass == .dynamic {
            lines.append(
                "hit \(NumberText.share(status.hitRate)), loads \(status.loads)"
            )
        }
        if status.recall.value != nil { lines.append("recall \(NumberText.share(status.recall))") }
        return lines
    }
}
