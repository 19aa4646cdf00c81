extension Script {
    /// The file's text.
    package var text: String { lines.map { $0.statement.written + "\n" }.joined() }
}

extension Statement {
    /// The lines of a statement.
    var written: String {
        switch self {
        case .comment(let text): text
        case .run(let words): (["run"] + words.map(Self.quoted)).joined(separator: " ")
        case .terminal(let terminal):
            (["terminal", "\(terminal.size)", terminal.name]
                + terminal.variables.map { "\($0.name)=" + Self.quoted($0.value, isValue: true) })
                .joined(separator: " ")
        case .vary(let names): (["vary"] + names.map(Self.quoted)).joined(separator: " ")
        case .wait(let wait): "wait " + wait.written
        case .keys(let keys): (["keys"] + keys).joined(separator: " ")
        case .command(let command): ":" + command
        case .resize(let size): "resize \(size)"
        case .screen(let lines): Self.block("screen", Self.numbered(lines))
        case .output(let lines): Self.block("output", Self.numbered(lines))
        case .colours(let colours): Self.block("colours", colours.written)
        case .cursor(let place):
            place.map { "cursor line \($0.line) column \($0.column)" } ?? "cursor"
        }
    }

    private static func block(_ name: String, _ lines: [String]) -> String {
        ([name] + lines).joined(separator: "\n")
    }

    private static func numbered(_ lines: [String]) -> [String] {
        lines.enumerated().map { row($0 + 1, $1) }
    }

    static func row(_ number: Int, _ text: String) -> String {
        String(repeating: " ", count: max(1, 3 - String(number).count)) + "\(number)|\(text)"
    }

    /// A word as the parser reads it back.
    static func quoted(_ word: String) -> String { quoted(word, isValue: false) }

    static func quoted(_ word: String, isValue: Bool) -> String {
        let isSimple = !word.contains { " \"\n\u{1B}\\".contains($0) }
        if isSimple, isValue || !word.isEmpty { return word }
        var text = "\""
        for character in word {
            switch character {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\u{1B}": text += "\\e"
            default: text.append(character)
            }
        }
        return text + "\""
    }
}

extension Wait {
    var written: String {
        switch self {
        case .mode(let word): word
        case .step(let step): "step \(step)"
        case .text(let text): "text " + Self.always(text)
        case .noText(let text): "no text " + Self.always(text)
        case .end(let code): "end \(code)"
        }
    }

    /// Texts are quoted always, so that a reader sees where they end.
    private static func always(_ text: String) -> String {
        let quoted = Statement.quoted(text)
        return quoted.hasPrefix("\"") ? quoted : "\"\(quoted)\""
    }
}

extension ColourBlock {
    var written: [String] {
        rows.map { Statement.row($0.line, $0.letters) } + legend.map { "  \($0.letter) = \($0.style)" }
    }

    /// The style of a cell; the terminal's own colours where nothing is written.
    func style(_ line: Int, _ column: Int) -> CellStyle {
        guard let row = rows.first(where: { $0.line == line + 1 }) else { return CellStyle() }
        let letters = Array(row.letters)
        guard letters.indices.contains(column), letters[column] != "." else { return CellStyle() }
        return legend.first { $0.letter == letters[column] }?.style ?? CellStyle()
    }
}
