import ArgumentParser
import FoundationEssentials
import HybridKV
import KVConfiguration

/// Options of the command line that the configuration can say too.
protocol SettingOptions {
    /// What was given.
    var flags: [SettingFlag?] { get }
}

/// What holds for a command: the command line over the environment over the file over the defaults.
struct Choices {
    let preferences: Preferences

    /// Reads environment and file.
    ///
    /// Names that mean nothing are told on standard error, one a line.
    /// - Throws: `Failure.usage` for a file that cannot be used and for values that are none.
    init(_ groups: [any SettingOptions], tells: Bool = true) throws {
        do {
            preferences = try Preferences(
                settings: KvscopeSettings.all, flags: groups.flatMap { $0.flags.compactMap { $0 } },
                environment: ProcessInfo.processInfo.environment, otherVariables: ["KVSCOPE_TEST_CRASH"])
        } catch {
            throw Failure.usage("\(error)")
        }
        if tells { preferences.warnings.forEach { StandardError.print("kvscope: \($0)") } }
    }

    /// A value, or nil when nobody says anything.
    subscript<Value>(_ setting: Setting<Value>) -> Value? { preferences.value(setting) }

    /// A value that has a default; `otherwise` repeats it for the compiler.
    subscript<Value>(_ setting: Setting<Value>, otherwise otherwise: Value) -> Value {
        preferences.value(setting) ?? otherwise
    }

    /// How errors about a setting begin, when it was not the command line that said it: `path:line: budget: `.
    func complaint(about key: String) -> String {
        guard let held = preferences[key], held.text != nil else { return "" }
        switch held.origin {
        case .environment, .file: return "\(held.place): "
        case .flag, .fallback: return ""
        }
    }

    /// Reads the value of a setting.
    /// - Throws: `Failure.usage` that begins with the place that said it.
    func reading<Value>(_ key: String, _ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch {
            throw Failure.usage("\(complaint(about: key))\(error)")
        }
    }

    /// Whether a setting comes from a place that beats another's.
    func isStronger(_ key: String, than other: String) -> Bool {
        func rank(_ key: String) -> Int {
            switch preferences[key]?.origin {
            case .flag: 3
            case .environment: 2
            case .file: 1
            case .fallback, nil: 0
            }
        }
        return rank(key) > rank(other)
    }
}

extension Choices {
    /// How cached rows are stored.
    var kvElement: RowFormat { self[KvscopeSettings.kv, otherwise: .f16].format }

    /// Threads, or nil for all cores.
    var threads: Int? { self[KvscopeSettings.threads] }

    /// Tokens after which the answer ends.
    var maxTokens: Int { self[KvscopeSettings.maxTokens, otherwise: 256] }

    /// How tokens are drawn.
    var sampling: SamplingOptions {
        SamplingOptions(
            temperature: self[KvscopeSettings.temperature, otherwise: 0],
            topK: self[KvscopeSettings.topK, otherwise: 0], topP: self[KvscopeSettings.topP, otherwise: 1],
            seed: self[KvscopeSettings.seed, otherwise: 0])
    }

    /// The folder that was named, or the sample beside the executable or the working folder.
    func folder() throws -> String {
        if let named = self[KvscopeSettings.model] {
            let folder = Self.expanded(named)
            // Before anything else is asked of the folder, whose absence would be told as something else.
            guard ThisProcess.canRead(folder + "/config.json") else {
                throw Failure.run(
                    "\(complaint(about: "model"))cannot read \(folder)/config.json; expected a Qwen2.5-VL folder "
                        + "as Hugging Face publishes it")
            }
            return folder
        }
        if let found = BundledSample.folder { return found }
        throw Failure.usage(
            "no model was named and the bundled sample was not found beside the program; name a folder: --model DIR"
        )
    }

    /// A path with the home folder for `~`, as a shell writes it; files have no shell.
    static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = ProcessInfo.processInfo.environment["HOME"] else {
            return path
        }
        return home + path.dropFirst()
    }
}

extension ArgumentHelp {
    /// The help of a setting: its meaning and what holds without it.
    static func setting<Value>(_ setting: Setting<Value>) -> ArgumentHelp {
        let description = setting.description
        let otherwise = (description.fallbackWords ?? description.fallback).map { " (default: \($0))" } ?? ""
        return ArgumentHelp(
            "\(description.meaning)\(otherwise)", valueName: description.placeholder)
    }

    /// The help of a switch that is off unless it is set.
    static func flag(_ setting: Setting<Bool>) -> ArgumentHelp {
        ArgumentHelp("\(setting.description.meaning)")
    }
}

extension CompletionKind {
    /// The values of a setting, where there are only a few.
    static func setting<Value>(_ setting: Setting<Value>) -> CompletionKind {
        .list(setting.description.choices)
    }
}
