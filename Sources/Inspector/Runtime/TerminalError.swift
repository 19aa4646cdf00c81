import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Why the terminal could not be taken over.
package enum TerminalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Standard output is no terminal, or there is nothing to read keys from.
    case noTerminal
    /// terminfo has no usable entry of this name.
    case unknownTerminal(String)
    /// This process uses the terminal already.
    case alreadyOpen
    /// The system refused a pipe, a descriptor or memory.
    case systemRefused

    /// One line that says what was found, what was expected and how to mend it.
    package var description: String {
        switch self {
        case .noTerminal: "standard output is not a terminal; use --plain"
        case .unknownTerminal(let name):
            "terminal type \"\(name)\" is not known or cannot place its cursor; set TERM, or use --plain"
        case .alreadyOpen: "the terminal is in use by this process already"
        case .systemRefused: "the system gave no pipe, descriptor or memory for the terminal; use --plain"
        }
    }
}
