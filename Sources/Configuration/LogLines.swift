import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where log lines go: a file, or standard error. Every line is written at once, so that the last one before a crash
/// is there.
package final class LogLines: Sendable {
    private let descriptor: Int32
    private let isOwned: Bool
    private let start = ContinuousClock.now
    private let isBroken = Mutex(false)

    /// Opens a file, which is made when it does not exist and added to when it does.
    ///
    /// - Throws: why it cannot be written.
    package init(path: String) throws(LogError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0o644)
        isOwned = true
        guard descriptor >= 0 else {
            throw LogError(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Writes to standard error.
    package init() {
        descriptor = 2
        isOwned = false
    }

    deinit { if isOwned { close(descriptor) } }

    /// Seconds since it was opened, three digits behind the point.
    private var age: String {
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        let whole = Int(max(0, milliseconds))
        let rest = String(whole % 1000)
        return "\(whole / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    /// Writes one line. What cannot be written is lost: a full disk must not end the run.
    func write(_ level: Logger.Level, _ label: String, _ message: String) {
        // A line is a line, whatever the message holds.
        let text = message.map { $0.isNewline ? " " : String($0) }.joined()
        let bytes = Array("\(age) \(level.rawValue) \(label): \(text)\n".utf8)
        isBroken.withLock { isBroken in
            guard !isBroken else { return }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Self.send(descriptor, $0) }
                guard count > 0 else {
                    if count < 0, errno == EINTR { continue }
                    isBroken = true
                    return
                }
                rest = rest.dropFirst(count)
            }
        }
    }

    private static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    /// Makes every `Logger` of the process write here. Once a process.
    package func bootstrap(level: Logger.Level) {
        LoggingSystem.bootstrap { label in LineHandler(label: label, logLevel: level, lines: self) }
    }
}

/// A log file that cannot be written.
package struct LogError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file.
    package let path: String
    /// What the system says.
    package let reason: String

    package var description: String { "\(path) cannot be written: \(reason); expected a file for --log" }
}

/// Gives events to the lines.
private struct LineHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, logLevel: Logger.Level, lines: LogLines) {
        self.label = label
        self.logLevel = logLevel
        self.lines = lines
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let facts = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        lines.write(event.level, label, "\(event.message)\(facts)")
    }
}
