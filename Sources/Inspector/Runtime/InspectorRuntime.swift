import CTerminal
import HybridKV

/// Runs the inspector: owns the terminal, feeds `Update`, shows what `View` draws.
public enum InspectorRuntime {
    /// How to run.
    public struct Options: Sendable {
        /// The terminal, as `TerminalChoice` decided.
        public var setup: TerminalSetup
        /// How long a lone Escape waits to become part of a longer key; more helps over slow lines.
        public var escapeMilliseconds = 25

        /// Runs on a terminal.
        public init(setup: TerminalSetup) {
            self.setup = setup
        }
    }

    /// Runs until a person leaves or a signal ends it; then the terminal is as it was, the engine is stopped and the
    /// model's summary stands on the normal screen.
    ///
    /// For the main thread. The engine may run already; its threads must not block the signals of a crash (SIGILL,
    /// SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE), or the kernel ends the process without the guard. All others may
    /// be blocked there, and need not be.
    ///
    /// - Parameter wake: the pipe that the engine wakes when there is something to take.
    public static func run(
        engine: any EngineLink, wake: WakePipe, model: InspectorModel, options: Options
    ) throws(TerminalError) -> ExitReason {
        let terminal = try Terminal(options.setup, escapeMilliseconds: options.escapeMilliseconds)
        var loop = EventLoop(terminal: terminal, engine: engine, wake: wake, model: model)
        let reason = loop.run()
        loop.closeTerminal()
        let summary = loop.model.exitSummary
        if !summary.isEmpty { print(summary) }
        EngineStop.wait(for: engine)
        return reason
    }
}

/// Ends the engine while a person waits for the shell.
enum EngineStop {
    /// Longer than this without a word looks like a hang.
    private static let patienceMilliseconds: Int32 = 200

    /// Stops the engine, and says so when the step under way takes long.
    static func wait(for engine: any EngineLink) {
        guard let finished = try? WakePipe() else { return engine.stop() }
        let job = Unmanaged.passRetained(Job(engine: engine, finished: finished))
        let started = kvt_start_thread(
            { context in
                let job = Unmanaged<Job>.fromOpaque(context).takeRetainedValue()
                job.engine.stop()
                job.finished.wake()
            }, job.toOpaque())
        guard started else {
            job.release()
            return engine.stop()
        }
        if kvt_wait(finished.readEnd, patienceMilliseconds) & UInt32(KVT_READY_WAKE) != 0 { return }
        kvt_print_error("kvscope: finishing the step under way; Ctrl-C leaves at once\n")
        while kvt_wait(finished.readEnd, -1) & UInt32(KVT_READY_WAKE) == 0 {}
    }

    private final class Job: Sendable {
        let engine: any EngineLink
        let finished: WakePipe

        init(engine: any EngineLink, finished: WakePipe) {
            self.engine = engine
            self.finished = finished
        }
    }
}
