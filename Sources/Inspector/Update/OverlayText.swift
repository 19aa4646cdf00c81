import InspectorWords
import KVFacts

/// Help, checks and reasons: lists that lie over the screen, in pages.
package enum OverlayText {
    /// A line, and what it is.
    package struct Line {
        package let text: String
        package let isTitle: Bool
        package let isWarning: Bool

        package init(_ text: String, isTitle: Bool = false, isWarning: Bool = false) {
            self.text = text
            self.isTitle = isTitle
            self.isWarning = isWarning
        }
    }

    /// How many pages the overlay in front takes.
    package static func pages(_ model: InspectorModel) -> Int {
        guard let overlay = model.overlay else { return 1 }
        let box = Layout(width: model.width, height: model.height, screen: model.screen).overlay
        return pages(lines(overlay, model, width: box.width - 2), room: max(1, box.height - 1))
    }

    /// How many pages of some lines each.
    package static func pages(_ lines: [Line], room: Int) -> Int { max(1, (lines.count + room - 1) / room) }

    /// What an overlay says.
    package static func lines(_ overlay: OverlayPane, _ model: InspectorModel, width: Int) -> [Line] {
        switch overlay {
        case .help: help(model, width: width)
        case .checks: checks(model, width: width)
        case .why: why(model, width: width)
        }
    }

    // MARK: Help

    private static func help(_ model: InspectorModel, width: Int) -> [Line] {
        let own = model.offeredKeys.filter { !$0.isShared }
        let shared = model.offeredKeys.filter(\.isShared)
        var lines = [Line("KEYS ON THIS SCREEN: \(model.screen.title)", isTitle: true)]
        lines += own.flatMap { entry($0.label, $0.summary, 11, width) }
        lines += [Line(""), Line("KEYS EVERYWHERE", isTitle: true)]
        lines += shared.flatMap { entry($0.label, $0.summary, 11, width) }
        lines += [Line(""), Line("COMMANDS", isTitle: true)]
        lines += model.offeredCommands.flatMap { entry(":\($0.name) \($0.arguments)", $0.summary, 22, width) }
        lines += [Line(""), Line("METHODS", isTitle: true)]
        for method in model.methods {
            lines += entry(method.name, "\(method.title): \(method.summary)", 14, width)
            guard method.name == model.settings.name else { continue }
            for parameter in method.parameters {
                let standard = parameter.defaultValue.map { "; \($0) by default" } ?? ""
                let text = "\(parameter.meaning) (\(parameter.type.expected)\(standard))"
                lines += entry("  " + parameter.key, text, 14, width)
            }
        }
        lines += [Line(""), Line("WORDS", isTitle: true)]
        lines += words.flatMap { entry($0.0, $0.1, 11, width) }
        return lines
    }

    /// A label and its text behind it, or below where there is little room.
    private static func entry(_ label: String, _ text: String, _ column: Int, _ width: Int) -> [Line] {
        if width < column + 20 {
            return TextWrap.lines("\(label)  \(text)", width, indent: 2).map { Line($0) }
        }
        return TextWrap.lines(text, width - column).enumerated().map { row, piece in
            Line((row == 0 ? NumberText.left(label, column) : String(repeating: " ", count: column)) + piece)
        }
    }

    private static let words: [(String, String)] = [
        ("head", "a KV head of a layer; several query heads share one (grouped-query attention)"),
        ("row", "the key and value of one token in one head"),
        ("static", "S: attention stays on few tokens, so the rest is pruned once, for good"),
        ("dynamic", "D: attention moves, so chunks are offloaded and retrieved at every step"),
        ("full", "F: every row stays resident"),
        ("score", "share of the question's attention that the best keys hold; static from the threshold on"),
        ("votes", "the scores of the query heads of a group taken alone; lower case when they differ"),
        ("budget", "prompt rows that a head may keep resident"),
        ("resident", "in the tier that attention reads; offloaded: in the store that chunks come from"),
        ("recall", "share of the true attention mass that the resident rows cover"),
        ("hit rate", "share of the chosen chunks that were resident already"),
        ("KL", "how far a branch's prediction is from the full cache's, in nats; 0 is the same"),
        ("forced", "every branch is given the full cache's tokens, so that one change cannot grow"),
        ("overlap", "rows that two branches both hold, over rows that either holds (Jaccard)"),
    ]

    // MARK: Why

    private static func why(_ model: InspectorModel, width: Int) -> [Line] {
        let reasons = model.reasons
        guard !reasons.isEmpty else { return [Line("No plan that could be explained yet.")] }
        return reasons.flatMap { part in
            let sentences = part.reasons.sentences + part.reasons.details
            return [Line("WHY \(part.title)", isTitle: true)]
                + sentences.flatMap { TextWrap.lines($0, width, indent: 2) }.map { Line($0) }
        }
    }

    // MARK: Checks

    private static func checks(_ model: InspectorModel, width: Int) -> [Line] {
        let checks = model.checks
        guard !checks.isEmpty else { return [Line("No plan to check yet.")] }
        var lines = [Line("CHECKS behind the verdict", isTitle: true)]
        for check in checks {
            let word =
                switch check.outcome {
                case .ok: "OK"
                case .warn: "WARN"
                case .open: "--"
                }
            let text = "\(check.name): \(check.detail)"
            for (row, piece) in TextWrap.lines(text, max(8, width - 6)).enumerated() {
                lines.append(
                    Line(
                        (row == 0 ? NumberText.left(word, 6) : "      ") + piece,
                        isWarning: check.outcome == .warn))
            }
        }
        if let cost = model.snapshot?.cost {
            lines.append(Line(""))
            let frame = model.frameCost.map { ", a frame \(NumberText.milliseconds($0 * 1000)) ms" } ?? ""
            lines.append(
                Line("Observing costs: a snapshot \(NumberText.milliseconds(Double(cost) / 1e6)) ms\(frame)"))
        }
        return lines
    }
}
