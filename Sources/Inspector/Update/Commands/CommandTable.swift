import InspectorWords
import KVFacts

/// The commands. A new one is one more declaration in one of the lists.
package enum CommandTable {
    /// Every command, in the order of the help.
    package static let all: [Command] =
        PlanCommands.all + RunCommands.all + ScreenCommands.all + CompareCommands.all + MovementCommands.all

    /// Those that are offered behind the colon.
    package static let typed = all.filter { $0.listing == .everywhere }

    /// The command of a name, or of another word for it.
    package static func command(named name: String) -> Command? {
        all.first { $0.name == name || $0.aliases.contains(name) }
    }
}

/// Reads what was typed: behind the colon, in plain text, or in the configuration.
package struct CommandParser {
    package let methods: [MethodDescription]
    package let settings: MethodSettings
    package let geometry: ModelGeometry?
    /// Commands that are named when one is not known.
    package var commands: [Command]

    /// Reads where these methods, these settings and this model are known.
    package init(
        methods: [MethodDescription], settings: MethodSettings, geometry: ModelGeometry?,
        commands: [Command] = CommandTable.typed
    ) {
        self.methods = methods
        self.settings = settings
        self.geometry = geometry
        self.commands = commands
    }

    /// What is asked for; nil for an empty line.
    package func parse(_ line: String) throws(CommandError) -> Request? {
        guard let (name, rest) = Self.split(line) else { return nil }
        guard let command = CommandTable.command(named: name) else {
            let known = commands.map(\.name)
            throw CommandError(
                "no command \(CommandArguments.found(name))", expected: known.joined(separator: " "))
        }
        return try command.parse(
            CommandArguments(rest, methods: methods, settings: settings, geometry: geometry))
    }

    /// The first word and what follows it.
    package static func split(_ line: String) -> (name: String, rest: String)? {
        let text = line.drop { $0 == " " }
        guard !text.isEmpty else { return nil }
        let name = text.prefix { $0 != " " }
        return (String(name), String(text.dropFirst(name.count)))
    }
}

/// Completes what was typed behind the colon.
package struct CommandCompletion {
    package let methods: [MethodDescription]
    package let settings: MethodSettings
    /// Commands that are offered.
    package var commands: [Command]

    /// Completes where these methods and settings are known.
    package init(
        methods: [MethodDescription], settings: MethodSettings, commands: [Command] = CommandTable.typed
    ) {
        self.methods = methods
        self.settings = settings
        self.commands = commands
    }

    /// What the last word could become, in the order of the tables.
    package func candidates(for line: String) -> [String] {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let last = words.last ?? ""
        return choices(after: Array(words.dropLast())).filter { $0.hasPrefix(last) }
    }

    /// The line with the last word completed as far as all candidates agree.
    package func complete(_ line: String) -> String {
        let found = candidates(for: line)
        guard let first = found.first else { return line }
        let common = found.dropFirst().reduce(first) { Self.commonPrefix($0, $1) }
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        // A parameter waits for its value; everything else is finished by a space.
        let suffix = found.count == 1 && !common.hasSuffix("=") ? " " : ""
        return (words.dropLast() + [common]).joined(separator: " ") + suffix
    }

    private func choices(after words: [String]) -> [String] {
        guard let name = words.first else { return commands.map(\.name) }
        guard let command = CommandTable.command(named: name) else { return [] }
        let rest = words.dropFirst().joined(separator: " ")
        return command.complete(CommandArguments(rest, methods: methods, settings: settings))
    }

    private static func commonPrefix(_ left: String, _ right: String) -> String {
        String(zip(left, right).prefix { $0 == $1 }.map(\.0))
    }
}
