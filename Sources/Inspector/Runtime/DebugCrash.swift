import CTerminal
import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Lets the terminal tests see what a real trap does to the terminal. Does nothing in release builds.
package enum DebugCrash {
    /// Crashes if `KVSCOPE_TEST_CRASH` says so: `trap` on this thread, `thread` on another one, `exit` without
    /// closing the terminal, `noise` writes to standard error and goes on.
    package static func afterFrame() {
        #if DEBUG
            guard let wish = kvt_environment("KVSCOPE_TEST_CRASH") else { return }
            switch String(cString: wish) {
            case "trap": trap()
            case "thread": Task.detached { DebugCrash.trap() }
            case "exit": kvt_exit(3)
            case "noise": kvt_print_error("noise while the screen is up\n")
            default: break
            }
        #endif
    }

    #if DEBUG
        private static func trap() {
            precondition(kvt_seconds() < 0, "KVSCOPE_TEST_CRASH asked for this")
        }
    #endif
}
