import HybridKV
import InspectorWords

extension RunReport {
    /// What ran, in one line.
    var title: String {
        let settings = MethodSettings(
            name: method.name, budget: method.budget, parameters: method.parameters)
        let pictures = prompt.segments.count { $0.kind != "text" }
        return
            "\(model.name), \(prompt.tokens) prompt tokens with \(pictures) pictures, \(settings.text)"
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
            "memory   resident \(NumberText.bytes(memory.resident_bytes)) of \(NumberText.bytes(memory.full_bytes)) "
                + "(\(NumberText.fixed(saving, 1))x less), offloaded \(NumberText.bytes(memory.offloaded_bytes)), "
                + "metadata \(NumberText.bytes(memory.metadata_bytes)), allocated \(NumberText.bytes(memory.allocated_bytes)), "
                + "moved \(NumberText.bytes(memory.moved_bytes))",
            "time     load \(NumberText.milliseconds(timing.load_ms)) ms, vision \(NumberText.milliseconds(timing.vision_ms)) ms, "
                + "prefill \(NumberText.milliseconds(timing.prefill_ms)) ms, plan \(NumberText.milliseconds(timing.plan_ms)) ms",
        ]
        if let before = memory.process_bytes_before, let after = memory.process_bytes_after {
            lines.append(
                "process  \(NumberText.bytes(before)) of its own with the whole prefill, "
                    + "\(NumberText.bytes(after)) with the plan applied")
        }
        if let p50 = timing.decode_ms_p50, let p95 = timing.decode_ms_p95, let rate = timing.tokens_per_second
        {
            lines.append(
                "decode   \(steps.count) tokens (\(finish_reason)), p50 \(NumberText.milliseconds(p50)) ms, p95 \(NumberText.milliseconds(p95)) ms, "
                    + "\(NumberText.fixed(rate, 1)) tokens/s")
        }
        return lines
    }
}
