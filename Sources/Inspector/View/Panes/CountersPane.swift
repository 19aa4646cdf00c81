import InspectorUpdate
import InspectorWords
import KVFacts

/// Memory and latency, on every screen.
package enum CountersPane {
    package static func draw(_ model: InspectorModel, _ canvas: inout Canvas, _ layout: Layout) {
        switch layout.counters.height {
        case 0: return
        case 1...3: brief(model, &canvas, layout.counters)
        case 4...6: lines(model, &canvas, layout.counters)
        default: table(model, &canvas, layout.counters)
        }
    }

    /// Two lines with short units: for the screens that need the room.
    private static func brief(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let memory = model.snapshot?.memory
        canvas.text(
            TextWrap.join(
                [
                    "KV full \(short(memory?.fullBytes))", "resident \(short(memory?.residentBytes))",
                    "offload \(short(memory?.offloadedBytes))", "alloc \(short(memory?.allocatedBytes))",
                    "moved \(short(model.answer.movedPerStep))/step",
                ], gap: "  ", box.width - 2), 1, 0, in: box)
        canvas.text(latency(model, width: box.width - 2), 1, 1, in: box)
    }

    /// Four lines with bars.
    private static func lines(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let memory = model.snapshot?.memory
        let full = Double(max(1, memory?.fullBytes ?? 1))
        let width = min(24, max(8, box.width - 58))
        let rows: [(String, Int?, String)] = [
            ("resident", memory?.residentBytes, saving(model)),
            (
                "offloaded", memory?.offloadedBytes,
                "moved \(bytes(model.answer.movedPerStep)) a step, hit \(hit(model))"
            ),
        ]
        for (line, row) in rows.enumerated() {
            canvas.text(
                "KV \(NumberText.left(row.0, 10))\(NumberText.right(bytes(row.1), 10)) ", 1, line, in: box)
            let share = row.1.map { Double($0) / full } ?? 0
            canvas.text("|\(canvas.look.bar(share, width: width))| ", 25, line, in: box, canvas.look.dim)
            canvas.text(row.2, 25 + width + 3, line, in: box)
        }
        canvas.text(
            "KV \(NumberText.left("allocated", 10))\(NumberText.right(bytes(memory?.allocatedBytes), 10))"
                + " \(extras(memory, width: box.width - 26))", 1, 2, in: box)
        canvas.text(latency(model, width: box.width - 2), 1, 3, in: box)
    }

    /// Seven lines in two columns, with a row per stage and the last steps drawn.
    private static func table(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        var left = box
        let right = left.takeRight(box.width / 2 - 2, gap: 2)
        let look = canvas.look
        let memory = model.snapshot?.memory
        let full = Double(max(1, memory?.fullBytes ?? 1))
        canvas.text("KV MEMORY", 1, 0, in: left, look.title)
        canvas.text(saving(model), 13, 0, in: left)
        let rows: [(String, Int?)] = [
            ("full cache", memory?.fullBytes), ("resident", memory?.residentBytes),
            ("offloaded", memory?.offloadedBytes), ("allocated", memory?.allocatedBytes),
        ]
        for (line, row) in rows.enumerated() {
            canvas.text(
                NumberText.left(row.0, 11) + NumberText.right(bytes(row.1), 10), 1, line + 1, in: left)
            let width = max(0, left.width - 27)
            let share = row.1.map { Double($0) / full } ?? 0
            canvas.text("|\(look.bar(share, width: width))|", 24, line + 1, in: left, look.dim)
        }
        canvas.text(extras(memory, width: left.width - 1), 1, 5, in: left)
        canvas.text(
            "moved \(bytes(model.answer.movedPerStep)) a step, hit rate \(hit(model))", 1, 6, in: left)
        latencyTable(model, &canvas, right)
    }

    private static func latencyTable(_ model: InspectorModel, _ canvas: inout Canvas, _ box: Box) {
        let look = canvas.look
        let ring = model.answer.latency
        canvas.text("DECODE", 0, 0, in: box, look.title)
        canvas.text(times(model), 8, 0, in: box)
        let stages = ring.stages
        let most = stages.map(\.milliseconds).max() ?? 1
        for (line, stage) in stages.enumerated() {
            canvas.text(NumberText.left(stage.name, 12), 0, line + 1, in: box)
            canvas.text(
                NumberText.right(NumberText.milliseconds(stage.milliseconds), 6), 12, line + 1, in: box)
            let width = max(0, min(30, box.width - 22))
            canvas.text(
                "|\(look.bar(stage.milliseconds / max(most, 1e-9), width: width))|", 19, line + 1, in: box,
                look.dim)
        }
        if stages.isEmpty { canvas.text("no decode step yet", 0, 1, in: box, look.dim) }
        let recent = ring.recent(max(0, box.width - 13))
        guard let peak = recent.max(), peak > 0 else { return }
        canvas.text("last steps", 0, 6, in: box)
        canvas.text(recent.map { look.level($0 / peak * 0.999) }.joined(), 12, 6, in: box, look.dim)
    }

    // MARK: Words

    /// The last step, percentiles, and as many of the mean stages as there is room for.
    private static func latency(_ model: InspectorModel, width: Int) -> String {
        let stages = model.answer.latency.stages.map(\.milliseconds)
        guard stages.count > 3 else { return times(model) }
        let means = Array(stages[..<3]) + [stages[3...].reduce(0, +)]
        let parts = zip(["proj", "attn", "retr", "rest"], means).map {
            "\($0) \(NumberText.milliseconds($1))"
        }
        let start = times(model, isBrief: true) + " mean "
        return start + TextWrap.join(parts, gap: " ", width - start.count)
    }

    private static func times(_ model: InspectorModel, isBrief: Bool = false) -> String {
        let ring = model.answer.latency
        guard let last = ring.last, let median = ring.percentile(0.5), let top = ring.percentile(0.95) else {
            let timing = model.prefill
            let before =
                "vision \(NumberText.known(timing.vision)), prefill \(NumberText.known(timing.prefill)) ms"
            return "ms/token n/a: no decode step yet" + (model.plan == nil ? "" : " (\(before))")
        }
        let start = "ms/token \(NumberText.milliseconds(last))"
        let (low, high) = (NumberText.milliseconds(median), NumberText.milliseconds(top))
        return isBrief ? "\(start) (p50 \(low) p95 \(high))" : "\(start)  p50 \(low)  p95 \(high)"
    }

    private static func saving(_ model: InspectorModel) -> String {
        guard let memory = model.snapshot?.memory else { return "n/a: no snapshot yet" }
        guard let saving = memory.saving else { return "of \(bytes(memory.fullBytes))" }
        return "\(NumberText.fixed(saving, 1))x less than full, \(bytes(memory.fullBytes))"
    }

    /// What the allocated bytes consist of: rows in use, room for tokens to come, and everything else, whose sum they
    /// are; then what is held beyond them.
    private static func extras(_ memory: MemoryStatus?, width: Int) -> String {
        guard let memory, let logical = memory.logicalBytes, let allocated = memory.allocatedBytes,
            let reserved = memory.reservedBytes
        else { return "" }
        let rest = allocated - logical - reserved
        var parts = ["= \(short(logical)) in use", "+ \(short(reserved)) spare"]
        if rest != 0 { parts.append("\(rest < 0 ? "-" : "+") \(short(abs(rest))) rest") }
        if let more = memory.replanBytes, more > 0 { parts.append("(\(short(more)) more to replan)") }
        return TextWrap.join(parts, gap: " ", width)
    }

    private static func hit(_ model: InspectorModel) -> String {
        model.answer.hitRate.map { NumberText.share($0) } ?? "n/a"
    }

    private static func bytes(_ count: Int?) -> String { count.map { NumberText.bytes($0) } ?? "n/a" }

    /// `18.7M`.
    private static func short(_ count: Int?) -> String {
        guard let count else { return "n/a" }
        return NumberText.bytes(count).replacing(" ").replacing("iB").replacing("B")
    }
}

extension String {
    /// Without every occurrence of a part.
    fileprivate func replacing(_ part: String) -> String {
        var text = ""
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(part) {
                rest = rest.dropFirst(part.count)
            } else {
                text.append(rest.removeFirst())
            }
        }
        return text
    }
}
