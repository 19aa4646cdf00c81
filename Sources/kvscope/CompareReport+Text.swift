import HybridKV
import InspectorPlain
import InspectorWords

extension CompareReport {
    /// The comparison for people, within 80 columns.
    func table(asciiOnly: Bool) -> [String] {
        let mode =
            forced ? "all take the full cache's tokens" : "each answers for itself"
        let steps = max(0, reference.tokens.count - 1)
        var lines = [
            "\(model), \(prompt_tokens) prompt tokens, \(steps) steps; \(mode)", "",
            row([
                "method", "rows", "KL", "max@step", "top-1", "recall", "best", "error", "resident", "ms",
            ]),
            row([
                "full", "all", zero(reference.control_kl_max), "", "", "", "", "",
                NumberText.bytes(reference.bytes), number(reference.ms_p50, 2),
            ]),
        ]
        for method in methods {
            let worst = method.kl_max.map { NumberText.fixed($0, 2) + "@\(method.kl_max_step ?? 0)" } ?? "n/a"
            lines.append(
                row([
                    method.title, "\(method.rows)",
                    number(method.kl_mean, 3), worst,
                    method.top1_agreement.map { NumberText.percent(($0 * 1000).rounded() / 1000) } ?? "n/a",
                    number(method.recall_mean, 2), number(method.best_mean, 2),
                    number(method.output_error_mean, 2),
                    NumberText.bytes(method.resident_bytes), number(method.ms_p50, 2),
                ]))
        }
        lines.append("")
        lines.append("full says   \(visible(reference.text, asciiOnly))")
        for method in methods { lines += details(method, asciiOnly) }
        return lines
    }

    private func details(_ method: Method, _ asciiOnly: Bool) -> [String] {
        var lines = ["", method.title]
        if forced {
            lines.append("  would say  \(visible(method.text, asciiOnly))")
        } else {
            lines.append("  says       \(visible(method.text, asciiOnly))")
        }
        lines.append("  differs    " + (method.first_difference.map { "first at step \($0)" } ?? "nowhere"))
        if let p99 = method.kl_p99, let rank = method.rank_max {
            lines.append(
                "  KL         p99 \(NumberText.fixed(p99, 3)); the full cache's choice at place \(rank) at worst"
            )
        }
        lines.append(
            "  bytes      offloaded \(NumberText.bytes(method.offloaded_bytes)), metadata "
                + "\(NumberText.bytes(method.metadata_bytes)), moved \(NumberText.bytes(method.moved_bytes))")
        if let least = method.recall_min, let head = method.recall_min_head {
            lines.append("  recall     least \(NumberText.fixed(least, 2)) in \(head)")
        }
        if let fate = method.fate {
            lines.append(
                "  fate       \(fate.needed_again) missing rows needed again, \(fate.never_needed) never; "
                    + "misses: \(fate.cold) cold,")
            lines.append(
                "             \(fate.evicted_then_needed) evicted then needed, \(fate.capacity) for want of room"
            )
        }
        if let stability = method.stability {
            lines.append(
                "  stability  top tenth at prefill and decode overlap by "
                    + "\(NumberText.fixed(stability.top_overlap, 2)) (static \(number(stability.static_top_overlap, 2)), "
                    + "dynamic \(number(stability.dynamic_top_overlap, 2)))")
        }
        return lines
    }

    private func row(_ cells: [String]) -> String {
        let widths = [18, 5, 6, 8, 5, 6, 4, 5, 9, 5]
        return zip(cells, widths).enumerated().map { place, cell in
            let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
            return place == 0 ? cell.0 + space : space + cell.0
        }.joined(separator: " ")
    }

    private func number(_ value: Double?, _ digits: Int) -> String {
        value.map { NumberText.fixed($0, digits) } ?? "n/a"
    }

    private func zero(_ value: Double?) -> String {
        value.map { $0 == 0 ? "0" : NumberText.fixed($0, 6) } ?? "n/a"
    }

    private func visible(_ text: String, _ asciiOnly: Bool) -> String {
        PlainText.visible(text, asciiOnly: asciiOnly)
    }
}

extension CompareReport.Method {
    /// Name and budget; the full cache has none.
    fileprivate var title: String { name == "full" ? name : "\(name)@\(BudgetText.text(budget))" }
}
