import KVFacts

/// Everything that can happen to the inspector.
package enum InspectorMessage: Sendable {
    /// A key was pressed.
    case key(Key)
    /// Text was pasted.
    case paste(String)
    /// The terminal has this size now.
    case resized(width: Int, height: Int)
    /// The next entry of the run's log.
    case fact(RunFact)
    /// A file was written that an effect asked for; or it was not, and why.
    case written(path: String, failure: String?)
    /// Time went on; seconds of a monotonic clock. Sent with every frame, so that no view needs a clock.
    case tick(Double)
    /// The process was stopped by Ctrl-Z and goes on.
    case continued
    /// Drawing a frame took this long, in seconds.
    case frameDrawn(Double)
}

/// What the runtime does for `update`.
package enum Effect: Sendable {
    /// Send a command to the source of the run.
    case send(RunCommand)
    /// Stop the process as Ctrl-Z does.
    case suspend
    /// Repaint everything.
    case redraw
    /// Write the screen to a text file; `written` says how that came out.
    case save(path: String)
    /// Leave.
    case quit
}

/// A key, named as people name it.
package enum Key: Sendable, Hashable {
    /// A printable character.
    case character(Character)
    /// Ctrl with a letter, written in lower case.
    case control(Character)
    /// The arrow keys.
    case up, down, left, right
    /// The keys above the arrows.
    case home, end, pageUp, pageDown
    /// Tab and Shift-Tab.
    case tab, backTab
    /// Enter, Escape, Backspace and Delete.
    case enter, escape, backspace, delete
    /// A function key.
    case function(Int)
}
