import CTerminal
import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Runs the inspector: owns the terminal, feeds `Update`, shows what `View` draws.
package enum InspectorRuntime {
    /// How to run.
    package struct Options: Sendable {
        /// The terminal, as `TerminalChoice` decided.
        package var setup: TerminalSetup
        /// How long a lone Escape waits to become part of a longer key; more helps over slow lines.
        package var escapeMilliseconds = 25

        /// Runs on a terminal.
        package init(setup: TerminalSetup) {
            self.setup = setup
        }
    }

    /// Runs until a person leaves or a signal ends it; then the terminal is as it was, the source is stopped and the
    /// model's summary stands on the normal screen.
    ///
    /// For the main thread. The source may run already; its threads must not block the signals of a crash (SIGILL,
    /// SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE), or the kernel ends the process without the guard. All others may
    /// be blocked there, and need not be.
    ///
    /// - Parameter wake: the pipe that the source wakes when there is something to take.
    package static func run(
        source: any RunSource, wake: WakePipe, model: InspectorModel, options: Options
    ) throws(TerminalError) -> ExitReason {
        let terminal = try Terminal(options.setup, escapeMilliseconds: options.escapeMilliseconds)
        var loop = EventLoop(terminal: terminal, source: source, wake: wake, model: model)
        let reason = loop.run()
        loop.closeTerminal()
        let summary = loop.model.exitSummary
        if !summary.isEmpty { print(summary) }
        SourceStop.wait(for: source, wake: wake)
        return reason
    }
}

/// Ends the source while a person waits for the shell.
package enum SourceStop {
    /// Seconds; longer than this without a word looks like a hang.
    private static let patience = 0.2

    /// Stops the source and waits for its last fact; says so when the step under way takes long.
    package static func wait(for source: any RunSource, wake: WakePipe) {
        source.stop()
        let deadline = kvt_seconds() + patience
        var isTold = false
        while true {
            wake.drain()
            if source.take().contains(where: { if case .ended = $0.content { true } else { false } }) {
                return
            }
            let left = isTold ? -1 : Int32(max(0, deadline - kvt_seconds()) * 1000 + 1)
            _ = kvt_wait(wake.readEnd, left)
            if !isTold, kvt_seconds() >= deadline {
                isTold = true
                kvt_print_error("kvscope: finishing the step under way; Ctrl-C leaves at once\n")
            }
        }
    }
}
