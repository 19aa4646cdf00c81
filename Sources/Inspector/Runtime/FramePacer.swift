import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// When the next frame may be drawn: often enough for the eye, seldom enough for a slow line.
package struct FramePacer {
    /// Seconds between frames while data arrives, and while keys are held.
    package static let usual = 1.0 / 15, hurried = 1.0 / 30
    /// Seconds between frames at the most, however slow the output is.
    package static let slowest = 1.0
    /// Keys that follow each other this quickly are held.
    package static let heldWithin = 0.25

    private var lastFrame = -Double.infinity
    private var lastKey = -Double.infinity
    private var keyBefore = -Double.infinity
    /// Seconds that frames took lately.
    package private(set) var cost = 0.0

    /// A key was pressed.
    package mutating func pressed(at now: Double) {
        keyBefore = lastKey
        lastKey = now
    }

    /// A frame was drawn: it began at `start` and its output took `seconds`.
    package mutating func drew(at start: Double, seconds: Double) {
        lastFrame = start
        // Quick to slow down, slower to hurry again.
        cost = seconds > cost ? seconds : cost * 0.7 + seconds * 0.3
    }

    /// The earliest time of the next frame.
    package func nextFrame(now: Double) -> Double {
        let isHeld = lastKey - keyBefore < Self.heldWithin && now - lastKey < Self.heldWithin
        let wanted = isHeld ? Self.hurried : Self.usual
        // At most a fifth of the time goes into output, so that keys and data are never kept waiting for long.
        return lastFrame + max(wanted, min(cost * 5, Self.slowest))
    }
}
