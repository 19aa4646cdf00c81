import KVFacts

/// StreamingLLM: the first rows, which serve as attention sinks, and the last ones.
///
/// Xiao et al., "Efficient Streaming Language Models with Attention Sinks", ICLR 2024. The original rotates keys by their
/// place in the cache; like the ports, this keeps the rotation of the true position and acts once, after the prefill.
enum StreamingLLMPolicy: CompressionMethod {
    static let description = MethodDescription(
        name: "streamingllm", title: "StreamingLLM",
        summary: "Keeps the first rows and the last ones, whatever they say.",
        source: "Xiao et al., ICLR 2024",
        standing: "the prefill-time port with original positions; the original rotates by place in the cache",
        parameters: [first])

    private static let first = Parameter.whole(
        "sinks", 4, in: 0...ParameterLimit.rows, unit: "rows", "rows at the prompt's beginning that are kept")

    static func stages(_ values: ParameterValues) throws(PolicyError) -> MethodStages {
        MethodStages(score: SinksAndRecent(sinks: values[first]))
    }
}

/// The later a row, the more it is worth; the last one and the first few are kept before all others.
struct SinksAndRecent: RowScorer {
    let sinks: Int

    func protected(_ input: PlanInput) -> [Int] {
        [input.tokenCount - 1] + (0..<min(sinks, input.tokenCount - 1))
    }

    func scores(of head: HeadID, _ input: PlanInput) -> [Double] { (0..<input.tokenCount).map(Double.init) }
}
