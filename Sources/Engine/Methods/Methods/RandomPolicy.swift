import KVFacts
import KVNumerics

/// Keeps rows by lot: what any method has to beat.
struct RandomPolicy: CachePolicy {
    static let description = MethodDescription(
        name: "random", title: "Random", summary: "Keeps rows by lot, each head its own.",
        source: "a control", standing: "exact",
        parameters: [start])

    private static let start = Parameter.seed("seed", 0, "where the lot starts")

    let seed: UInt64

    init(_ values: ParameterValues) throws(PolicyError) {
        seed = values[Self.start]
    }

    // Nothing is decided by attention.
    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow {
        ObservationWindow(kind: .lastW, rows: 32)
    }

    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        let count = evidence.tokenCount
        guard budget < count else { return (0..<Int32(count)).map { $0 } }
        var random = SplitMix64(seed: seed &+ UInt64(head.layer * evidence.kvHeads + head.head))
        var rows = (0..<Int32(count)).map { $0 }
        for place in 0..<budget {
            rows.swapAt(place, place + Int(random.next() % UInt64(count - place)))
        }
        return rows[..<budget].sorted()
    }
}
