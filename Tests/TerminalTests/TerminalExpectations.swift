import TerminalEmulator
import Testing

/// Tests that run the real executable, one after the other: they fork, and they wait for what a terminal shows.
@Suite(.serialized) struct RealTerminalTests {}

/// Bytes to type, under a name that may be printed: test runners print arguments as they are.
struct Typed: Sendable, CustomStringConvertible {
    let bytes: String
    let description: String

    init(_ bytes: String, _ description: String) {
        self.bytes = bytes
        self.description = description
    }
}

/// The modes of a terminal that a full-screen program switches.
enum Mode {
    static let alternateScreen = 1049
    static let bracketedPaste = 2004
    static let mouse: Set<Int> = [9, 1000, 1001, 1002, 1003, 1005, 1006, 1015, 1016]
}

extension PseudoTerminal {
    /// Waits until the map is on the screen.
    func waitForMap(sourceLocation: SourceLocation = #_sourceLocation) {
        let isShown = wait { !hasShellModes && text.contains("Map") }
        #expect(isShown, "no map on the screen:\n\(text)", sourceLocation: sourceLocation)
    }

    /// Waits until the program sent a piece of text, whatever became of it on the screen.
    func waitForOutput(_ text: String, from start: Int = 0) -> Bool {
        wait { output.offset(of: text, from: start) != nil }
    }

    /// Expects the terminal as the shell left it: modes, alternate screen, cursor, mouse, paste marks, keypad.
    func expectRestored(sourceLocation: SourceLocation = #_sourceLocation) {
        // What the program sent may still be on its way although its end or stop was reported.
        _ = wait(seconds: 5) {
            hasShellModes && stream.modesOn.isEmpty && !stream.isCursorHidden
        }
        #expect(hasShellModes, "echo and line editing are off", sourceLocation: sourceLocation)
        #expect(stream.modesOn.isEmpty, "modes left on", sourceLocation: sourceLocation)
        #expect(!stream.isCursorHidden, "the cursor is hidden", sourceLocation: sourceLocation)
        #expect(
            stream.modesEverOn.isDisjoint(with: Mode.mouse), "the mouse was taken",
            sourceLocation: sourceLocation)
    }
}
