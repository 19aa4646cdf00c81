import CPseudoTerminal
import TerminalEmulator
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RealTerminalTests {
    /// Ctrl-Z and other sizes.
    @Suite struct StopAndResizeTests {
        private func hasEvent(_ terminal: PseudoTerminal, _ kind: pty_event_kind, times: Int = 1) -> Bool {
            terminal.wait { terminal.events.count { $0.kind == kind } >= times }
        }

        private func showsSomethingBeyond(column: Int, _ terminal: PseudoTerminal) -> Bool {
            terminal.lines.contains { $0.unicodeScalars.count > column }
        }

        @Test(arguments: [true, false]) func controlZGivesTheTerminalBackAndTakesItAgain(isTyped: Bool) throws
        {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            for time in 1...2 {
                if isTyped { terminal.type("\u{1A}") } else { terminal.send(signal: SIGTSTP) }
                #expect(hasEvent(terminal, .PTY_STOPPED, times: time))
                #expect(terminal.events.last?.value == SIGTSTP)
                terminal.expectRestored()
                let sent = terminal.output.count
                terminal.continueInForeground()
                #expect(hasEvent(terminal, .PTY_CONTINUED, times: time))
                #expect(terminal.wait { terminal.output.count > sent + 100 })
                terminal.waitForMap()
                #expect(!terminal.hasShellModes)
                #expect(terminal.stream.modesOn.contains(Mode.bracketedPaste))
            }
            terminal.type("q")
            #expect(terminal.waitForEnd()?.value == 0)
            terminal.expectRestored()
        }

        @Test func aSizeThatChangedMeanwhileIsSeen() throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            terminal.type("\u{1A}")
            #expect(hasEvent(terminal, .PTY_STOPPED))
            terminal.resize(width: 120, height: 36)
            terminal.continueInForeground()
            #expect(terminal.wait { showsSomethingBeyond(column: 100, terminal) }, "\(terminal.text)")
            terminal.waitForMap()
        }

        /// SIGSTOP cannot be caught: the terminal stays as it is, and all is painted again afterwards.
        @Test func aStopThatCannotBeCaughtIsSurvived() throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            terminal.send(signal: SIGSTOP)
            #expect(hasEvent(terminal, .PTY_STOPPED))
            let sent = terminal.output.count
            terminal.continueInForeground()
            #expect(terminal.wait { terminal.output.count > sent + 100 })
            terminal.type("q")
            #expect(terminal.waitForEnd()?.value == 0)
            terminal.expectRestored()
        }

        @Test func terminationWhileStoppedIsClean() throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            terminal.type("\u{1A}")
            #expect(hasEvent(terminal, .PTY_STOPPED))
            terminal.send(signal: SIGTERM)
            terminal.continueInForeground()
            #expect(terminal.waitForEnd()?.value == SIGTERM)
            terminal.expectRestored()
        }

        @Test func everySizeIsDrawnAndNoneKills() throws {
            let terminal = try PseudoTerminal(width: 120, height: 36)
            terminal.waitForMap()
            for (width, height) in [(80, 24), (40, 10), (20, 5), (1, 1), (120, 36)] {
                let sent = terminal.output.count
                terminal.resize(width: width, height: height)
                // A change of size repaints everything, which begins by clearing.
                let isPainted = terminal.wait {
                    ["\u{1B}[2J", "\u{1B}[J"].contains { terminal.output.offset(of: $0, from: sent) != nil }
                }
                #expect(isPainted, "nothing was painted at \(width)x\(height)")
                guard width >= 20 else { continue }
                let isLegible = terminal.wait { terminal.text.contains { $0 != " " && $0 != "\n" } }
                #expect(isLegible, "\(width)x\(height) is empty")
            }
            #expect(terminal.wait { showsSomethingBeyond(column: 100, terminal) }, "\(terminal.text)")
            terminal.waitForMap()
            terminal.type("q")
            #expect(terminal.waitForEnd()?.value == 0)
            terminal.expectRestored()
        }

        @Test func aWindowOfThreeByTwoIsDrawn() throws {
            let terminal = try PseudoTerminal(width: 3, height: 2)
            #expect(terminal.wait { terminal.lines.contains { !$0.isEmpty } && !terminal.hasShellModes })
            #expect(terminal.lines.allSatisfy { $0.unicodeScalars.count <= 3 })
            terminal.type("?w")
            terminal.resize(width: 80, height: 24)
            terminal.waitForMap()
            terminal.type("\u{03}")
            #expect(terminal.waitForEnd()?.value == 0)
            terminal.expectRestored()
        }

        /// A shell that exports its size would freeze the program's idea of it.
        @Test func exportedSizesAreIgnored() throws {
            let terminal = try PseudoTerminal(environment: ["LINES": "10", "COLUMNS": "40"])
            terminal.waitForMap()
            #expect(terminal.wait { showsSomethingBeyond(column: 70, terminal) }, "\(terminal.text)")
            terminal.resize(width: 120, height: 36)
            #expect(terminal.wait { showsSomethingBeyond(column: 100, terminal) }, "\(terminal.text)")
        }
    }
}
