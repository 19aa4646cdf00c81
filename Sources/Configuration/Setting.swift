/// What can be set once: a name, its type and its meaning, declared in one place and read by the command line's help,
/// the configuration file, the environment, and `kvscope config`.
package struct Setting<Value: Sendable>: Sendable {
    /// Everything but the type.
    package let description: SettingDescription
    /// Reads a value; nil when it is none.
    package let parse: @Sendable (String) -> Value?

    /// Declares a setting.
    ///
    /// - Parameters:
    ///   - key: its name in the file, a dot between the names of a section and of what stands in it.
    ///   - placeholder: what stands for the value in the help.
    ///   - meaning: a sentence, as the help shows it.
    ///   - expected: what a value may be, as errors say it.
    ///   - choices: the values, where there are only a few.
    ///   - fallback: what holds when nobody says anything.
    ///   - fallbackWords: the same in words, where no single value does.
    package init(
        _ key: String, placeholder: String, meaning: String, expected: String, choices: [String] = [],
        fallback: String? = nil, fallbackWords: String? = nil, parse: @escaping @Sendable (String) -> Value?
    ) {
        description = SettingDescription(
            path: key.split(separator: ".").map(String.init), placeholder: placeholder, meaning: meaning,
            expected: expected, choices: choices, fallback: fallback, fallbackWords: fallbackWords,
            accepts: { parse($0) != nil })
        self.parse = parse
    }
}

/// A setting without its type, for lists of settings.
package struct SettingDescription: Sendable {
    /// Names from the file's top down.
    package let path: [String]
    /// What stands for the value in the help.
    package let placeholder: String
    /// A sentence.
    package let meaning: String
    /// What a value may be.
    package let expected: String
    /// The values, where there are only a few.
    package let choices: [String]
    /// What holds when nobody says anything, or nil when no single value does.
    package let fallback: String?
    /// The same in words.
    package let fallbackWords: String?
    /// Whether a text is a value.
    package let accepts: @Sendable (String) -> Bool

    /// Its name in the file: `compare.steps`.
    package var key: String { path.joined(separator: ".") }

    /// Its name on the command line: `--steps`.
    package var option: String { "--" + (path.last ?? "") }

    /// Its name in the environment: `KVSCOPE_COMPARE_STEPS`.
    package var variable: String {
        (["KVSCOPE"] + path).joined(separator: "_").uppercased().replacing("-", with: "_")
    }
}

extension Setting where Value == String {
    /// Any text that is not empty.
    package static func text(
        _ key: String, placeholder: String, meaning: String, expected: String, fallback: String? = nil,
        fallbackWords: String? = nil
    ) -> Setting<String> {
        Setting(
            key, placeholder: placeholder, meaning: meaning, expected: expected, fallback: fallback,
            fallbackWords: fallbackWords
        ) { $0.isEmpty ? nil : $0 }
    }
}

extension Setting where Value == Bool {
    /// Yes or no, in any of YAML's spellings, or 1 and 0.
    package static func flag(_ key: String, meaning: String) -> Setting<Bool> {
        Setting(
            key, placeholder: "yes|no", meaning: meaning, expected: "yes or no", choices: ["yes", "no"],
            fallback: "no"
        ) { text in
            switch text.lowercased() {
            case "yes", "true", "on", "1": true
            case "no", "false", "off", "0": false
            default: nil
            }
        }
    }
}

extension Setting where Value == Int {
    /// A whole number in a range.
    package static func whole(
        _ key: String, in range: ClosedRange<Int>, placeholder: String = "n", meaning: String,
        fallback: String? = nil, fallbackWords: String? = nil
    ) -> Setting<Int> {
        let words =
            range.upperBound == .max
            ? "a whole number of at least \(range.lowerBound)"
            : "a whole number, \(range.lowerBound)...\(range.upperBound)"
        return Setting(
            key, placeholder: placeholder, meaning: meaning, expected: words, fallback: fallback,
            fallbackWords: fallbackWords
        ) { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }
}

extension Setting where Value == Double {
    /// A number in a range.
    package static func number(
        _ key: String, in range: ClosedRange<Double>, placeholder: String, meaning: String, expected: String,
        fallback: String? = nil, fallbackWords: String? = nil
    ) -> Setting<Double> {
        Setting(
            key, placeholder: placeholder, meaning: meaning, expected: expected, fallback: fallback,
            fallbackWords: fallbackWords
        ) { text in Double(text).flatMap { range.contains($0) ? $0 : nil } }
    }
}

extension Setting where Value: RawRepresentable<String> & CaseIterable {
    /// One of a few words.
    package static func choice(
        _ key: String, placeholder: String, meaning: String, fallback: Value? = nil,
        fallbackWords: String? = nil
    ) -> Setting<Value> {
        let choices = Value.allCases.map(\.rawValue)
        return Setting(
            key, placeholder: placeholder, meaning: meaning, expected: choices.joined(separator: ", "),
            choices: choices, fallback: fallback?.rawValue, fallbackWords: fallbackWords
        ) { Value(rawValue: $0) }
    }
}
