import CPseudoTerminal
import TerminalEmulator
import Testing

@testable import InspectorRuntime
@testable import InspectorView
@testable import InspectorWords

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RealTerminalTests {
    /// What may and what may never be sent to a terminal.
    @Suite struct OutputTests {
        private func shown(
            _ arguments: [String] = [], environment: [String: String] = [:]
        ) throws -> PseudoTerminal {
            let terminal = try PseudoTerminal(arguments, environment: environment)
            terminal.waitForMap()
            terminal.type("\u{1B}OC")
            terminal.resize(width: 100, height: 30)
            #expect(terminal.wait { terminal.lines.contains { $0.unicodeScalars.count > 85 } })
            terminal.type("q")
            #expect(terminal.waitForEnd()?.value == 0)
            terminal.expectRestored()
            return terminal
        }

        @Test func coloursAreUsedWhereTheyAreWelcome() throws {
            #expect(try shown().stream.hasColour)
            #expect(try shown(environment: ["NO_COLOR": "", "TERM": "xterm"]).stream.hasColour)
        }

        /// What people see is the text of the last frame, on small terminals too.
        @Test(arguments: ["linux", "vt100"]) func olderTerminalsShowTheSame(term: String) throws {
            let terminal = try PseudoTerminal(environment: ["TERM": term])
            terminal.waitForMap()
            #expect(terminal.wait { terminal.text.contains("KV resident") && terminal.text.contains("OK") })
            #expect(terminal.stream.hasColour == (term == "linux"))
            if term == "linux" {
                #expect(terminal.output.allSatisfy { $0 < 0x80 }, "its font has few glyphs")
            }
            terminal.type("q")
            #expect(terminal.waitForEnd()?.value == 0)
        }

        /// Frames come as the answer grows, and never more often than the pacer allows, however fast the machine is.
        @Test func aLiveRunIsDrawnAtItsFrameRate() throws {
            let terminal = try PseudoTerminal(["--pace", "20", "--max-tokens", "30", "--method", "full"])
            terminal.waitForMap()
            let start = pty_seconds()
            var seen: Set<String> = []
            #expect(
                terminal.wait {
                    if let line = terminal.lines.first(where: { $0.contains("step ") }) { seen.insert(line) }
                    return terminal.text.contains("DONE")
                })
            let seconds = pty_seconds() - start
            #expect(seen.count >= 3, "steps are seen one after the other: \(seen)")
            var frames = 0
            var place = 0
            while let next = terminal.output.offset(of: "\u{1B}[?2026h", from: place) {
                frames += 1
                place = next + 1
            }
            #expect(
                frames >= 3 && Double(frames) <= seconds / FramePacer.usual + 8, "\(frames) in \(seconds) s")
        }

        /// The screen keeps up with the answer, and a screen that stays the same sends nothing but its beginning.
        @Test func framesFollowTheAnswerAndThenRest() throws {
            let terminal = try PseudoTerminal(["--pace", "40"])
            #expect(terminal.wait { terminal.text.contains("DONE") })
            #expect(terminal.wait { terminal.text.contains("r again") })
            let sent = terminal.output.count
            #expect(
                !terminal.wait(seconds: 1.2) { terminal.output.count > sent + 400 }, "a still screen talks")
            terminal.type("q")
            #expect(terminal.waitForEnd()?.value == 0)
        }

        @Test(arguments: ["xterm-256color", "vt100", "tmux-256color"])
        func noColorSendsNoColour(term: String) throws {
            let terminal = try shown(environment: ["NO_COLOR": "1", "TERM": term])
            #expect(!terminal.stream.hasColour)
        }

        @Test(arguments: [SIGTERM, SIGSEGV]) func noColorHoldsInTheGuard(signal: Int32) throws {
            let terminal = try PseudoTerminal(environment: ["NO_COLOR": "1"])
            terminal.waitForMap()
            terminal.send(signal: signal)
            #expect(terminal.waitForEnd() != nil)
            #expect(!terminal.stream.hasColour)
        }

        @Test func asciiSendsOnlyASCII() throws {
            #expect(try shown(["--ascii"]).output.allSatisfy { $0 < 0x80 })
        }

        @Test(arguments: ["C", "POSIX"]) func aLocaleWithoutUTF8SendsOnlyASCII(locale: String) throws {
            #expect(try shown(environment: ["LC_ALL": locale]).output.allSatisfy { $0 < 0x80 })
        }

        @Test func aMissingUTF8LocaleStillShowsUnicode() throws {
            let terminal = try shown(environment: ["LC_ALL": "xx_XX.UTF-8"])
            #expect(terminal.output.contains { $0 >= 0x80 })
        }

        @Test func escapesInTextNeverReachTheTerminal() throws {
            let terminal = try PseudoTerminal([
                "--prompt", "look \u{1B}]0;taken over\u{07} \u{1B}[5m\u{9B}6n",
            ])
            terminal.waitForMap()
            for key in ["1", "2", "3", "4", "5", "6", "7"] {
                let sent = terminal.output.count
                terminal.type(key)
                _ = terminal.wait(seconds: 0.3) { terminal.output.count > sent }
            }
            terminal.type("q")
            #expect(terminal.waitForEnd()?.value == 0)
            #expect(terminal.output.offset(of: "\u{1B}]") == nil)
            #expect(terminal.output.offset(of: "\u{1B}[5m") == nil)
            #expect(terminal.output.offset(of: "\u{9B}") == nil)
            #expect(!terminal.output.contains(0x07))
        }

        @Test func aPipeGetsPlainText() throws {
            let terminal = try PseudoTerminal(
                ["-c", "\"$0\" | cat", PseudoTerminal.executable], program: "/bin/sh")
            #expect(terminal.waitForEnd(seconds: 120)?.value == 0)
            #expect(!terminal.output.contains(0x1B), "\(terminal.text)")
            #expect(terminal.text.contains { $0 != " " && $0 != "\n" })
        }

        @Test(arguments: ["dumb", "", "no-such-terminal"])
        func aTerminalThatCannotDrawGetsPlainText(term: String) throws {
            let terminal = try PseudoTerminal(environment: ["TERM": term], height: 60)
            #expect(terminal.waitForOutput("DONE after "), "\(terminal.text)")
            terminal.type("q\n")
            #expect(terminal.waitForEnd()?.value == 0)
            #expect(!terminal.output.contains(0x1B), "\(terminal.text)")
            #expect(terminal.hasShellModes)
        }

        @Test func plainTextFollowsTypedCommands() throws {
            let terminal = try PseudoTerminal(["--plain"], height: 60)
            #expect(terminal.waitForOutput("PLAIN text because --plain was given"))
            #expect(terminal.waitForOutput("DONE after "))
            for (typed, answer) in [
                ("map", "HEAD L05/kv3: "), ("head 2 1", "HEAD L02/kv1 "), ("status", "LATENCY p50 "),
                ("budget lots", "REFUSED 'lots' is no budget"), ("help", "TYPE pause"),
                ("budget 30%", ")@30%: 24 heads"), ("next", "PROMPT "),
            ] {
                let sent = terminal.output.count
                terminal.type(typed + "\n")
                #expect(terminal.waitForOutput(answer, from: sent), "\(typed): \(terminal.text)")
            }
            #expect(terminal.hasShellModes, "lines are edited by the terminal")
            terminal.type("\u{04}")
            #expect(terminal.waitForEnd()?.value == 0, "the end of the input ends it")
        }
    }
}
