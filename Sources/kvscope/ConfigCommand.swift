import ArgumentParser
import FoundationEssentials
import InspectorUpdate
import InspectorWords
import KVConfiguration

/// `kvscope config`: what holds, and who said it.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Print every setting, its value and where the value comes from.",
        discussion: """
            A flag beats a variable of the environment, which beats $XDG_CONFIG_HOME/kvscope/config.yaml (by default \
            ~/.config/kvscope/config.yaml), which beats the default. Options of the other commands may be given here, to \
            see what they would change.
            """)

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "List the inspector's commands with their keys, as `keys:` of the file binds them.")
    var keys = false

    @OptionGroup var model: ModelOptions
    @OptionGroup var method: MethodOptions
    @OptionGroup var decode: DecodeOptions
    @OptionGroup var display: DisplayOptions
    @OptionGroup var log: LogOptions

    func run() throws {
        let choices = try Choices([model, method, decode, display, log])
        let keyMap = choices.keyMap
        keyMap.warnings.forEach { StandardError.print("kvscope: \($0)") }
        if keys { return print(Self.lines(keyMap).joined(separator: "\n")) }
        print(
            json
                ? try report(choices.preferences, keyMap.warnings)
                : table(choices.preferences).joined(separator: "\n"))
    }

    func validate() throws {
        if json, keys { throw ValidationError("--json and --keys are two forms; expected one of them") }
    }

    /// Every command with the keys that ask for it, all screens taken together.
    private static func lines(_ keyMap: KeyMap) -> [String] {
        CommandTable.all.map { command in
            let bound = keyMap.bindings.filter { $0.line.split(separator: " ").first == command.name[...] }
            let keys = bound.flatMap(\.labels).reduce(into: [String]()) { list, key in
                if !list.contains(key) { list.append(key) }
            }
            let usage = command.arguments.isEmpty ? command.name : "\(command.name) \(command.arguments)"
            return [usage.padded(24), keys.joined(separator: " ").padded(18), command.summary]
                .joined(separator: " ")
        }
    }

    private func table(_ preferences: Preferences) -> [String] {
        let width = preferences.held.map(\.setting.key.count).max() ?? 0
        let file =
            switch (preferences.file, preferences.filePath) {
            case (let file?, _): file
            case (nil, let path?): "\(path) (not there)"
            case (nil, nil): "none: neither XDG_CONFIG_HOME nor HOME names a folder"
            }
        var lines = ["\("file".padded(width))  \(file)", ""]
        for held in preferences.held {
            let value = held.text ?? "(\(held.setting.fallbackWords ?? "none"))"
            let origin = held.origin.place.map { "\(held.origin.word) \($0)" } ?? held.origin.word
            lines.append("\(held.setting.key.padded(width))  \(value.padded(24))  \(origin)")
        }
        for wish in preferences.keys {
            let name = (["keys"] + [wish.screen, wish.key].compactMap { $0 }).joined(separator: ".")
            lines.append("\(name.padded(width))  \(wish.command.padded(24))  file \(wish.place)")
        }
        return lines
    }

    private func report(_ preferences: Preferences, _ others: [String]) throws -> String {
        let report = Report(
            file: preferences.file, path: preferences.filePath,
            settings: preferences.held.map { held in
                Report.Value(
                    key: held.setting.key, value: held.text, source: held.origin.word,
                    place: held.origin.place,
                    variable: held.setting.variable, expected: held.setting.expected,
                    meaning: held.setting.meaning)
            },
            keys: preferences.keys.map {
                Report.Key(screen: $0.screen, key: $0.key, command: $0.command, place: $0.place)
            },
            warnings: preferences.warnings + others)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }

    /// The object of `--json`.
    private struct Report: Encodable {
        var schema = "kvscope.config/1"
        var file: String?
        var path: String?
        var settings: [Value]
        var keys: [Key]
        var warnings: [String]

        struct Value: Encodable {
            var key: String
            var value: String?
            var source: String
            var place: String?
            var variable: String
            var expected: String
            var meaning: String
        }

        struct Key: Encodable {
            var screen: String?
            var key: String
            var command: String
            var place: String
        }
    }
}

extension String {
    /// The text with spaces behind it, up to a width.
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
