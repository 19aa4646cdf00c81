import KVFacts

/// A command that was not understood: what was found, and what was expected.
package struct CommandError: Error, Sendable, Hashable {
    /// Both, for a person.
    package let text: String

    /// States both.
    package init(_ found: String, expected: String) {
        text = "\(found): expected \(expected)"
    }

    /// What is wrong with a method or a budget, in the words of a command line.
    package init(_ error: PolicyError) {
        self = Self.short(error)
    }

    private static func short(_ error: PolicyError) -> CommandError {
        switch error {
        case .unknownMethod(let name, let known):
            CommandError("no method '\(name)'", expected: known.joined(separator: " "))
        case .unknownVariant(let name, let method, let known):
            CommandError(
                "\(method) has no variant '\(name)'",
                expected: known.isEmpty ? "none, it has no variants" : known.joined(separator: " "))
        case .unknownParameter(let key, let method, let known):
            CommandError(
                "\(method) has no parameter '\(key)'",
                expected: known.isEmpty ? "none, it takes no parameters" : known.joined(separator: " "))
        case .badValue(let key, let found, let expected):
            CommandError("\(key) cannot be '\(found)'", expected: expected)
        case .badBudget(let text):
            CommandError(
                "\(text.isEmpty ? "(nothing)" : "'\(text)'") is no budget",
                expected: "a share such as 12% or 0.12")
        case .budgetTooLarge(let text):
            CommandError("'\(text)' is more than the prompt", expected: "at most 100%")
        case .malformed(let text, let expected):
            CommandError(text.isEmpty ? "(nothing)" : "'\(text)'", expected: expected)
        default: CommandError("\(error)", expected: "another method")
        }
    }
}
