/// A file that leads the program somewhere and says what stands there: one statement a line, `#` for comments.
///
/// Tests/README.md describes the language for people.
package struct Script: Sendable, Hashable {
    /// The lines, in order; comments and blank lines are kept so that the file can be written again.
    package var lines: [Line] = []

    /// A script without a line.
    package init() {}

    /// A statement, a comment or a blank line, and where it stood.
    package struct Line: Sendable, Hashable {
        /// Counted from 1.
        package let number: Int
        /// What the line says.
        package var statement: Statement
    }

    /// The statements; a description for people is in the first lines that are comments.
    package var statements: [Statement] { lines.map(\.statement) }
}

/// One thing to do, to wait for, or to expect.
package enum Statement: Sendable, Hashable {
    /// A comment or a blank line, as it was written.
    case comment(String)
    /// Starts the program with these arguments.
    case run([String])
    /// The terminal that it starts on: size, TERM, and other variables of the environment.
    case terminal(Terminal)
    /// Which numbers are written as `~` when the file is made again.
    case vary([String])
    /// Waits for a state of the program.
    case wait(Wait)
    /// Presses keys, as they were written.
    case keys([String])
    /// Types a colon, a command and Enter.
    case command(String)
    /// Gives the terminal another size.
    case resize(Size)
    /// What the terminal shows, line by line.
    case screen([String])
    /// The colours and attributes of what it shows.
    case colours(ColourBlock)
    /// Where the terminal's cursor stands, counted from 1; nil until the file is made.
    case cursor(Place?)
    /// What was written line by line since the program began, or since the last `output`.
    case output([String])
}

/// Columns and lines.
package struct Size: Sendable, Hashable, CustomStringConvertible {
    /// Columns.
    package let width: Int
    /// Lines.
    package let height: Int

    /// A size.
    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// `80x24`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let width = parts[0], let height = parts[1], 1...1000 ~= width,
            1...1000 ~= height
        else { return nil }
        self.init(width: width, height: height)
    }

    package var description: String { "\(width)x\(height)" }
}

/// A line and a column, counted from 1.
package struct Place: Sendable, Hashable {
    /// The line.
    package let line: Int
    /// The column.
    package let column: Int

    /// A place.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Where a program is run.
package struct Terminal: Sendable, Hashable {
    /// Columns and lines.
    package var size = Size(width: 80, height: 24)
    /// TERM.
    package var name = "xterm-256color"
    /// Further variables; an empty value removes one.
    package var variables: [Variable] = []

    /// The terminal of a script that names none.
    package init() {}

    /// A variable of the environment.
    package struct Variable: Sendable, Hashable {
        /// Its name.
        package let name: String
        /// Its value.
        package let value: String
    }
}

/// A state of the program.
package enum Wait: Sendable, Hashable {
    /// The word that the program shows for what it does: `live`, `paused`, `done`, `failed`, `loading`.
    case mode(String)
    /// A step is shown, this one or a later one.
    case step(Int)
    /// A text is on the screen, or was written.
    case text(String)
    /// A text is not on the screen any more.
    case noText(String)
    /// The program ended with this exit code.
    case end(Int)
}

/// Colours and attributes as a grid of letters, one for a cell, and what each letter means.
package struct ColourBlock: Sendable, Hashable {
    /// Line number, counted from 1, and a letter for every cell; `.` and a blank are the terminal's own colours.
    package var rows: [Row]
    /// What each letter means.
    package var legend: [Entry]

    /// A block.
    package init(rows: [Row] = [], legend: [Entry] = []) {
        self.rows = rows
        self.legend = legend
    }

    /// A line of letters.
    package struct Row: Sendable, Hashable {
        /// The line on the screen, counted from 1.
        package let line: Int
        /// A letter for every cell.
        package let letters: String
    }

    /// A letter and its style.
    package struct Entry: Sendable, Hashable {
        /// The letter.
        package let letter: Character
        /// Its meaning.
        package let style: CellStyle
    }
}

/// Why a file is no script.
package struct ScriptError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from 1.
    package let line: Int
    /// Found and expected.
    package let reason: String

    package var description: String { "line \(line): \(reason)" }
}
