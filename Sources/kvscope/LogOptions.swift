import ArgumentParser
import KVConfiguration
import Logging
import Synchronization

/// What is written down of a run.
struct LogOptions: ParsableArguments, SettingOptions {
    @Option(help: .setting(KvscopeSettings.log), completion: .file())
    var log: String?

    @Flag(
        name: [.customShort("v"), .customLong("verbose")],
        help: "Log more, -vv everything; without --log to standard error.")
    var verbose: Int

    var flags: [SettingFlag?] {
        [
            SettingFlag(KvscopeSettings.log, log),
            SettingFlag(KvscopeSettings.verbose, verbose > 0 ? String(min(verbose, 2)) : nil, option: "-v"),
        ]
    }
}

/// The log of this process.
enum Log {
    /// Whether `start` has said where lines go; before that there is nothing to write to.
    private static let isStarted = Mutex(false)

    /// Begins to write, before any work. Without a file and without -v nothing is written.
    ///
    /// - Parameter hasScreen: whether the terminal is drawn on, so that lines may not go there.
    /// - Throws: `Failure.run` when the file cannot be written.
    static func start(_ choices: Choices, hasScreen: Bool = false) throws {
        let detail = choices[KvscopeSettings.verbose] ?? 0
        let level: Logger.Level = [.info, .debug, .trace][min(max(detail, 0), 2)]
        if let path = choices[KvscopeSettings.log] {
            do {
                let lines = try LogLines(path: Choices.expanded(path))
                start(lines, level)
            } catch {
                throw Failure.run("\(choices.complaint(about: "log"))\(error)")
            }
            choices.preferences.warnings.forEach { warning in logger("config").warning("\(warning)") }
            return
        }
        if detail > 0, !hasScreen { return start(LogLines(), level) }
        if case .flag? = choices.preferences["verbose"]?.origin, detail > 0 {
            throw Failure.usage("-v needs a file while the screen is up; add --log FILE")
        }
    }

    private static func start(_ lines: LogLines, _ level: Logger.Level) {
        lines.bootstrap(level: level)
        isStarted.withLock { $0 = true }
    }

    /// A logger for one part of the program.
    static func logger(_ label: String) -> Logger {
        // Its own handler would write to standard error.
        isStarted.withLock { $0 }
            ? Logger(label: label) : Logger(label: label) { _ in SwiftLogNoOpLogHandler() }
    }
}
