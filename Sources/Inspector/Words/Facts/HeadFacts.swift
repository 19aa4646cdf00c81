import KVFacts

/// A number of a head as a lane shows it.
package enum LaneValue: Sendable, Hashable {
    /// `share` of the lane's greatest value in 0...1, and the number itself.
    case known(share: Double, text: String)
    /// Means nothing for this class of head.
    case notApplicable
    /// Would mean something but is not known; why.
    case unknown(String)
}

extension HeadPlan {
    /// Query heads of the group whose vote, taken alone, would give another class.
    package func dissenters(threshold: Double?) -> Int {
        guard let threshold, headClass != .full else { return 0 }
        return votes.lazy.filter { ($0 >= threshold) != (headClass == .static) }.count
    }

    /// `S`, `D` or `F`; lower case when two of the group's query heads, or half of a small group, disagree.
    package func letter(threshold: Double?) -> String {
        let limit = min(2, max(1, (votes.count + 1) / 2))
        let letter = headClass.letter
        return dissenters(threshold: threshold) >= limit ? letter.lowercased() : letter
    }

    /// Rows that are always resident on top of the budget: the rest of the prompt behind the last whole chunk.
    package func tailRows(tokenCount: Int) -> Int {
        retrieval.map { max(0, tokenCount - $0.chunkSize * $0.chunkCount) } ?? 0
    }
}

extension HeadStatus {
    /// Resident prompt rows that the last step read, as text.
    package var used: String { usedRows.map { String($0) } ?? "n/a" }

    /// `2 of 4`: chunks loaded of those chosen.
    package var loads: String {
        guard let loadedChunks, let selectedChunks else { return "n/a" }
        return "\(loadedChunks) of \(selectedChunks)"
    }
}

extension HeadClass {
    package var letter: String {
        switch self {
        case .static: "S"
        case .dynamic: "D"
        case .full: "F"
        }
    }
}

extension InspectorModel {
    /// Status of a head in the newest snapshot.
    package func status(of id: HeadID) -> HeadStatus? {
        guard let geometry, let snapshot else { return nil }
        let index = geometry.index(of: id)
        return snapshot.heads.indices.contains(index) ? snapshot.heads[index] : nil
    }

    /// Plan of a head.
    package func headPlan(_ id: HeadID) -> HeadPlan? {
        guard let plan, 0..<plan.layers ~= id.layer, 0..<plan.kvHeads ~= id.head else { return nil }
        return plan[id]
    }

    /// Details of the selected head, if the newest snapshot describes it.
    package var focus: HeadDetail? { snapshot.flatMap { $0.focus.id == cursor ? $0.focus : nil } }

    /// The largest budget of a head that shares the total.
    package var largestBudget: Int {
        plan?.heads.lazy.filter { $0.headClass != .full }.map(\.budget).max() ?? plan?.heads.first?.budget
            ?? 0
    }

    /// A head's number in a lane.
    package func value(of lane: Lane, for id: HeadID) -> LaneValue {
        guard let head = headPlan(id) else { return .unknown("no plan yet") }
        if lane == .budget {
            let most = max(1, largestBudget)
            return .known(share: min(1, Double(head.budget) / Double(most)), text: String(head.budget))
        }
        if lane == .fate { return fate(of: id) }
        if head.headClass != .dynamic, lane == .hit || lane == .loads { return .notApplicable }
        guard let status = status(of: id) else { return .unknown("no step yet") }
        switch lane {
        case .budget, .fate: return .notApplicable
        case .used:
            guard let used = status.usedRows else { return .unknown("no step yet") }
            let rows = max(1, status.residentPromptRows)
            return .known(share: Double(used) / Double(rows), text: String(used))
        case .hit: return Self.value(status.hitRate)
        case .recall: return Self.value(status.recall)
        case .loads:
            guard let selected = status.selectedChunks, let loaded = status.loadedChunks else {
                return .unknown("chunks were not recorded")
            }
            if selected == 0 { return .unknown("nothing was chosen yet") }
            return .known(share: Double(loaded) / Double(selected), text: String(loaded))
        case .text:
            guard let share = attention(status.attentionBySegment)?.text else {
                return .unknown("no step yet")
            }
            return .known(share: share, text: NumberText.share(share))
        }
    }

    private static func value(_ reading: Reading) -> LaneValue {
        switch reading {
        case .value(let value): .known(share: value, text: NumberText.share(value))
        case .unavailable(let reason): .unknown(reason)
        }
    }

    /// Attention by segment, folded into the prompt's text, each picture or video, and the generated tokens.
    package func attention(_ shares: [Float]) -> AttentionShares? {
        guard let layout = prompt?.layout, shares.count == layout.segments.count + 1 else { return nil }
        var folded = AttentionShares(generated: Double(shares[layout.segments.count]))
        for (segment, share) in zip(layout.segments, shares) {
            if segment.isVisual {
                folded.visual.append((Self.name(segment), Double(share)))
            } else {
                folded.text += Double(share)
            }
        }
        return folded
    }

    /// `img1`, `vid1`: counted from 1, as the prompt's own labels count.
    package static func name(_ segment: PromptSegment) -> String {
        switch segment.kind {
        case .text: "text"
        case .image: "img\(segment.index + 1)"
        case .video: "vid\(segment.index + 1)"
        }
    }
}

/// Where attention goes; the shares sum to 1.
package struct AttentionShares: Sendable {
    package var text = 0.0
    package var visual: [(name: String, share: Double)] = []
    package var generated: Double

    /// Everything, in the order of the prompt's kinds.
    package var all: [(name: String, share: Double)] { [("text", text)] + visual + [("gen", generated)] }
}
