import CPseudoTerminal
import CVTerm
import ScreenScript

/// The real executable on a terminal that remembers what it was told.
package final class PseudoTerminal {
    /// The system gave no terminal or no process.
    package struct Refused: Error {}

    /// Columns.
    package private(set) var width: Int
    /// Lines.
    package private(set) var height: Int
    /// Every byte that the program sent.
    package private(set) var output: [UInt8] = []
    /// What those bytes asked for.
    package private(set) var stream = OutputStream()
    /// What the shell reported, in order.
    package private(set) var events: [pty_event] = []
    /// How the program ended.
    package private(set) var end: pty_event?
    private var session = pty_session()
    private let emulator: OpaquePointer
    private let screen: OpaquePointer

    /// Seconds that a condition may take; a slow machine needs a long time, a broken program all of it.
    package static let deadline = 30.0

    /// Starts `kvscope` with arguments; `environment` adds to a fixed one, and an empty value removes a variable.
    package init(
        _ arguments: [String] = [], environment: [String: String] = [:], width: Int = 80, height: Int = 24,
        program: String = PseudoTerminal.executable
    ) throws {
        self.width = width
        self.height = height
        guard let emulator = vterm_new(Int32(height), Int32(width)),
            let screen = vterm_obtain_screen(emulator)
        else { throw Refused() }
        (self.emulator, self.screen) = (emulator, screen)
        vterm_set_utf8(emulator, 1)
        vterm_screen_enable_altscreen(screen, 1)
        vterm_screen_reset(screen, 1)
        var variables = [
            "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/tmp",
            // What a person configured is not what is tested.
            "XDG_CONFIG_HOME": "/nonexistent",
            // The runtime's report of a crash is not what is tested, and it takes seconds.
            "SWIFT_BACKTRACE": "enable=no",
        ]
        variables.merge(environment) { $1 }
        let settings = variables.filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value)" }
        let isStarted = withCStrings([program] + arguments) { argv in
            withCStrings(settings) { envp in
                pty_start(argv, envp, Int32(height), Int32(width), &session)
            }
        }
        guard isStarted else { throw Refused() }
    }

    deinit {
        pty_end(&session, end != nil)
        vterm_free(emulator)
    }

    /// `kvscope`, beside the test bundle.
    package static var executable: String {
        let bundle = CommandLine.arguments.first ?? ""
        return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
            + "/kvscope"
    }

    // MARK: Doing

    /// Types; arrows and the like as escape sequences.
    package func type(_ text: String) {
        let bytes = Array(text.utf8)
        pty_write(&session, bytes, Int64(bytes.count))
    }

    /// Sends a signal to the program alone, as `kill` does.
    package func send(signal: Int32) { pty_signal(&session, signal) }

    /// What `fg` does.
    package func continueInForeground() { pty_continue(&session) }

    /// Closes the terminal as a window does.
    package func hangUp() { pty_hang_up(&session) }

    /// Changes the terminal's size, as a window manager does.
    package func resize(width: Int, height: Int) {
        // First what was meant for the old size.
        pump(milliseconds: 0)
        (self.width, self.height) = (width, height)
        vterm_set_size(emulator, Int32(height), Int32(width))
        pty_resize(&session, Int32(height), Int32(width))
    }

    // MARK: Waiting

    /// Waits until a condition holds; false at the deadline, or when the program ended without it.
    package func wait(seconds: Double = deadline, until condition: () -> Bool) -> Bool {
        let limit = pty_seconds() + seconds
        while !condition() {
            if pty_seconds() > limit { return false }
            let hadEnded = end != nil
            let hasRead = pump(milliseconds: hadEnded ? 200 : 10)
            if hadEnded, !hasRead { return condition() }
        }
        return true
    }

    /// Waits for the program's end.
    package func waitForEnd(seconds: Double = deadline) -> pty_event? {
        _ = wait(seconds: seconds) { end != nil }
        while end != nil, pump(milliseconds: 50) {}
        return end
    }

    /// Reads what there is, after waiting for it; true when something came.
    @discardableResult
    private func pump(milliseconds: Int32) -> Bool {
        var event = pty_event()
        while pty_next_event(&session, &event) {
            events.append(event)
            if event.kind == .PTY_EXITED || event.kind == .PTY_KILLED { end = event }
        }
        guard session.master >= 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = Int(pty_read(&session, &bytes, Int64(bytes.count), milliseconds))
        guard count > 0 else { return false }
        output += bytes[..<count]
        stream.take(bytes[..<count])
        bytes.withUnsafeBytes { raw in
            _ = vterm_input_write(emulator, raw.bindMemory(to: CChar.self).baseAddress, count)
        }
        return true
    }

    // MARK: Looking

    /// What the terminal shows, with colours and attributes.
    package var image: ScreenImage {
        ScreenImage(
            lines: (0..<height).map { line in
                (0..<width).compactMap { column in glyph(line, column) }
            })
    }

    /// The glyph that begins in a cell; nil in the second column of a wide one.
    private func glyph(_ line: Int, _ column: Int) -> ScreenImage.Glyph? {
        let cell = vt_cell_at(screen, Int32(line), Int32(column))
        guard cell.scalar != 0 else { return nil }
        var style = CellStyle()
        style.foreground = Self.colour(cell.foreground)
        style.background = Self.colour(cell.background)
        style.isBold = cell.bold != 0
        style.isUnderlined = cell.underlined != 0
        style.isReverse = cell.reverse != 0
        return ScreenImage.Glyph(
            Unicode.Scalar(cell.scalar) ?? "\u{FFFD}", width: Int(cell.columns), style: style)
    }

    private static func colour(_ number: vt_colour) -> CellStyle.Colour {
        number < 0 ? .own : number < 0x1000000 ? .palette(Int(number)) : .direct(Int(number & 0xFFFFFF))
    }

    /// What the terminal shows, without blanks at the ends of lines.
    package var lines: [String] { image.texts }

    /// What the terminal shows, in one piece.
    package var text: String { lines.joined(separator: "\n") }

    /// Where the cursor is.
    package var cursor: [Int] {
        var line: Int32 = 0
        var column: Int32 = 0
        vt_cursor(emulator, &line, &column)
        return [Int(column), Int(line)]
    }

    /// Whether typed characters are echoed and lines edited by the terminal, as a shell leaves it.
    package var hasShellModes: Bool {
        var echo = false
        var canonical = false
        pty_modes(&session, &echo, &canonical)
        return echo && canonical
    }
}

/// Lends a NULL-terminated list of C strings.
private func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
) -> R {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for string in strings {
        starts.append(bytes.count)
        bytes += string.utf8CString
    }
    return bytes.withUnsafeBufferPointer { storage in
        let list = starts.map { start in storage.baseAddress.map { $0 + start } } + [nil]
        return list.withUnsafeBufferPointer { pointers in
            guard let base = pointers.baseAddress else {
                preconditionFailure("the list has its NULL at least")
            }
            return body(base)
        }
    }
}
