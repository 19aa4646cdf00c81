import CTerminal
import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Why the inspector ended.
package enum ExitReason: Sendable, Hashable {
    /// A person left, by `q` or Ctrl-C.
    case quit
    /// SIGTERM, SIGHUP, or a SIGINT that another process sent.
    case signal(Int32)
    /// The terminal went away without a signal.
    case terminalLost

    /// What a shell sees: 0, or 128 and the signal's number.
    package var exitCode: Int32 {
        switch self {
        case .quit: 0
        case .signal(let number): 128 + number
        case .terminalLost: 128 + Self.hangUp
        }
    }

    /// SIGHUP is 1 everywhere.
    private static let hangUp: Int32 = 1

    /// Ends the process: normally after `quit`, and otherwise by the signal itself, so that a script or a service
    /// manager sees the death that it caused, and a loop in a shell stops as people expect.
    ///
    /// Call it last: nothing that is to be flushed or stopped comes after a death by signal.
    package func finish() -> Never {
        switch self {
        case .quit: kvt_exit(0)
        case .signal(let number): kvt_die_by(number)
        case .terminalLost: kvt_die_by(Self.hangUp)
        }
    }
}
