import KVFacts

/// Fits text into columns.
package enum TextWrap {
    /// As many of the parts, from the first on, as fit into `width` columns: a part is shown whole or not at all. Two
    /// spaces between them become one where that saves a part.
    package static func join(_ parts: [String], gap: String, _ width: Int) -> String {
        if gap == "  ", DisplayWidth.of(parts.joined(separator: gap)) > width {
            return join(parts, gap: " ", width)
        }
        var text = ""
        for part in parts {
            let longer = text.isEmpty ? part : text + gap + part
            guard DisplayWidth.of(longer) <= width else { break }
            text = longer
        }
        return text
    }

    /// Lines of at most `width` columns, broken at spaces where there are any; later lines are indented.
    package static func lines(_ text: String, _ width: Int, indent: Int = 0) -> [String] {
        guard width > indent else { return [] }
        var lines: [String] = []
        var line = ""
        for word in words(text) {
            var word = word
            if !line.isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) > width {
                lines.append(line)
                line = ""
            }
            while DisplayWidth.of(word) > width - (lines.isEmpty ? 0 : indent) {
                let room = width - (lines.isEmpty ? 0 : indent)
                let head = prefix(word, room)
                // A wide character in a single column cannot be shown at all.
                guard !head.isEmpty else { return lines }
                lines.append(String(repeating: " ", count: lines.isEmpty ? 0 : indent) + head)
                word = String(word.unicodeScalars.dropFirst(head.unicodeScalars.count).map(Character.init))
            }
            if line.isEmpty {
                line = String(repeating: " ", count: lines.isEmpty ? 0 : indent) + word
            } else {
                line += " " + word
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// What may not be broken: words, and a number with its per cent sign.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        for word in text.split(separator: " ") {
            if let last = words.last, word.hasPrefix("%") {
                words[words.count - 1] = "\(last) \(word)"
            } else {
                words.append(String(word))
            }
        }
        return words
    }

    /// As many characters as fit into `width` columns.
    package static func prefix(_ text: String, _ width: Int) -> String {
        var columns = 0
        let kept = text.unicodeScalars.prefix { scalar in
            columns += DisplayWidth.of(scalar)
            return columns <= width
        }
        return String(String.UnicodeScalarView(kept))
    }
}
