import ScreenScript
import TerminalEmulator
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Screens that a person has looked at, on the real program.
@Suite struct ScreenTests {
    init() {
        // Scripts name files as a person in the repository would.
        _ = chdir(Repository.root)
    }

    @Test(arguments: ScreenFiles.names) func isAsExpected(name: String) throws {
        let text = try ScreenFiles.read(name)
        var script = try Script(text)
        if ScreenFiles.areMade {
            let making = ScriptRun(script, .make)
            for mismatch in try making.run() { Issue.record("\(name).screen, \(mismatch)") }
            script = making.script
            if script.text != text {
                try ScreenFiles.write(name, script.text)
                print("made anew: Tests/Screens/\(name).screen")
            }
            // What was just made must come out the same a second time.
            script = try Script(script.text)
        }
        for mismatch in try ScriptRun(script, .check).run() {
            Issue.record("\(name).screen, \(mismatch)")
        }
    }

    @Test func thereAreScreens() {
        #expect(!ScreenFiles.names.isEmpty)
    }
}
