/// A token that is found in text as a whole, before any other rule applies.
struct AddedToken: Sendable, Hashable {
    let id: Int32
    let content: String
    /// Only matches when no word character touches it.
    let isSingleWord: Bool
    /// Also takes the white space to its left.
    let stripsLeft: Bool
    /// Also takes the white space to its right.
    let stripsRight: Bool
    /// Matches in normalised text rather than in the text as given.
    let isNormalized: Bool
    /// Control tokens, which decoding can skip.
    let isSpecial: Bool
}

/// Finds added tokens in text: leftmost first, the longest of those that start at one place.
///
/// Follows `AddedVocabulary.find_matches` of tokenizers.
struct AddedTokenMatcher: Sendable {
    /// A part of the text.
    enum Part {
        case text(ArraySlice<Unicode.Scalar>)
        case token(Int32)
    }

    private struct Pattern: Sendable {
        let scalars: [Unicode.Scalar]
        let token: AddedToken
    }

    /// Patterns by first scalar, longest first.
    private let patterns: [Unicode.Scalar: [Pattern]]

    init(_ tokens: [AddedToken]) {
        var patterns: [Unicode.Scalar: [Pattern]] = [:]
        for token in tokens {
            var scalars = Array(token.content.unicodeScalars)
            if token.isNormalized { scalars = CanonicalComposition.compose(scalars[...]) }
            guard let first = scalars.first else { continue }
            patterns[first, default: []].append(Pattern(scalars: scalars, token: token))
        }
        self.patterns = patterns.mapValues { group in group.sorted { $0.scalars.count > $1.scalars.count } }
    }

    /// Cuts `text` at the added tokens.
    /// - Complexity: O(scalars · tokens with the same first scalar).
    func parts(of text: ArraySlice<Unicode.Scalar>) -> [Part] {
        guard !patterns.isEmpty else { return text.isEmpty ? [] : [.text(text)] }
        var parts: [Part] = []
        var partStart = text.startIndex
        var place = text.startIndex
        while place < text.endIndex {
            guard let match = longestMatch(text, at: place) else {
                place += 1
                continue
            }
            var start = place
            var end = place + match.scalars.count
            place = end
            if match.token.isSingleWord, touchesWord(text, start..<end) { continue }
            if match.token.stripsLeft {
                while start > partStart, text[start - 1].properties.isWhitespace { start -= 1 }
            }
            if match.token.stripsRight {
                while end < text.endIndex, text[end].properties.isWhitespace { end += 1 }
            }
            if partStart < start { parts.append(.text(text[partStart..<start])) }
            parts.append(.token(match.token.id))
            partStart = end
            place = max(place, end)
        }
        if partStart < text.endIndex { parts.append(.text(text[partStart...])) }
        return parts
    }

    private func longestMatch(_ text: ArraySlice<Unicode.Scalar>, at place: Int) -> Pattern? {
        patterns[text[place]]?.first { text[place...].starts(with: $0.scalars) }
    }

    private func touchesWord(_ text: ArraySlice<Unicode.Scalar>, _ range: Range<Int>) -> Bool {
        (range.lowerBound > text.startIndex && Self.isWord(text[range.lowerBound - 1]))
            || (range.upperBound < text.endIndex && Self.isWord(text[range.upperBound]))
    }

    /// `\w` of a Unicode regular expression.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        if properties.isAlphabetic || properties.isJoinControl { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return false
        }
    }
}
