/// Why a plan could not be made.
public enum PolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No method has this name.
    case unknownMethod(String, known: [String])
    /// The method has no such parameter.
    case unknownParameter(String, method: String, known: [String])
    /// A parameter's value is not one that it takes.
    case badValue(parameter: String, found: String, expected: String)
    /// The budget is no share of the prompt.
    case badBudget(String)
    /// The budget is more than the prompt.
    case budgetTooLarge(String)
    /// A method is not written as methods are.
    case malformed(String, expected: String)
    /// Several of the compared methods have the parameter.
    case ambiguousParameter(String, methods: [String])
    /// A forced head does not exist.
    case noSuchHead(HeadID, layers: Int, kvHeads: Int)
    /// No token of the prompt is in the observation window.
    case emptyWindow(String)
    /// The prefill did not keep the queries of this window.
    case windowNotKept(String, rows: Int)
    /// The evidence does not hold what the method reads.
    case evidenceMissing(String, method: String)
    /// The scores of a checkpoint's visual heads cannot be read.
    case badScores(path: String, problem: String)
    /// The method has no such variant.
    case unknownVariant(String, method: String, known: [String])

    /// What was found, what was expected and how to mend it, in one sentence.
    public var description: String {
        switch self {
        case .unknownMethod(let name, let known):
            "no method is called \"\(name)\"; expected one of \(known.joined(separator: ", "))"
        case .unknownParameter(let key, let method, let known):
            known.isEmpty
                ? "\(method) has no parameters, so \"\(key)\" cannot be set"
                : "\(method) has no parameter \"\(key)\"; expected one of \(known.joined(separator: ", "))"
        case .badValue(let parameter, let found, let expected):
            "\(parameter) cannot be \"\(found)\"; expected \(expected)"
        case .badBudget(let found):
            "a budget of \"\(found)\" is no share of the prompt; expected a share such as 0.2, or a percentage such as 20%"
        case .budgetTooLarge(let found):
            "a budget of \"\(found)\" is more than the prompt; expected at most 100%"
        case .malformed(let found, let expected):
            "\(found.isEmpty ? "nothing" : "\"\(found)\"") is not how a method is written; expected \(expected)"
        case .ambiguousParameter(let key, let methods):
            "\(key) is a parameter of \(methods.joined(separator: " and of ")); expected it in the brackets of the one "
                + "that is meant, as in \(methods.first ?? "NAME")(\(key)=VALUE)"
        case .noSuchHead(let head, let layers, let kvHeads):
            "there is no head \(head); expected a layer of 0...\(layers - 1) and a head of 0...\(kvHeads - 1)"
        case .emptyWindow(let kind):
            "the observation window \(kind) is empty: no text follows the last picture; "
                + "ask something after the pictures, or set window=lastW"
        case .windowNotKept(let kind, let rows):
            "the prefill did not keep the queries of window=\(kind) with \(rows) rows; run the prefill again"
        case .evidenceMissing(let measure, let method):
            "\(method) needs \(measure), which this prefill did not keep; run the prefill again with "
                + "PrefillOptions(for:) of its planner"
        case .badScores(let path, let problem):
            "\(path): \(problem); make scores for this checkpoint: "
                + "kvscope heads --model DIR --benchmark FILE --out \(path)"
        case .unknownVariant(let name, let method, let known):
            known.isEmpty
                ? "\(method) has no variants, so \"\(name)\" cannot be one"
                : "\(method) has no variant \"\(name)\"; expected one of \(known.joined(separator: ", "))"
        }
    }
}
