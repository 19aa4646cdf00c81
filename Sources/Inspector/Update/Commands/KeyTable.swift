import InspectorWords
import KVFacts

/// The keys as they are bound where nobody says otherwise: read off the commands.
package enum KeyTable {
    /// Every binding, in the order in which help lists them; the hint line takes those with a hint, in this order.
    package static let all: [KeyBinding] = CommandTable.all
        .flatMap { command in command.keys.map { (key: $0, command: command) } }
        .sorted { $0.key.place < $1.key.place }
        .compactMap { key, command in
            // A binding that its own command does not understand is told by a test.
            guard let request = try? command.parse(CommandArguments(key.arguments)) else { return nil }
            return KeyBinding(
                keys: key.keys, request: request,
                line: key.arguments.isEmpty ? command.name : "\(command.name) \(key.arguments)",
                hint: key.hint, summary: key.summary, screens: key.screens)
        }
}

extension KeyMap {
    /// The keys of the table.
    package static let standard = KeyMap(KeyTable.all)
}
