import KVFacts

/// Tokens laid out in lines of a width; a token is never split.
package struct TokenFlow: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        /// Place of the token in its list.
        package let index: Int
        package let text: String
        /// First column, and columns taken.
        package let column: Int
        package let width: Int
    }

    package struct Line: Sendable, Hashable {
        package var items: [Item] = []
    }

    package private(set) var lines: [Line] = []

    /// - Parameters:
    ///   - gap: columns between two tokens.
    ///   - firstIndex: the place of the first token in its list.
    package init(_ texts: [String], width: Int, gap: Int, firstIndex: Int = 0) {
        guard width > 0, !texts.isEmpty else { return }
        var line = Line()
        var column = 0
        for (index, text) in texts.enumerated() {
            let columns = max(1, DisplayWidth.of(text))
            if column > 0, column + columns > width {
                lines.append(line)
                line = Line()
                column = 0
            }
            line.items.append(
                Item(index: firstIndex + index, text: text, column: column, width: min(columns, width)))
            column += columns + gap
        }
        lines.append(line)
    }

    /// The line that holds a token.
    package func line(of index: Int) -> Int {
        lines.firstIndex { ($0.items.last?.index ?? -1) >= index } ?? max(0, lines.count - 1)
    }

    /// The token some lines above or below another, at about the same column.
    package static func move(_ index: Int, byLines step: Int, in flow: TokenFlow) -> Int {
        guard !flow.lines.isEmpty else { return index }
        let from = flow.line(of: index)
        let to = min(max(0, from + step), flow.lines.count - 1)
        if to == from {
            return step > 0
                ? flow.lines[to].items.last?.index ?? index : flow.lines[to].items.first?.index ?? index
        }
        let column = flow.lines[from].items.first { $0.index == index }?.column ?? 0
        let items = flow.lines[to].items
        return (items.last { $0.column <= column } ?? items.first)?.index ?? index
    }
}
