import HybridKV

/// Everything that can happen to the inspector.
public enum InspectorMessage: Sendable {
    /// A key was pressed.
    case key(Key)
    /// Text was pasted.
    case paste(String)
    /// The terminal has this size now.
    case resized(width: Int, height: Int)
    /// The engine says something.
    case event(LiveEvent)
    /// Tokens were generated, in order.
    case steps([LiveStep])
    /// The snapshot that was asked for.
    case snapshot(CacheSnapshot)
    /// Time went on; seconds of a monotonic clock. Sent with every frame, so that no view needs a clock.
    case tick(Double)
    /// The process was stopped by Ctrl-Z and goes on.
    case continued
    /// Drawing a frame took this long, in seconds.
    case frameDrawn(Double)
}

/// What the runtime does for `update`.
public enum Effect: Sendable {
    /// Send a command to the engine.
    case send(LiveCommand)
    /// Stop the process as Ctrl-Z does.
    case suspend
    /// Repaint everything.
    case redraw
    /// Write a text file, e.g. an exported screen; the path is shown when it is done.
    case write(path: String, text: String)
    /// Leave.
    case quit
}

/// A key, named as people name it.
public enum Key: Sendable, Hashable {
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
