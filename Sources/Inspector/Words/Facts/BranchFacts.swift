import KVFacts

/// The numbers of one branch as texts.
package struct BranchFacts {
    /// Bytes of the two tiers and of the chunk representatives.
    package let bytes: [String]
    package let memory: String, shortMemory: String
    package let time: String
    package let divergence: [String]
    package let agreement: [String]
    package let recall: [String]
    package let best: String

    package init(_ comparison: ComparisonState, _ branch: Int) {
        let totals = comparison.totals[branch]
        let cache = comparison.steps.last?.step.branches[branch].record.cache
        let metadata = comparison.snapshot?.branches[branch].memory.metadataBytes
        bytes = [cache?.residentBytes, cache?.offloadedBytes, metadata].map { count in
            count.map { NumberText.bytes($0) } ?? "n/a"
        }
        memory = bytes.joined(separator: " + ")
        shortMemory = bytes.map { Self.short($0) }.joined(separator: " ")
        time = totals.medianMilliseconds.map { NumberText.milliseconds($0) } ?? "n/a"
        if let mean = totals.meanKL, let most = totals.largestKL {
            let text = "\(NumberText.nats(mean)), \(NumberText.nats(most.value)) @\(most.step)"
            divergence = most.value == 0 ? ["0 at every step", "0"] : [text]
            let share = NumberText.percent(Double(totals.agreeing) / Double(totals.measured))
            let change = totals.firstChange.map { "first change @\($0)" } ?? "never changed"
            let brief = totals.firstChange.map { " first@\($0)" } ?? " no change"
            let count = "\(totals.agreeing) of \(totals.measured)"
            agreement = [
                "\(count) (\(share)), \(change)", "\(count), \(change)",
                "\(totals.agreeing)/\(totals.measured)\(brief)",
            ]
        } else {
            divergence = ["n/a: not measured", "n/a"]
            agreement = [totals.firstChange.map { "n/a, first change @\($0)" } ?? "n/a: not measured", "n/a"]
        }
        best = totals.meanBest.map { NumberText.share($0) } ?? "n/a"
        if let mean = totals.meanRecall, let least = totals.leastRecall {
            let text = "\(NumberText.share(mean)), \(NumberText.share(least.value)) \(least.head)"
            recall = least.value >= 1 ? ["1.0 in all heads"] : ["\(text) @\(least.step)", text]
        } else {
            recall = ["n/a: not measured", "n/a"]
        }
    }

    /// `18.7M` for `18.7 MiB`, `446K` for `446.3 KiB`, `0` for `0 B`.
    private static func short(_ bytes: String) -> String {
        guard let unit = bytes.last(where: { "KMGT".contains($0) }) else {
            return bytes.hasSuffix(" B") ? String(bytes.dropLast(2)) : bytes
        }
        let number = bytes.prefix { $0 != " " }
        let whole = number.prefix { $0 != "." }
        return (whole.count > 2 ? whole : number) + String(unit)
    }
}
