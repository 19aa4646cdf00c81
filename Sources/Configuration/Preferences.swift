import Configuration
import Synchronization

/// Where a value comes from. A flag beats the environment, which beats the file, which beats the default.
package enum Origin: Sendable, Hashable {
    /// The command line, by this option.
    case flag(String)
    /// The environment, by this variable.
    case environment(String)
    /// The configuration file: its path and the line.
    case file(String)
    /// Nobody said anything.
    case fallback

    /// One word.
    package var word: String {
        switch self {
        case .flag: "flag"
        case .environment: "environment"
        case .file: "file"
        case .fallback: "default"
        }
    }

    /// The option, the variable, or the file with the line; nil for a default.
    package var place: String? {
        switch self {
        case .flag(let place), .environment(let place), .file(let place): place
        case .fallback: nil
        }
    }
}

/// What the command line says about a setting.
package struct SettingFlag: Sendable {
    /// The setting.
    package let key: String
    /// Its value, not yet read.
    package let text: String
    /// The option as it was written.
    package let option: String

    /// A flag for a setting, or nil when it was not given.
    /// - Parameter option: the option, where it is not named as the setting is.
    package init?<Value>(_ setting: Setting<Value>, _ text: String?, option: String? = nil) {
        guard let text else { return nil }
        key = setting.description.key
        self.text = text
        self.option = option ?? setting.description.option
    }
}

/// A key of the inspector that the file binds.
package struct KeyEntry: Sendable, Hashable {
    /// The screen that it holds for; nil for all.
    package let screen: String?
    /// The key, as it was written.
    package let key: String
    /// The command, or `none`.
    package let command: String
    /// Where it stands: `path:line`.
    package let place: String
}

/// What holds: every setting with the place that its value comes from.
package struct Preferences: Sendable {
    /// A setting and its value.
    package struct Held: Sendable {
        /// The setting.
        package let setting: SettingDescription
        /// Its value, or nil when nobody says anything and no single value holds.
        package let text: String?
        /// Where it comes from.
        package let origin: Origin

        /// How errors about the value begin: the option, the variable, or the line of the file and the name.
        package var place: String {
            if case .file(let place) = origin { return "\(place): \(setting.key)" }
            return origin.place ?? setting.option
        }
    }

    /// Every setting, in the order of the declarations.
    package let held: [Held]
    /// The keys that the file binds, in its order.
    package let keys: [KeyEntry]
    /// The file that was read, or nil when there is none.
    package let file: String?
    /// Where a file is looked for, or nil when the environment names no folder.
    package let filePath: String?
    /// Names that mean nothing, in sentences.
    package let warnings: [String]

    /// Finds out what holds.
    ///
    /// - Parameters:
    ///   - settings: everything that can be set.
    ///   - flags: what the command line says.
    ///   - environment: all variables; those that begin with `KVSCOPE_`, and those that name the folder, matter.
    ///   - otherVariables: variables that begin so and are no settings.
    package init(
        settings: [SettingDescription], flags: [SettingFlag], environment: [String: String],
        otherVariables: [String] = []
    ) throws(ConfigurationError) {
        filePath = Self.path(environment)
        let found: ConfigurationFile? =
            if let filePath { try ConfigurationFile(path: filePath) } else { nil }
        file = found?.path
        // A variable that is empty is as good as unset.
        let variables = environment.filter { $0.key.hasPrefix("KVSCOPE_") && !$0.value.isEmpty }
        held = try Self.lookUp(settings, flags: flags, variables: variables, file: found)
        keys = try found.map { file throws(ConfigurationError) in try Self.keys(file) } ?? []
        warnings =
            Self.unknownNames(found, settings)
            + Self.unknownVariables(variables.keys.sorted(), settings, otherVariables)
    }

    /// A setting's value.
    package func value<Value>(_ setting: Setting<Value>) -> Value? {
        self[setting.description.key]?.text.flatMap(setting.parse)
    }

    /// A setting by its name.
    package subscript(key: String) -> Held? { held.first { $0.setting.key == key } }

    /// `$XDG_CONFIG_HOME/kvscope/config.yaml`, or below `~/.config`. The convention ignores a relative folder.
    static func path(_ environment: [String: String]) -> String? {
        let file = "/kvscope/config.yaml"
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder + file }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.config" + file
    }

    // MARK: Values

    /// Remembers what each provider answered when a value was asked for.
    private final class Answers: AccessReporter {
        private let last = Mutex<[AccessEvent.ProviderResult]>([])

        func report(_ event: AccessEvent) { last.withLock { $0 = event.providerResults } }

        func take() -> [AccessEvent.ProviderResult] { last.withLock { $0 } }
    }

    private static func lookUp(
        _ settings: [SettingDescription], flags: [SettingFlag], variables: [String: String],
        file: ConfigurationFile?
    ) throws(ConfigurationError) -> [Held] {
        func memory(_ name: String, _ values: [(path: [String], text: String)]) -> InMemoryProvider {
            let pairs = values.map {
                (AbsoluteConfigKey($0.path), ConfigValue(.string($0.text), isSecret: false))
            }
            return InMemoryProvider(name: name, values: Dictionary(pairs) { $1 })
        }
        let answers = Answers()
        // The order is the precedence.
        let levels: [any ConfigProvider] = [
            memory("flag", flags.map { ($0.key.split(separator: ".").map(String.init), $0.text) }),
            EnvironmentVariablesProvider(environmentVariables: variables).prefixKeys(with: ["kvscope"]),
            file ?? memory("no file", []),
            memory("default", settings.compactMap { setting in setting.fallback.map { (setting.path, $0) } }),
        ]
        let reader = ConfigReader(providers: levels, accessReporter: answers)
        var held: [Held] = []
        for setting in settings {
            let text = reader.string(forKey: ConfigKey(setting.path))
            let level = answers.take()
            let origin: Origin =
                switch level.count {
                case 1: .flag(flags.first { $0.key == setting.key }?.option ?? setting.option)
                case 2: .environment(setting.variable)
                case 3: .file(file?.place(of: setting.path) ?? "")
                default: .fallback
                }
            let one = Held(setting: setting, text: text, origin: origin)
            if case .failure? = level.last?.result {
                throw .wrongValue(
                    place: one.place, found: "a list", expected: "\(setting.expected), as one value")
            }
            if let text, !setting.accepts(text) {
                throw .wrongValue(place: one.place, found: "\"\(text)\"", expected: setting.expected)
            }
            if let file, let entry = file.entries.first(where: { $0.path == setting.path }),
                entry.value == nil
            {
                throw .wrongValue(
                    place: "\(file.place(of: setting.path)): \(setting.key)", found: "a section or a list",
                    expected: setting.expected)
            }
            held.append(one)
        }
        return held
    }

    // MARK: Names

    /// The section whose names are keys of the keyboard.
    private static let keySection = "keys"

    private static func keys(_ file: ConfigurationFile) throws(ConfigurationError) -> [KeyEntry] {
        var keys: [KeyEntry] = []
        for entry in file.entries where entry.path.first == keySection {
            let place = "\(file.path):\(entry.line)"
            let isSection = file.entries.contains {
                $0.path.count == entry.path.count + 1 && $0.path.starts(with: entry.path)
            }
            let name = entry.path.joined(separator: ".")
            switch (entry.path.count, entry.value) {
            case (1, let value):
                guard isSection || value == nil || entry.isEmpty else {
                    throw .wrongValue(
                        place: "\(place): \(name)", found: "\"\(value ?? "")\"",
                        expected: "keys with commands, as in F5: restart")
                }
            case (2, let command?), (3, let command?):
                keys.append(
                    KeyEntry(
                        screen: entry.path.count == 3 ? entry.path[1] : nil, key: entry.path.last ?? "",
                        command: entry.isEmpty ? "none" : command, place: place))
            case (2, nil) where isSection: break
            default:
                throw .wrongValue(
                    place: "\(place): \(name)", found: "a section or a list",
                    expected: "a command, as in F5: restart")
            }
        }
        return keys
    }

    private static func unknownNames(_ file: ConfigurationFile?, _ settings: [SettingDescription]) -> [String]
    {
        guard let file else { return [] }
        let known = Set(
            settings.flatMap { setting in setting.path.indices.map { Array(setting.path[...$0]) } })
        var unknown: [[String]] = []
        return file.entries.compactMap { entry in
            guard entry.path.first != keySection, !known.contains(entry.path),
                // What stands in an unknown section is not said again.
                !unknown.contains(where: { entry.path.starts(with: $0) })
            else { return nil }
            unknown.append(entry.path)
            let name = entry.path.joined(separator: ".")
            let names = settings.map(\.key) + [keySection]
            return "\(file.path):\(entry.line): no setting \(name)"
                + hint(name, names, "kvscope config lists all")
        }
    }

    private static func unknownVariables(
        _ names: [String], _ settings: [SettingDescription], _ others: [String]
    ) -> [String] {
        let known = settings.map(\.variable) + others
        return names.filter { !known.contains($0) }.map { name in
            "\(name): no such variable" + hint(name, known, "kvscope config lists all")
        }
    }

    private static func hint(_ name: String, _ names: [String], _ otherwise: String) -> String {
        NearestName.suggestion(for: name, among: names).map { "; did you mean \($0)?" } ?? "; \(otherwise)"
    }
}
