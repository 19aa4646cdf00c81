import KVFacts

/// The words of the compare screen; plain text uses them too.
package enum CompareText {
    /// `step 12 of 48`, for the header.
    package static func progress(_ comparison: ComparisonState) -> String {
        guard comparison.phase != .asked, let start = comparison.start else { return "comparison begins" }
        let step = comparison.lastIndex.map { "step \($0)" } ?? "no step yet"
        return "compare \(step) of \(max(0, start.steps - 1))"
    }

    /// Forced or free, for the line of tabs.
    package static func tabs(_ comparison: ComparisonState) -> String {
        let mode = (comparison.start?.isForced ?? comparison.isForced) ? "forced" : "free run"
        return comparison.phase == .left ? "\(mode), kept" : mode
    }

    /// `A hybridkv 20 %`.
    package static func name(_ branch: Int, _ comparison: ComparisonState) -> String {
        let letter = ComparisonState.letter(branch)
        guard let start = comparison.start, start.plans.indices.contains(branch) else { return letter }
        return "\(letter) \(SettingsText.short(start.plans[branch].settings))"
    }

    /// A token between quotes; spaces are part of it.
    package static func quoted(_ bytes: [UInt8], asciiOnly: Bool) -> String {
        "\"" + TokenText.visible(bytes, asciiOnly: asciiOnly) + "\""
    }

    /// What a grid shows.
    package static func meaning(of grid: CompareGrid) -> String {
        switch grid {
        case .sets(let first, let second):
            "kept sets of \(ComparisonState.letter(first)) and \(ComparisonState.letter(second))"
        case .attention(let branch): "what \(ComparisonState.letter(branch)) read in its last step"
        }
    }

    /// `B with L17/kv2 full: mean KL .0192 -> .0081, -.0111 in 31 steps`.
    package static func sentence(_ result: BlameResult) -> String {
        "\(ComparisonState.letter(result.branch)) with \(result.head) full: "
            + "mean KL \(change(result)) in \(NumberText.count(result.steps, "step"))"
    }

    /// `.1162 -> .0751, -.0411`: the same decimals, so that the change can be checked by eye.
    package static func change(_ result: BlameResult) -> String {
        let texts = [result.meanKL, result.meanKLWithHeadFull].map { NumberText.nats($0, decimals: 4) }
        let change = NumberText.signed(result.change) { NumberText.nats($0, decimals: 4) }
        return "\(texts[0]) -> \(texts[1]), \(change)"
    }

    /// Where the branches of the pair part, and in which head they differ most there; longest first.
    package static func parting(_ comparison: ComparisonState, asciiOnly: Bool) -> [String] {
        let (first, second) = comparison.pair
        guard let last = comparison.lastIndex, first != second else { return ["no step was compared yet"] }
        let (a, b) = (ComparisonState.letter(first), ComparisonState.letter(second))
        let step = comparison.partingStep ?? comparison.selected ?? last
        var texts: [String]
        if let parting = comparison.partingStep {
            let tokens = [first, second].map {
                quoted(comparison.steps[parting].branches[$0].bytes, asciiOnly: asciiOnly)
            }
            texts = [
                "\(a) and \(b) part at step \(parting): \(tokens[0]) and \(tokens[1])",
                "\(a) \(b) part @\(parting): \(tokens[0]) \(tokens[1])", "part @\(parting)",
            ]
        } else {
            texts = ["\(a) and \(b) choose the same tokens up to step \(last)", "same tokens to @\(last)"]
        }
        guard let head = comparison.heads(at: step).first, let difference = head.difference, difference != 0
        else { return texts }
        let recalls = [first, second].map { head.recalls[$0].map { NumberText.share($0) } ?? "n/a" }
        let place = comparison.partingStep == nil ? "at step \(step) most" : "most"
        let most = [
            "; \(place) in \(head.id), recall \(recalls[0]) and \(recalls[1])",
            "; \(place) in \(head.id): recall \(recalls[0]) \(recalls[1])", " in \(head.id)",
        ]
        return texts.indices.flatMap { long in most.map { texts[long] + $0 } }.sorted { $0.count > $1.count }
    }

    /// The reference, the control and what measuring costs, most wanted first.
    package static func reference(_ comparison: ComparisonState) -> [String] {
        let control = comparison.control
        let bytes =
            comparison.snapshot.map(\.referenceMemory.residentBytes)
            ?? comparison.steps.last.map(\.step.referenceRecord.cache.residentBytes)
        var parts = [bytes.map { NumberText.bytes($0) } ?? "n/a"]
        if let time = control.medianMilliseconds { parts.append("p50 \(NumberText.milliseconds(time)) ms") }
        parts.append(
            control.steps > 0
                ? "control full against full: KL \(control.isExact ? "0" : "at most " + NumberText.nats(control.largestKL))"
                : "control n/a: no step measured yet")
        if let time = control.probeMilliseconds {
            parts.append("probes \(NumberText.milliseconds(time)) ms a step")
        }
        return parts
    }
}
