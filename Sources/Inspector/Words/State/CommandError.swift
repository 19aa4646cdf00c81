import KVFacts

/// A command that was not understood: what was found, and what was expected.
package struct CommandError: Error, Sendable, Hashable {
    package let text: String

    package init(_ found: String, expected: String) {
        text = "\(found): expected \(expected)"
    }
}
