/// The names of keys, as help, messages and the configuration write them.
extension Key {
    private static let names: [(key: Key, name: String, others: [String])] = [
        (.character(" "), "Space", []), (.up, "Up", []), (.down, "Down", []), (.left, "Left", []),
        (.right, "Right", []), (.home, "Home", []), (.end, "End", []), (.pageUp, "PgUp", ["page-up"]),
        (.pageDown, "PgDn", ["page-down"]), (.tab, "Tab", []), (.backTab, "Shift-Tab", ["back-tab"]),
        (.enter, "Enter", ["return"]), (.escape, "Esc", ["escape"]), (.backspace, "Backspace", []),
        (.delete, "Delete", []),
    ]

    /// `x`, `Space`, `Ctrl-R`, `F5`.
    package var name: String {
        switch self {
        case .control(let character): "Ctrl-\(character.uppercased())"
        case .function(let number): "F\(number)"
        case .character(let character) where character != " ": String(character)
        default: Self.names.first { $0.key == self }?.name ?? ""
        }
    }

    /// Reads a key's name: one character stands for itself; all other names are the same in capitals.
    package init?(named text: String) {
        if let character = text.first, text.count == 1 {
            self = .character(character)
            return
        }
        let word = text.lowercased()
        if let found = Self.names.first(where: { $0.name.lowercased() == word || $0.others.contains(word) }) {
            self = found.key
            return
        }
        if word.hasPrefix("f"), let number = Int(word.dropFirst()), 1...12 ~= number {
            self = .function(number)
            return
        }
        for prefix in ["ctrl-", "control-", "c-"] where word.hasPrefix(prefix) {
            let rest = word.dropFirst(prefix.count)
            guard rest.count == 1, let letter = rest.first, letter.isASCII, letter.isLetter else {
                return nil
            }
            self = .control(letter)
            return
        }
        return nil
    }
}

extension Key: ExpressibleByStringLiteral {
    /// A printable character.
    package init(stringLiteral value: String) {
        self = .character(value.first ?? " ")
    }
}
