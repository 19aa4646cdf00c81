/// Why a session cannot begin or go on.
public enum SessionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The plan was made for another prompt or model: heads and tokens of each.
    case planMismatch(planned: [Int], found: [Int])
    /// An earlier session took the prefill's rows for itself.
    case prefillReleased
    /// The token limit is no positive number.
    case badTokenLimit(Int)
    /// The prompt leaves no position for an answer.
    case noRoom(tokens: Int, limit: Int)
    /// A token was forced that the model has no embedding for.
    case unknownToken(Int32, vocabulary: Int)
    /// The numbers left the range of floats.
    case notFinite(step: Int)

    /// What was found, what was expected and how to mend it.
    public var description: String {
        switch self {
        case .planMismatch(let planned, let found):
            "the plan is for \(planned[0]) heads and \(planned[1]) tokens, the prefill has \(found[0]) heads and "
                + "\(found[1]) tokens; make the plan from this prefill's evidence"
        case .prefillReleased: "the prefill was released to an earlier session; run the prefill again"
        case .badTokenLimit(let limit): "a limit of \(limit) tokens allows no answer; expected at least 1"
        case .noRoom(let tokens, let limit):
            "the prompt's \(tokens) tokens leave no position for an answer; the model has \(limit)"
        case .unknownToken(let token, let vocabulary):
            "token \(token) cannot be forced; the model's vocabulary has the ids 0...\(vocabulary - 1)"
        case .notFinite(let step):
            "step \(step) gave values that are not finite numbers; the weights are damaged, or keys or values "
                + "passed the range of f16: try f32 rows (--kv f32)"
        }
    }
}
