import CPseudoTerminal
import TerminalEmulator
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RealTerminalTests {
    /// Whatever ends the program, the terminal is as it was.
    @Suite struct LifecycleTests {
        @Test func startShowsTheMap() throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            #expect(!terminal.hasShellModes)
            let modes = terminal.stream.modesOn
            #expect(modes.isSuperset(of: [Mode.alternateScreen, Mode.bracketedPaste]))
        }

        @Test(arguments: [
            Typed("\u{1B}OC", "right, application mode"), Typed("\u{1B}[C", "right, cursor mode"),
            Typed("l", "l"),
        ])
        func keysMove(key: Typed) throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            let start = terminal.cursor
            // The map has heads only when the run has a plan: until then the key does nothing.
            let isMoved = (0..<60).contains { _ in
                terminal.type(key.bytes)
                return terminal.wait(seconds: 0.5) { terminal.cursor != start }
            }
            #expect(isMoved, "\(key): the cursor stays at \(start)\n\(terminal.text)")
        }

        @Test(arguments: [Typed("q", "q"), Typed("\u{03}", "Ctrl-C")])
        func leavingByKeyIsSuccess(key: Typed) throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            terminal.type(key.bytes)
            let end = terminal.waitForEnd()
            #expect(end?.kind == .PTY_EXITED)
            #expect(end?.value == 0)
            terminal.expectRestored()
        }

        @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func signalsEndIt(signal: Int32) throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            terminal.send(signal: signal)
            let end = terminal.waitForEnd()
            #expect(end?.kind == .PTY_KILLED, "whoever sent the signal sees a death by it")
            #expect(end?.value == signal)
            terminal.expectRestored()
        }

        @Test(arguments: [SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGQUIT])
        func crashesLeaveASaneTerminal(signal: Int32) throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            terminal.send(signal: signal)
            let end = terminal.waitForEnd()
            #expect(end?.kind == .PTY_KILLED)
            #expect(end?.value == signal)
            terminal.expectRestored()
        }

        @Test func controlBackslashEndsIt() throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            terminal.type("\u{1C}")
            #expect(terminal.waitForEnd()?.value == SIGQUIT)
            terminal.expectRestored()
        }

        @Test func aTerminalThatGoesAwayEndsIt() throws {
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            terminal.hangUp()
            let end = terminal.waitForEnd()
            #expect(end?.kind == .PTY_KILLED)
            #expect(end?.value == SIGHUP)
        }

        #if DEBUG
            @Test(arguments: ["trap", "thread"]) func aSwiftTrapIsReadOnTheNormalScreen(place: String) throws
            {
                let terminal = try PseudoTerminal(environment: ["KVSCOPE_TEST_CRASH": place])
                let end = terminal.waitForEnd()
                #expect(end?.kind == .PTY_KILLED)
                terminal.expectRestored()
                let left = try #require(terminal.output.offset(of: "\u{1B}[?1049l"))
                let message = try #require(terminal.output.offset(of: "KVSCOPE_TEST_CRASH asked for this"))
                #expect(left < message)
            }

            @Test func anExitInTheMiddleRestores() throws {
                let terminal = try PseudoTerminal(environment: ["KVSCOPE_TEST_CRASH": "exit"])
                #expect(terminal.waitForEnd()?.kind == .PTY_EXITED)
                terminal.expectRestored()
            }

            @Test func noiseWaitsForTheNormalScreen() throws {
                let terminal = try PseudoTerminal(environment: ["KVSCOPE_TEST_CRASH": "noise"])
                terminal.waitForMap()
                terminal.type("q")
                #expect(terminal.waitForEnd()?.value == 0)
                let left = try #require(terminal.output.offset(of: "\u{1B}[?1049l"))
                let message = try #require(terminal.output.offset(of: "noise while the screen is up"))
                #expect(left < message)
            }
        #endif
    }
}
