/// Cuts text into the words inside which BPE merges: Qwen2's regular expression as a scanner.
///
/// The expression's alternatives are tried in order at every place:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)
///     [^\r\n\p{L}\p{N}]?\p{L}+
///     \p{N}
///      ?[^\s\p{L}\p{N}]+[\r\n]*
///     \s*[\r\n]+
///     \s+(?!\S)
///     \s+
struct PreTokenizer {
    /// The expression as `tokenizer.json` spells it.
    static let pattern =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"#
        + #" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// What the expression tells scalars apart by.
    enum Class {
        case letter, number, newline, space, other
    }

    /// The version of Unicode that tokenizers knows; to it, later letters are not letters.
    private static let unicodeVersion = 16

    private let scalars: ArraySlice<Unicode.Scalar>
    private let classes: [Class]

    /// Scans `scalars`; the slice's ends count as the text's ends.
    init(_ scalars: ArraySlice<Unicode.Scalar>) {
        self.scalars = scalars
        classes = scalars.map(Self.classify)
    }

    /// Calls `body` with each word in turn; together they are the whole text.
    /// - Complexity: O(scalars).
    func forEachWord(_ body: (ArraySlice<Unicode.Scalar>) -> Void) {
        var start = 0
        while start < classes.count {
            let end = wordEnd(start)
            body(scalars[scalars.startIndex + start..<scalars.startIndex + end])
            start = end
        }
    }

    private func wordEnd(_ start: Int) -> Int {
        if let end = contractionEnd(start) { return end }
        switch classes[start] {
        case .letter: return end(of: .letter, from: start)
        case .number: return start + 1
        case .other:
            return isClass(.letter, at: start + 1) ? end(of: .letter, from: start + 1) : symbolsEnd(start)
        case .newline: return whitespaceEnd(start)
        case .space:
            if isClass(.letter, at: start + 1) { return end(of: .letter, from: start + 1) }
            if scalar(start) == " ", isClass(.other, at: start + 1) { return symbolsEnd(start + 1) }
            return whitespaceEnd(start)
        }
    }

    /// `[^\s\p{L}\p{N}]+[\r\n]*`
    private func symbolsEnd(_ start: Int) -> Int {
        end(of: .newline, from: end(of: .other, from: start))
    }

    /// `\s*[\r\n]+`, then `\s+(?!\S)`, then `\s+`.
    private func whitespaceEnd(_ start: Int) -> Int {
        var end = start
        var lastNewline: Int?
        while end < classes.count, classes[end] == .space || classes[end] == .newline {
            if classes[end] == .newline { lastNewline = end }
            end += 1
        }
        if let lastNewline { return lastNewline + 1 }
        // The last blank before a word belongs to the word.
        return end == classes.count || end == start + 1 ? end : end - 1
    }

    /// `'s`, `'t` and the like, in either case.
    private func contractionEnd(_ start: Int) -> Int? {
        guard scalar(start) == "'", let first = folded(start + 1) else { return nil }
        switch first {
        case "s", "t", "m", "d": return start + 2
        case "r", "v": return folded(start + 2) == "e" ? start + 3 : nil
        case "l": return folded(start + 2) == "l" ? start + 3 : nil
        default: return nil
        }
    }

    /// The scalar at `place` in lower case, as far as contractions need it.
    private func folded(_ place: Int) -> Unicode.Scalar? {
        guard place < classes.count else { return nil }
        let scalar = scalar(place)
        switch scalar.value {
        case 0x41...0x5A: return Unicode.Scalar(scalar.value + 32)
        // The long s matches s when case is ignored.
        case 0x17F: return "s"
        default: return scalar
        }
    }

    private func end(of wanted: Class, from start: Int) -> Int {
        var end = start
        while end < classes.count, classes[end] == wanted { end += 1 }
        return end
    }

    private func isClass(_ wanted: Class, at place: Int) -> Bool {
        place < classes.count && classes[place] == wanted
    }

    private func scalar(_ place: Int) -> Unicode.Scalar { scalars[scalars.startIndex + place] }

    /// `\p{L}`, `\p{N}` and `\s` as Hugging Face's tokenizers understand them.
    static func classify(_ scalar: Unicode.Scalar) -> Class {
        switch scalar.value {
        case 0x61...0x7A, 0x41...0x5A: return .letter
        case 0x30...0x39: return .number
        case 0x0A, 0x0D: return .newline
        case 0x20, 0x09, 0x0B, 0x0C: return .space
        case 0..<0x80: return .other
        default: break
        }
        if let age = scalar.properties.age, age.major > unicodeVersion { return .other }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return scalar.properties.isWhitespace ? .space : .other
        }
    }
}
