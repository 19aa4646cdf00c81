import ArgumentParser
import FoundationEssentials
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

    @OptionGroup var model: ModelOptions
    @OptionGroup var method: MethodOptions
    @OptionGroup var decode: DecodeOptions
    @OptionGroup var display: DisplayOptions
    @OptionGroup var log: LogOptions

    func run() throws {
        let choices = try Choices([model, method, decode, display, log])
        print(json ? try report(choices.preferences) : table(choices.preferences).joined(separator: "\n"))
    }

    private func table(_ preferences: Preferences) -> [String] {
        let width = preferences.held.map(\.setting.key.count).max() ?? 0
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        let file =
            switch (preferences.file, preferences.filePath) {
            case (let file?, _): file
            case (nil, let path?): "\(path) (not there)"
            case (nil, nil): "none: neither XDG_CONFIG_HOME nor HOME names a folder"
            }
        var lines = ["\(padded("file", width))  \(file)", ""]
        for held in preferences.held {
            let value = held.text ?? "(\(held.setting.fallbackWords ?? "none"))"
            let origin = held.origin.place.map { "\(held.origin.word) \($0)" } ?? held.origin.word
            lines.append("\(padded(held.setting.key, width))  \(padded(value, 24))  \(origin)")
        }
        for wish in preferences.keys {
            let name = (["keys"] + [wish.screen, wish.key].compactMap { $0 }).joined(separator: ".")
            lines.append("\(padded(name, width))  \(padded(wish.command, 24))  file \(wish.place)")
        }
        return lines
    }

    private func report(_ preferences: Preferences) throws -> String {
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
            warnings: preferences.warnings)
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
