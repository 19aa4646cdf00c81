extension Script {
    /// Reads a file.
    package init(_ text: String) throws(ScriptError) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        if lines.last?.isEmpty == true { lines.removeLast() }
        var number = 0
        while let line = lines.first {
            lines.removeFirst()
            number += 1
            let start = number
            let word = line.prefix { $0 != " " }
            var block: [Substring] = []
            if ["screen", "colours", "output"].contains(word) {
                while let next = lines.first, Self.isBlockLine(next) {
                    block.append(next)
                    lines.removeFirst()
                    number += 1
                }
            }
            self.lines.append(Line(number: start, statement: try Self.statement(line, block, start)))
        }
    }

    /// Lines of a block begin with a blank; so do its line numbers and bars.
    private static func isBlockLine(_ line: Substring) -> Bool {
        line.first == " " && line.contains { $0 != " " }
    }

    private static func statement(_ line: Substring, _ block: [Substring], _ number: Int) throws(ScriptError)
        -> Statement
    {
        let trimmed = line.drop { $0 == " " }
        if trimmed.isEmpty || trimmed.first == "#" { return .comment(String(line)) }
        if line.first == ":" {
            let command = String(line.dropFirst())
            guard command.contains(where: { $0 != " " }) else {
                throw ScriptError(line: number, reason: "no command behind the colon")
            }
            return .command(command)
        }
        let words = try Words(line, number).list
        let rest = Array(words.dropFirst())
        switch words.first?.text {
        case "run": return .run(rest.map(\.text))
        case "terminal": return .terminal(try terminal(rest, number))
        case "vary": return .vary(rest.map(\.text))
        case "wait": return .wait(try wait(rest, number))
        case "keys":
            for word in rest where !word.isQuoted && KeyName.bytes(word.text) == nil {
                throw ScriptError(
                    line: number,
                    reason: "no key '\(word.text)'; expected a character, a name such as Down, or \"text\"")
            }
            return .keys(rest.map(\.written))
        case "resize":
            guard rest.count == 1, let size = Size(rest[0].text) else {
                throw ScriptError(line: number, reason: "expected a size such as 120x36")
            }
            return .resize(size)
        case "screen": return .screen(try texts(block, number))
        case "output": return .output(try texts(block, number))
        case "colours": return .colours(try colours(block, number))
        case "cursor": return .cursor(try place(rest, number))
        default:
            throw ScriptError(
                line: number,
                reason:
                    "'\(words.first?.text ?? "")' is no statement; expected run, terminal, vary, wait, keys, :command, "
                    + "resize, screen, colours, cursor, output or # comment")
        }
    }

    private static func terminal(_ words: [Words.Word], _ number: Int) throws(ScriptError) -> Terminal {
        var terminal = Terminal()
        for word in words {
            if let size = Size(word.text) {
                terminal.size = size
            } else if let sign = word.text.firstIndex(of: "=") {
                terminal.variables.append(
                    Terminal.Variable(
                        name: String(word.text[..<sign]),
                        value: String(word.text[word.text.index(after: sign)...])))
            } else {
                terminal.name = word.text
            }
        }
        return terminal
    }

    /// The words that the program shows for what it does.
    static let modes = ["loading", "live", "paused", "done", "failed"]

    private static func wait(_ words: [Words.Word], _ number: Int) throws(ScriptError) -> Wait {
        let texts = words.map(\.text)
        switch (texts.first, texts.count) {
        case ("step", 2): if let step = Int(texts[1]), step >= 0 { return .step(step) }
        case ("text", 2): if !texts[1].isEmpty { return .text(texts[1]) }
        case ("no", 3): if texts[1] == "text", !texts[2].isEmpty { return .noText(texts[2]) }
        case ("end", 1): return .end(0)
        case ("end", 2): if let code = Int(texts[1]) { return .end(code) }
        case (let mode?, 1): if modes.contains(mode) { return .mode(mode) }
        default: break
        }
        throw ScriptError(
            line: number,
            reason:
                "expected wait \(modes.joined(separator: ", ")), step N, text \"…\", no text \"…\", or end [CODE]"
        )
    }

    private static func place(_ words: [Words.Word], _ number: Int) throws(ScriptError) -> Place? {
        if words.isEmpty { return nil }
        let texts = words.map(\.text)
        guard texts.count == 4, texts[0] == "line", texts[2] == "column", let line = Int(texts[1]),
            let column = Int(texts[3])
        else { throw ScriptError(line: number, reason: "expected cursor line N column N") }
        return Place(line: line, column: column)
    }

    /// ` 7|text`, numbered without a gap.
    private static func texts(_ block: [Substring], _ number: Int) throws(ScriptError) -> [String] {
        var texts: [String] = []
        for line in block {
            let row = try row(line, number + texts.count + 1)
            guard row.line == texts.count + 1 else {
                throw ScriptError(
                    line: number + texts.count + 1,
                    reason: "found line \(row.line), expected line \(texts.count + 1)")
            }
            texts.append(row.letters)
        }
        return texts
    }

    private static func row(_ line: Substring, _ number: Int) throws(ScriptError) -> ColourBlock.Row {
        guard let bar = line.firstIndex(of: "|"), let count = Int(line[..<bar].drop { $0 == " " }) else {
            throw ScriptError(line: number, reason: "expected a line number and a bar, as in ' 7|text'")
        }
        return ColourBlock.Row(line: count, letters: String(line[line.index(after: bar)...]))
    }

    /// Rows of letters, then ` a = fg 32 bold`.
    private static func colours(_ block: [Substring], _ number: Int) throws(ScriptError) -> ColourBlock {
        var colours = ColourBlock()
        for (offset, line) in block.enumerated() {
            let place = number + offset + 1
            let words = line.split(separator: " ")
            if words.count >= 3, words[1] == "=", words[0].count == 1, let letter = words[0].first {
                guard let style = CellStyle(words.dropFirst(2).joined(separator: " ")) else {
                    throw ScriptError(
                        line: place,
                        reason: "expected a style such as 'fg 32 bg 0 bold underline reverse'")
                }
                colours.legend.append(ColourBlock.Entry(letter: letter, style: style))
            } else {
                colours.rows.append(try row(line, place))
            }
        }
        let known = Set(colours.legend.map(\.letter)).union([".", " "])
        for row in colours.rows {
            if let letter = row.letters.first(where: { !known.contains($0) }) {
                throw ScriptError(line: number, reason: "letter '\(letter)' is not in the legend")
            }
        }
        return colours
    }
}

/// Words between blanks; quotes hold blanks together, and `\"`, `\\`, `\n` and `\e` are known inside them.
struct Words {
    struct Word {
        let text: String
        let written: String
        let isQuoted: Bool
    }

    private(set) var list: [Word] = []

    init(_ line: Substring, _ number: Int) throws(ScriptError) {
        var rest = line
        while true {
            rest = rest.drop { $0 == " " }
            guard let first = rest.first else { return }
            let start = rest
            var text = ""
            var isInside = false
            while let character = rest.first, isInside || character != " " {
                rest.removeFirst()
                if character == "\"" {
                    isInside.toggle()
                } else if character == "\\", isInside {
                    guard let escaped = rest.popFirst() else { break }
                    switch escaped {
                    case "n": text += "\n"
                    case "e": text += "\u{1B}"
                    default: text.append(escaped)
                    }
                } else {
                    text.append(character)
                }
            }
            if isInside, start.count > 1 {
                throw ScriptError(line: number, reason: "a quote has no end: \(start)")
            }
            // A lone quote is a key like any other.
            let written = String(start[..<rest.startIndex])
            list.append(
                Word(
                    text: isInside ? "\"" : text, written: written,
                    isQuoted: first == "\"" && !isInside))
        }
    }
}
