import HybridKV

extension RunReport {
    /// What ran, in one line.
    var title: String {
        let set = method.parameters.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let budget = method.name == "full" ? "" : " \(Quantity.percent(method.budget))"
        let pictures = prompt.segments.count { $0.kind != "text" }
        return
            "\(model.name), \(prompt.tokens) prompt tokens with \(pictures) pictures, \(method.name)\(budget)\(set)"
    }

    /// What the run cost, line by line.
    var footer: [String] {
        let classes = Dictionary(grouping: plan.heads, by: \.class).mapValues(\.count)
        let counts = HeadClass.allCases.compactMap { name in
            classes[name.rawValue].map { "\($0) \(name.rawValue)" }
        }
        let saving = Double(memory.full_bytes) / Double(max(1, memory.resident_bytes))
        var lines = [
            "heads    " + counts.joined(separator: ", ")
                + " of \(plan.heads.count); \(plan.total_rows) rows in the budget",
            "memory   resident \(Quantity.bytes(memory.resident_bytes)) of \(Quantity.bytes(memory.full_bytes)) "
                + "(\(Quantity.fixed(saving, 1))x less), offloaded \(Quantity.bytes(memory.offloaded_bytes)), "
                + "metadata \(Quantity.bytes(memory.metadata_bytes)), allocated \(Quantity.bytes(memory.allocated_bytes)), "
                + "moved \(Quantity.bytes(memory.moved_bytes))",
            "time     load \(Quantity.ms(timing.load_ms)), vision \(Quantity.ms(timing.vision_ms)), "
                + "prefill \(Quantity.ms(timing.prefill_ms)), plan \(Quantity.ms(timing.plan_ms))",
        ]
        if let before = memory.process_bytes_before, let after = memory.process_bytes_after {
            lines.append(
                "process  \(Quantity.bytes(before)) of its own with the whole prefill, "
                    + "\(Quantity.bytes(after)) with the plan applied")
        }
        if let p50 = timing.decode_ms_p50, let p95 = timing.decode_ms_p95, let rate = timing.tokens_per_second
        {
            lines.append(
                "decode   \(steps.count) tokens (\(finish_reason)), p50 \(Quantity.ms(p50)), p95 \(Quantity.ms(p95)), "
                    + "\(Quantity.fixed(rate, 1)) tokens/s")
        }
        return lines
    }
}

/// Numbers for people.
enum Quantity {
    /// A number with so many digits behind the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let whole = Int(scaled) / Int(scale)
        let rest = Int(scaled) % Int(scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(rest)
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// `10%`, `12.5%`.
    static func percent(_ share: Double) -> String {
        let value = share * 100
        return (value == value.rounded() ? fixed(value, 0) : fixed(value, 1)) + "%"
    }

    /// Bytes in binary units.
    static func bytes(_ count: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(count) B" : fixed(value, value < 100 ? 1 : 0) + " " + units[unit]
    }

    /// Milliseconds.
    static func ms(_ value: Double) -> String { fixed(value, value < 10 ? 2 : 0) + " ms" }
}
