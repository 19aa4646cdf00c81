/// Numbers that differ from run to run, such as times.
///
/// In a script a run of `~` stands for such a number: digits, points, or the bar that draws it. It may be longer or
/// shorter than the run, and the blanks beside it may be more or fewer, as columns make them.
package enum Mask {
    /// The sets that `vary` knows by name; a template is text in which `~` stands for a number or a bar.
    static let sets: [String: [String]] = [
        "ms": [
            "~ ms", "~ms", "ms/token ~", "(p50 ~ p95 ~)", "p50 ~  p95 ~", "p50 ~ ms a token, p95 ~",
            "proj ~", "attn ~", "retr ~", "rest ~", "vision ~, prefill ~ ms",
            "projections ~ |~|", "attention ~ |~|", "retrieval ~ |~|", "sampling ~ |~|", "other ~ |~|",
            "last steps ~", "projections ~, attention ~, retrieval ~, sampling ~, other ~",
            "ms/token p50 ~", "ms/token p50 ~ ~", "ms/token p50 ~ ~ ~", "ms/token p50 ~ ~ ~ ~",
            "  ms p50 ~", "  ms p50 ~ ~",
        ]
    ]

    /// Writes `~` over what the templates or sets name.
    package static func masked(_ text: String, by names: [String]) -> String {
        let line = Array(text)
        var result = line
        for template in names.flatMap({ sets[$0] ?? [$0] }) {
            let pattern = Array(template)
            for start in line.indices where start == 0 || !isNumber(line[start - 1]) || pattern.first != "~" {
                guard let varying = match(pattern, line, start) else { continue }
                for place in varying { result[place] = "~" }
            }
        }
        return String(result)
    }

    /// The places that `~` covers, when a pattern stands at a place. Blanks match as many or more.
    private static func match(_ pattern: [Character], _ line: [Character], _ start: Int) -> [Int]? {
        var place = start
        var varying: [Int] = []
        for (index, character) in pattern.enumerated() {
            switch character {
            case "~":
                let from = place
                let isPart = from < line.count && isNumber(line[from]) ? isNumber : isBarGlyph
                while place < line.count, isPart(line[place]) { place += 1 }
                guard place > from else { return nil }
                varying += from..<place
            case " ":
                guard place < line.count, line[place] == " " else { return nil }
                place += 1
                let isLast = index + 1 == pattern.count || pattern[index + 1] != " "
                while isLast, place < line.count, line[place] == " " { place += 1 }
            default:
                guard place < line.count, line[place] == character else { return nil }
                place += 1
            }
        }
        return varying
    }

    static func isNumber(_ character: Character) -> Bool {
        character.isASCII && character.isNumber || character == "."
    }

    static func isBarGlyph(_ character: Character) -> Bool {
        isNumber(character) || "▏▎▍▌▋▊▉█·▁▂▃▄▅▆▇#".contains(character)
    }

    /// Which expected cell each found one stands for; nil when the texts differ.
    ///
    /// Both are characters without blanks at the end.
    static func alignment(expected: [Character], found: [Character]) -> [Int]? {
        guard expected.contains("~") else { return expected == found ? Array(expected.indices) : nil }
        var places: [Int] = []
        var wanted = 0
        while wanted < expected.count {
            let character = expected[wanted]
            let run = expected[wanted...].prefix { $0 == character }.count
            if character == "~" || character == " " && touchesMask(expected, wanted, run) {
                let from = places.count
                while places.count < found.count,
                    character == " " ? found[places.count] == " " : isBarGlyph(found[places.count])
                {
                    places.append(min(wanted + places.count - from, wanted + run - 1))
                }
                guard places.count > from else { return nil }
                wanted += run
            } else {
                guard places.count < found.count, found[places.count] == character else { return nil }
                places.append(wanted)
                wanted += 1
            }
        }
        return places.count == found.count ? places : nil
    }

    private static func touchesMask(_ expected: [Character], _ start: Int, _ run: Int) -> Bool {
        start > 0 && expected[start - 1] == "~"
            || start + run < expected.count && expected[start + run] == "~"
    }
}
