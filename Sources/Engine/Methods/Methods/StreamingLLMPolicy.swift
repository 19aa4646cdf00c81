import KVFacts

/// StreamingLLM: the first rows, which serve as attention sinks, and the last ones.
///
/// Xiao et al., "Efficient Streaming Language Models with Attention Sinks", ICLR 2024. The original rotates keys by their
/// place in the cache; like the ports, this keeps the rotation of the true position and acts once, after the prefill.
struct StreamingLLMPolicy: CachePolicy {
    static let description = MethodDescription(
        name: "streamingllm", title: "StreamingLLM",
        summary: "Keeps the first rows and the last ones, whatever they say.",
        source: "Xiao et al., ICLR 2024",
        standing: "the prefill-time port with original positions; the original rotates by place in the cache",
        parameters: [first])

    private static let first = Parameter.whole(
        "sinks", 4, in: 0...ParameterLimit.rows, unit: "rows", "rows at the prompt's beginning that are kept")

    let sinks: Int

    init(_ values: ParameterValues) throws(PolicyError) {
        sinks = values[Self.first]
    }

    // Nothing is decided by attention.
    func window(tokenCount: Int, uniformRows: Int) -> ObservationWindow {
        ObservationWindow(kind: .lastW, rows: 32)
    }

    func keptRows(of head: HeadID, budget: Int, _ evidence: PrefillEvidence) -> [Int32] {
        let count = Int32(evidence.tokenCount)
        guard budget < evidence.tokenCount else { return (0..<count).map { $0 } }
        let first = Int32(budget <= sinks ? budget - 1 : sinks)
        return (0..<first).map { $0 } + (count - Int32(budget) + first..<count).map { $0 }
    }
}
