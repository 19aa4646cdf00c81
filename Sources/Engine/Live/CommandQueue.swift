import KVFacts

/// Commands on their way to the decode thread, which may wait for them, with or without a deadline.
final class CommandQueue: @unchecked Sendable {
    // Safety: `commands` and `stopped` are touched only inside the monitor.

    private let monitor = Monitor()
    private var commands: [RunCommand] = []
    private var stopped = false

    /// Adds a command.
    func send(_ command: RunCommand) {
        monitor.change { commands.append(command) }
    }

    /// Asks the thread to end.
    func stop() {
        monitor.change { stopped = true }
    }

    /// True once `stop` was called.
    var isStopped: Bool { monitor.locked { stopped } }

    /// True when the prompt that is being worked on is no longer wanted.
    var abandonsPrompt: Bool { monitor.locked { stopped || prompt != nil } }

    /// The next prompt, if one waits.
    var nextPrompt: CommandID? { monitor.locked { prompt } }

    private var prompt: CommandID? {
        commands.first { if case .open = $0.action { true } else { false } }?.id
    }

    /// The next command, if there is one; returns at once.
    func takeNext() -> RunCommand? {
        monitor.locked { commands.isEmpty ? nil : commands.removeFirst() }
    }

    /// All commands so far; returns at once.
    func takeAll() -> [RunCommand] {
        monitor.locked {
            defer { commands.removeAll(keepingCapacity: true) }
            return commands
        }
    }

    /// Waits until there is a command, `stop` was called, or the deadline, in nanoseconds of the monotonic clock, has
    /// passed.
    func wait(until deadline: UInt64?) {
        monitor.wait(until: deadline, for: { !commands.isEmpty || stopped }, then: {})
    }
}
