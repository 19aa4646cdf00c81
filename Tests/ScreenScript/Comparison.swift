/// What a screen or an output has to be beside what it is.
package enum Comparison {
    /// Lines that are printed of a mismatch.
    private static let limit = 6

    /// Where lines differ, expected and found beside each other; nil when they agree.
    package static func texts(expected: [String], found: [String]) -> String? {
        let lines = (0..<max(expected.count, found.count)).filter { line in
            guard line < expected.count, line < found.count else { return true }
            return Mask.alignment(expected: Array(expected[line]), found: Array(found[line])) == nil
        }
        if lines.isEmpty { return nil }
        func pick(_ texts: [String], _ line: Int) -> String { line < texts.count ? texts[line] : "(no line)" }
        return report(lines, "line") { (pick(expected, $0), pick(found, $0)) }
    }

    /// Where colours differ; nil when they agree. Texts are compared by `texts`.
    package static func colours(
        expected: ColourBlock, texts: [String], found: ScreenImage
    ) -> String? {
        var differences: [Int: (String, String)] = [:]
        for line in found.lines.indices {
            let text = line < texts.count ? Array(texts[line]) : []
            let places = Mask.alignment(expected: text, found: Array(found.text(line)))
            let columns = text.contains("~") ? places : nil
            for (column, style) in found.styles(line).enumerated() {
                // A number that varies may have moved what stands behind it.
                let place = columns.map { $0.indices.contains(column) ? $0[column] : column } ?? column
                let wanted = expected.style(line, place)
                guard wanted != style else { continue }
                differences[line] = (
                    "column \(column + 1): \(wanted)", "column \(column + 1): \(style)"
                )
                break
            }
        }
        if differences.isEmpty { return nil }
        return report(differences.keys.sorted(), "colours of line") { differences[$0] ?? ("", "") }
    }

    private static func report(_ lines: [Int], _ noun: String, _ pair: (Int) -> (String, String)) -> String {
        let shown = lines.prefix(limit)
        let width = shown.map { pair($0).0.count }.max() ?? 0
        var text = "expected" + String(repeating: " ", count: max(1, width + 4 - 8)) + "found\n"
        for line in shown {
            let (expected, found) = pair(line)
            text += "\(noun) \(line + 1)\n"
            text += expected + String(repeating: " ", count: width - expected.count) + "  | " + found + "\n"
        }
        if lines.count > limit { text += "and \(lines.count - limit) more\n" }
        return text
    }
}
