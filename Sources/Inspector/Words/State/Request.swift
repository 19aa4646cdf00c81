import KVFacts

/// What a person wants. Keys and commands are two ways to say it; behaviour belongs to requests only.
package enum Request: Sendable, Hashable {
    /// Shows a screen.
    case show(ScreenName)
    /// The next (1) or previous (-1) picture, or screen where there are no pictures.
    case nextPane(Int)
    /// Into what is selected.
    case open
    /// One level up; never leaves the program.
    case back
    /// Moves the head cursor.
    case moveHead(layers: Int, heads: Int)
    /// Selects a head.
    case look(HeadID)
    /// An arrow key: moves what the screen's cursor points at.
    case arrow(horizontal: Int, vertical: Int)
    /// To the first (-1) or last (1) of what the arrows move.
    case end(Int)
    /// A page up (-1) or down (1).
    case page(Int)
    /// Opens or closes the help.
    case help
    /// Opens or closes the list of checks.
    case checks
    /// Begins a command.
    case command
    /// Stops between two steps, or goes on.
    case pauseOrResume
    /// Stops between two steps (true), or goes on (false).
    case pause(Bool)
    /// Does some steps, then pauses.
    case step(Int)
    /// The next larger or smaller budget of the ladder.
    case nextBudget(Int)
    /// Plans again with a budget, a share of the prompt.
    case budget(Double)
    /// Plans again with a method.
    case method(MethodWish)
    /// Plans again with a parameter.
    case set(key: String, value: String)
    /// Plans again with a head's class forced, or left to the method.
    case force(HeadID, HeadClass?)
    /// Forces the selected head to the next class.
    case forceNext
    /// Changes the draft beside the live plan.
    case draft(DraftChange)
    /// Plans again with the draft.
    case applyDraft
    /// Drops the draft.
    case revertDraft
    /// Measures live plan and draft by a short lockstep run.
    case verify
    /// Opens or closes the reasons of the selected head.
    case why
    /// Decodes again from the start.
    case restart
    /// Asks another question about the same pictures.
    case prompt(String)
    /// The next (1) or previous (-1) prompt.
    case nextPrompt(Int)
    /// Tokens per second, 0 for full speed.
    case pace(Double)
    /// Faster (1) or slower (-1) on the ladder.
    case nextPace(Int)
    /// Shows a lane on the map.
    case lane(Lane)
    /// The next lane.
    case nextLane(Int)
    /// The next overlay on the pictures.
    case nextOverlay
    /// The next zoom of the pictures.
    case nextZoom
    /// Shows or hides the outlines of chunks.
    case chunks
    /// Something of the compare screen.
    case compare(CompareAction)
    /// Leaves the comparison.
    case leave
    /// Light or dark.
    case toggleTheme
    /// Writes the screen to a text file.
    case save(String)
    /// Repaints.
    case redraw
    /// Stops the process.
    case suspend
    /// Leaves.
    case quit
}
