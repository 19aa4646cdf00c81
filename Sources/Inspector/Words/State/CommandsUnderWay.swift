import KVFacts

/// The commands that were sent and that the source has not concluded yet, in the order in which they were sent.
///
/// What a fact answers is looked up here by its id; nothing is guessed from the order in which things arrive.
package struct CommandsUnderWay: Sendable {
    package private(set) var commands: [RunCommand]
    private var last = CommandID.start

    /// A run begins with a plan under way: by the settings that it was started with.
    package init(settings: MethodSettings) {
        commands = [RunCommand(.start, .replan(settings))]
    }

    /// Counts a command and notes what it is for.
    package mutating func begin(_ action: RunAction) -> RunCommand {
        last = CommandID(rawValue: last.rawValue + 1)
        let command = RunCommand(last, action)
        commands.append(command)
        return command
    }

    /// The command is concluded: what it was for, unless it is none of these.
    package mutating func end(_ id: CommandID?) -> RunAction? {
        guard let place = commands.firstIndex(where: { $0.id == id }) else { return nil }
        return commands.remove(at: place).action
    }

    /// True while a new plan of the run is on its way.
    package var awaitsPlan: Bool {
        commands.contains { command in
            switch command.action {
            case .replan, .restart, .open: true
            default: false
            }
        }
    }

    /// What a command was for, while it is under way.
    package subscript(id: CommandID?) -> RunAction? { commands.first { $0.id == id }?.action }

    /// The settings that were asked for last, if that was after a command.
    package func settings(after id: CommandID?) -> MethodSettings? {
        let later = commands.lazy.filter { $0.id.rawValue > (id ?? .start).rawValue }
        return later.compactMap { if case .replan(let settings) = $0.action { settings } else { nil } }.last
    }

    /// True while a prompt is being opened.
    package var opensPrompt: Bool {
        commands.contains { if case .open = $0.action { true } else { false } }
    }

    /// True while a snapshot is on its way.
    package var awaitsSnapshot: Bool { commands.contains { $0.action == .snapshot } }

    /// True while plans are being measured.
    package var isVerifying: Bool {
        commands.contains { if case .verify = $0.action { true } else { false } }
    }

    /// The heads whose blame is being measured.
    package var blames: [ComparisonState.Blame] {
        commands.compactMap {
            if case .blame(let branch, let head) = $0.action {
                .init(branch: branch, head: head)
            } else {
                nil
            }
        }
    }
}
