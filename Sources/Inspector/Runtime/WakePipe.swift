import CTerminal
import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts
import Synchronization

/// How other threads wake the event loop.
///
/// The source of the run gets the pipe and calls `wake()` after it has made something available; the loop waits on the other
/// end. Wakes that come before the loop looked are one wake.
package final class WakePipe: Sendable {
    /// The end that the loop waits on.
    package let readEnd: Int32
    private let writeEnd: Int32
    private let isWoken = Atomic<Bool>(false)

    /// Makes a pipe whose ends never block.
    package init() throws(TerminalError) {
        var ends: (read: Int32, write: Int32) = (-1, -1)
        guard kvt_pipe(&ends.read, &ends.write) else { throw .systemRefused }
        (readEnd, writeEnd) = ends
    }

    deinit {
        kvt_pipe_close(readEnd, writeEnd)
    }

    /// Wakes the loop; from any thread, never waits.
    package func wake() {
        // The exchange publishes what the caller made available before the loop clears the mark and looks.
        if !isWoken.exchange(true, ordering: .acquiringAndReleasing) { kvt_pipe_poke(writeEnd) }
    }

    /// Makes ready for the next wake; to be called before looking for what there is.
    package func drain() {
        kvt_pipe_drain(readEnd)
        _ = isWoken.exchange(false, ordering: .acquiringAndReleasing)
    }
}
