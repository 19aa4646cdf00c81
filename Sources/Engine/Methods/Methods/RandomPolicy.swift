import KVFacts
import KVNumerics

/// Keeps rows by lot: what any method has to beat.
enum RandomPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "random", title: "Random", summary: "Keeps rows by lot, each head its own.",
        source: "a control", standing: "exact",
        parameters: [start])

    private static let start = Parameter.seed("seed", 0, "where the lot starts")

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        MethodStages(score: Lot(seed: values[start]))
    }
}

/// Scores by lot: a row's place in a shuffle of its own for each head.
struct Lot: RowScorer {
    let seed: UInt64

    func scores(of head: HeadID, _ input: PlanInput) -> [Double] {
        let count = input.tokenCount
        var random = SplitMix64(seed: seed &+ UInt64(head.layer * input.evidence.kvHeads + head.head))
        var rows = Array(0..<count)
        for place in 0..<count {
            rows.swapAt(place, place + Int(random.next() % UInt64(count - place)))
        }
        var scores = [Double](repeating: 0, count: count)
        for (place, row) in rows.enumerated() { scores[row] = -Double(place) }
        return scores
    }
}
