import InspectorUpdate
import InspectorWords
import KVFacts

/// The model as sentences, for screen readers, files and pipes: one fact a line, no boxes, no colour, nothing that is
/// said by a position alone.
package enum PlainText {
    /// Text of a model or a file that is safe on a terminal: line ends and tabs stay, other control characters are
    /// shown.
    package static func visible(_ text: String, asciiOnly: Bool = false) -> String {
        text.unicodeScalars.map { scalar in
            scalar == "\n" || scalar == "\t"
                ? String(scalar) : TokenText.visible(String(scalar), asciiOnly: asciiOnly)
        }.joined()
    }

    // MARK: Plan

    /// What the plan decided, in one line, and the remarks of the method.
    package static func plan(_ model: InspectorModel) -> [String] {
        guard let plan = model.plan else { return ["PLAN none yet"] }
        let counts = HeadClass.allCases.compactMap { headClass -> String? in
            let count = plan.heads.count { $0.headClass == headClass }
            return count > 0 ? "\(count) \(headClass.rawValue)" : nil
        }
        var lines = [
            "PLAN \(SettingsText.full(plan.settings)): \(NumberText.count(plan.heads.count, "head")), "
                + counts.joined(separator: ", ")
                + "; \(plan.budgetedRows) of \(plan.totalRows) rows given"
        ]
        if let threshold = plan.threshold {
            lines[0] += "; static from a score of \(NumberText.share(threshold))"
        }
        return lines + plan.remarks.map { "REMARK \($0)" }
    }

    /// Every head, a line each.
    package static func map(_ model: InspectorModel) -> [String] {
        guard let plan = model.plan else { return ["MAP none yet: there is no plan"] }
        return plan.heads.map { head in
            var parts = ["\(head.headClass.rawValue)\(head.isForced ? " (forced)" : "")"]
            if let score = head.score {
                parts.append("score \(NumberText.share(score, besides: plan.threshold ?? 2))")
            }
            let dissent = head.dissenters(threshold: plan.threshold)
            if dissent > 0 { parts.append("\(dissent) of \(head.votes.count) query heads disagree") }
            parts.append("budget \(head.budget)")
            if let status = model.status(of: head.id) {
                parts.append("resident \(status.residentPromptRows)")
                if status.usedRows != nil { parts.append("used \(status.used)") }
                if head.headClass == .dynamic { parts.append("hit \(NumberText.share(status.hitRate))") }
                parts.append("recall \(NumberText.share(status.recall))")
            }
            return "HEAD \(head.id): " + parts.joined(separator: ", ")
        }
    }

    // MARK: One head

    /// The selected head: why its class and budget, and which cells of each picture it holds.
    package static func head(_ model: InspectorModel) -> [String] {
        let facts = HeadLines.lines(model, width: 200).map { "HEAD \($0.text)" }
        guard !facts.isEmpty else { return ["HEAD none yet: there is no plan"] }
        return facts + grids(model)
    }

    /// The rows of every picture's grid, by what became of their cells.
    private static func grids(_ model: InspectorModel) -> [String] {
        guard let marks = GridMarks(model) else { return [] }
        return model.visualSegments.flatMap { segment -> [String] in
            guard let grid = segment.grid else { return [] }
            let name = InspectorModel.name(segment)
            let held = segment.range.count { marks.isResident($0) }
            let title =
                "GRID \(name): \(grid.rows) rows, \(grid.columns) columns, \(held) of \(segment.count) cells resident"
            let rows = (0..<grid.frames * grid.rows).compactMap { row -> String? in
                let cells = (0..<grid.columns).map { segment.start + row * grid.columns + $0 }
                let parts = RowState.listed.compactMap { state -> String? in
                    let columns = cells.indices.filter { marks.state(cells[$0]) == state }
                    return columns.isEmpty ? nil : "\(state.word) \(ranges(columns))"
                }
                return parts.isEmpty ? nil : "GRID \(name) row \(row): " + parts.joined(separator: "; ")
            }
            return [title] + rows
        }
    }

    /// `0-3 5 7-8`.
    private static func ranges(_ numbers: [Int]) -> String {
        var parts: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = parts.last, last.upperBound == number - 1 {
                parts[parts.count - 1] = last.lowerBound...number
            } else {
                parts.append(number...number)
            }
        }
        return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: " ")
    }

    // MARK: Prompt and answer

    /// The prompt by segment.
    package static func prompt(_ model: InspectorModel) -> [String] {
        guard let prompt = model.prompt else { return ["PROMPT none yet"] }
        let ascii = !model.capabilities.unicode
        var lines = [
            "PROMPT \(NumberText.count(prompt.layout.tokenCount, "token")), "
                + "\(NumberText.count(prompt.layout.visualSegments.count, "picture"))"
                + (prompt.title.isEmpty ? "" : ": \(TokenText.visible(prompt.title, asciiOnly: ascii))")
        ]
        for segment in prompt.layout.segments {
            if let grid = segment.grid {
                let names = prompt.pictureNames
                let file = names.indices.contains(segment.index) ? names[segment.index] : ""
                lines.append(
                    "PROMPT \(InspectorModel.name(segment)): \(segment.count) tokens, \(grid.rows) x \(grid.columns) cells, "
                        + TokenText.visible(file, asciiOnly: ascii))
            } else {
                let bytes = prompt.tokenBytes[segment.range].flatMap { $0 }
                lines.append("PROMPT text: \(TokenText.visible(bytes, asciiOnly: ascii))")
            }
        }
        return lines
    }

    /// One generated token.
    package static func step(_ step: StepFact, asciiOnly: Bool) -> String {
        let text = TokenText.visible(step.token.bytes, asciiOnly: asciiOnly)
        var parts = ["\"\(text)\"", "p \(step.token.share)"]
        if step.index == 0 {
            parts.append("from the prefill")
        } else {
            parts.append("\(step.time.milliseconds) ms")
            if let hitRate = step.cache.hitRate {
                let chosen = step.cache.selectedChunks ?? 0
                let loaded = step.cache.loadedChunks.map { String($0) } ?? "n/a"
                parts.append("loaded \(loaded) of \(chosen) chunks")
                parts.append("hit \(NumberText.share(hitRate))")
            }
            parts.append("resident \(NumberText.known(step.cache.residentBytes))")
        }
        return "STEP \(step.index): " + parts.joined(separator: ", ")
    }

    /// The answer so far.
    package static func answer(_ model: InspectorModel) -> [String] {
        let text = TokenText.visible(model.answer.bytes, asciiOnly: !model.capabilities.unicode)
        return ["ANSWER \(text)"]
    }

    // MARK: Counters and checks

    /// Memory and latency.
    package static func counters(_ model: InspectorModel) -> [String] {
        var lines: [String] = []
        if let memory = model.snapshot?.memory {
            lines.append(
                "MEMORY resident \(NumberText.known(memory.residentBytes)) of \(NumberText.known(memory.fullBytes)) "
                    + "for a full cache"
                    + (memory.saving.map { ", \(NumberText.fixed($0, 1)) times less" } ?? ""))
            lines.append(
                "MEMORY offloaded \(NumberText.known(memory.offloadedBytes)), "
                    + "chunk keys \(NumberText.known(memory.metadataBytes)), "
                    + "allocated \(NumberText.known(memory.allocatedBytes)), "
                    + "kept to plan again \(NumberText.known(memory.replanBytes)), "
                    + "moved \(NumberText.known(memory.movedBytes)) so far")
        } else {
            lines.append("MEMORY n/a: no snapshot yet")
        }
        let ring = model.answer.latency
        if let median = ring.percentile(0.5), let high = ring.percentile(0.95) {
            let stages = ring.stages.map { "\($0.name) \(NumberText.milliseconds($0.milliseconds))" }
            lines.append(
                "LATENCY p50 \(NumberText.milliseconds(median)) ms a token, p95 \(NumberText.milliseconds(high)); mean "
                    + stages.joined(separator: ", "))
        } else {
            lines.append("LATENCY n/a: no decode step yet")
        }
        return lines
    }

    /// Every check of plan and cache.
    package static func checks(_ model: InspectorModel) -> [String] {
        let checks = model.checks
        guard !checks.isEmpty else { return ["CHECK none yet: there is no plan"] }
        return checks.map { check in
            let word =
                switch check.outcome {
                case .ok: "OK"
                case .warn: "WARN"
                case .open: "OPEN"
                }
            return "\(word) \(check.name): \(check.detail)"
        }
    }
}

extension RowState {
    /// States that are worth a word; the rest of a row is dropped or only offloaded.
    fileprivate static let listed: [RowState] = [.kept, .resident, .loaded]

    fileprivate var word: String {
        switch self {
        case .dropped: "dropped"
        case .kept: "kept"
        case .offloaded: "offloaded"
        case .resident: "resident"
        case .loaded: "just loaded"
        }
    }
}
