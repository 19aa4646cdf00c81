import CPseudoTerminal
import ScreenScript

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Does what a script says with the real program on a terminal, and compares what it shows.
package final class ScriptRun {
    /// Whether the expected screens are compared with what is shown, or written anew.
    package enum Purpose: Sendable {
        case check
        case make
    }

    /// What was not as expected.
    package struct Mismatch: Sendable, CustomStringConvertible {
        /// The line of the script, counted from 1.
        package let line: Int
        /// Expected and found.
        package let reason: String

        package var description: String { "line \(line): \(reason)" }
    }

    /// The script; with `make`, as it should be.
    package private(set) var script: Script
    private let purpose: Purpose
    private var arguments: [String] = []
    private var setting = ScreenScript.Terminal()
    private var masks: [String] = []
    private var terminal: PseudoTerminal?
    /// Bytes of the output that were compared already.
    private var compared = 0
    /// The text of the screen that `colours` belongs to.
    private var lastTexts: [String] = []

    /// Seconds without any change after which a screen is not expected to become another one.
    private static let patience = 3.0
    /// Seconds without any change after which a screen is taken for finished when it is made.
    private static let rest = 0.6

    /// A run that has not begun.
    package init(_ script: Script, _ purpose: Purpose) {
        self.script = script
        self.purpose = purpose
    }

    /// Goes through the script, and stops at the first wait that is in vain.
    package func run() throws -> [Mismatch] {
        var mismatches: [Mismatch] = []
        for place in script.lines.indices {
            let line = script.lines[place]
            guard let problem = try perform(line.statement, at: place) else { continue }
            mismatches.append(Mismatch(line: line.number, reason: problem))
            if case .wait = line.statement { break }
        }
        if case .check = purpose, terminal == nil {
            mismatches.append(Mismatch(line: 1, reason: "the script starts nothing and expects nothing"))
        }
        return mismatches
    }

    private func perform(_ statement: Statement, at place: Int) throws -> String? {
        switch statement {
        case .comment: return nil
        case .run(let words): arguments = words
        case .terminal(let wanted): setting = wanted
        case .vary(let names): masks = names
        case .wait(let state): return try wait(for: state)
        case .keys(let keys):
            for key in keys {
                try type(KeyName.bytes(key) ?? "")
                // Escape and the key behind it would be read as one.
                if key == "Esc" { try fence() }
            }
            try fence()
        case .command(let command):
            try type(":" + command + "\r")
            try fence()
        case .resize(let size):
            try started().resize(width: size.width, height: size.height)
            try fence()
        case .screen(let expected): return try screen(expected, at: place)
        case .colours(let expected): return try colours(expected, at: place)
        case .cursor(let expected): return try cursor(expected, at: place)
        case .output(let expected): return try output(expected, at: place)
        }
        return nil
    }

    // MARK: Doing

    private func started() throws -> PseudoTerminal {
        if let terminal { return terminal }
        var environment = ["TERM": setting.name]
        // Another instruction set than the processor's best must show the same.
        if let kernels = getenv("HKV_KERNELS") { environment["HKV_KERNELS"] = String(cString: kernels) }
        for variable in setting.variables { environment[variable.name] = variable.value }
        let new = try PseudoTerminal(
            arguments, environment: environment, width: setting.size.width, height: setting.size.height)
        terminal = new
        return new
    }

    private func type(_ text: String) throws {
        try started().type(text)
    }

    /// Waits until the program took all keys: it paints everything again when it is told of a new size.
    private func fence() throws {
        let terminal = try started()
        guard isDrawn(terminal), terminal.end == nil else { return }
        let start = terminal.output.count
        terminal.send(signal: SIGWINCH)
        var cleared: Int?
        _ = terminal.wait(seconds: 10) {
            cleared =
                cleared ?? terminal.output.offset(of: "\u{1B}[2J", from: start)
                ?? terminal.output.offset(of: "\u{1B}[J", from: start)
            guard let cleared else { return false }
            return terminal.output.offset(of: "\u{1B}[?2026l", from: cleared) != nil
                || !terminal.stream.modesEverOn.contains(2026)
        }
    }

    private func isDrawn(_ terminal: PseudoTerminal) -> Bool {
        terminal.stream.modesOn.contains(1049) || !terminal.hasShellModes
    }

    // MARK: Waiting

    private func wait(for state: Wait) throws -> String? {
        let terminal = try started()
        if case .end(let code) = state {
            guard let end = terminal.waitForEnd() else { return "the program did not end" + shown(terminal) }
            let found = end.kind == .PTY_EXITED ? "exit code \(end.value)" : "death by signal \(end.value)"
            return end.kind == .PTY_EXITED && end.value == Int32(code)
                ? nil : "expected exit code \(code), found \(found)" + shown(terminal)
        }
        if terminal.wait(until: { holds(state, terminal) }) { return nil }
        return "this did not come about:" + shown(terminal)
    }

    private func shown(_ terminal: PseudoTerminal) -> String {
        "\n" + (isDrawn(terminal) ? terminal.text : written(terminal).joined(separator: "\n"))
    }

    private func holds(_ state: Wait, _ terminal: PseudoTerminal) -> Bool {
        let texts = isDrawn(terminal) ? terminal.lines : written(terminal)
        switch state {
        case .mode(let word):
            guard isDrawn(terminal) else { return texts.contains { $0.hasPrefix(word.uppercased()) } }
            // `= DONE`: the mark keeps words of the answer from being taken for it.
            let marks = ["loading": "..", "live": ">", "paused": "||", "done": "=", "failed": "!"]
            return texts.first?.contains("\(marks[word] ?? "") \(word.uppercased())") == true
        case .step(let step): return texts.contains { Self.step(in: $0).map { $0 >= step } == true }
        case .text(let text): return texts.contains { $0.contains(text) }
        case .noText(let text): return !texts.contains { $0.contains(text) }
        case .end: return terminal.end != nil
        }
    }

    /// The number behind the first `step`.
    private static func step(in line: String) -> Int? {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "step"), place + 1 < words.count else { return nil }
        return Int(words[place + 1])
    }

    /// Lines that were written and not compared yet.
    private func written(_ terminal: PseudoTerminal) -> [String] {
        let text = String(decoding: terminal.output[compared...], as: UTF8.self)
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(
            String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { $0.last == "\r" ? String($0.dropLast()) : $0 }
    }

    // MARK: Comparing

    /// What differs once the program shows nothing new; nil as soon as nothing differs.
    private func settle(_ terminal: PseudoTerminal, _ differs: () -> String?) -> String? {
        if case .make = purpose {
            var count = -1
            while terminal.output.count != count {
                count = terminal.output.count
                _ = terminal.wait(seconds: Self.rest) { terminal.output.count != count }
            }
            return nil
        }
        var reason = differs()
        var last = pty_seconds()
        var count = terminal.output.count
        _ = terminal.wait {
            if count != terminal.output.count {
                (last, count) = (pty_seconds(), terminal.output.count)
                reason = differs()
            }
            return reason == nil || pty_seconds() - last > Self.patience
        }
        return reason
    }

    private func screen(_ expected: [String], at place: Int) throws -> String? {
        let terminal = try started()
        let reason = settle(terminal) { Comparison.texts(expected: expected, found: terminal.lines) }
        lastTexts = expected
        if case .make = purpose {
            lastTexts = terminal.lines.map { Mask.masked($0, by: masks) }
            script.lines[place].statement = .screen(lastTexts)
        }
        return reason
    }

    private func colours(_ expected: ColourBlock, at place: Int) throws -> String? {
        let terminal = try started()
        let reason = settle(terminal) {
            Comparison.colours(expected: expected, texts: lastTexts, found: terminal.image)
        }
        if case .make = purpose { script.lines[place].statement = .colours(terminal.image.colours) }
        return reason
    }

    private func cursor(_ expected: Place?, at place: Int) throws -> String? {
        let terminal = try started()
        func found() -> Place? {
            terminal.stream.isCursorHidden
                ? nil : Place(line: terminal.cursor[1] + 1, column: terminal.cursor[0] + 1)
        }
        let reason = settle(terminal) {
            let found = found()
            return found == expected
                ? nil
                : "expected \(expected.map { "\($0)" } ?? "no cursor"), found \(found.map { "\($0)" } ?? "none")"
        }
        if case .make = purpose { script.lines[place].statement = .cursor(found()) }
        return reason
    }

    private func output(_ expected: [String], at place: Int) throws -> String? {
        let terminal = try started()
        let reason = settle(terminal) { Comparison.texts(expected: expected, found: written(terminal)) }
        if case .make = purpose {
            script.lines[place].statement = .output(written(terminal).map { Mask.masked($0, by: masks) })
        }
        compared = terminal.output.count
        return reason
    }
}
