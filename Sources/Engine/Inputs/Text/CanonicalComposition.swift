/// Unicode normalisation form C, which the standard library keeps to itself.
///
/// Follows the Unicode standard, chapter 3.11: decompose, order marks by combining class, compose.
enum CanonicalComposition {
    /// Below this scalar nothing combines, so that text is already normalised.
    private static let firstCombining: UInt32 = 0x300

    /// The scalars in normalisation form C.
    /// - Complexity: O(scalars), for sane numbers of marks on one letter.
    static func compose(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        guard scalars.contains(where: { $0.value >= firstCombining }) else { return Array(scalars) }
        var decomposed: [Mark] = []
        decomposed.reserveCapacity(scalars.count)
        for scalar in scalars { decompose(scalar.value, into: &decomposed) }
        sortMarks(&decomposed)
        return compose(decomposed)
    }

    /// A scalar and its canonical combining class.
    private struct Mark {
        let scalar: UInt32
        let combiningClass: UInt8
    }

    // MARK: Steps

    private static func decompose(_ scalar: UInt32, into result: inout [Mark]) {
        if let parts = Hangul.parts(of: scalar) {
            result += parts.map { Mark(scalar: $0, combiningClass: 0) }
        } else if scalar >= 0xC0, let (first, second) = Table.shared.parts[scalar] {
            decompose(first, into: &result)
            if second != 0 { result.append(mark(second)) }
        } else {
            result.append(mark(scalar))
        }
    }

    private static func mark(_ scalar: UInt32) -> Mark {
        guard scalar >= firstCombining, let known = Unicode.Scalar(scalar) else {
            return Mark(scalar: scalar, combiningClass: 0)
        }
        return Mark(scalar: scalar, combiningClass: known.properties.canonicalCombiningClass.rawValue)
    }

    /// Orders each run of marks by class; marks of one class keep their order.
    private static func sortMarks(_ marks: inout [Mark]) {
        var start = 0
        while start < marks.count {
            guard marks[start].combiningClass != 0 else {
                start += 1
                continue
            }
            let end = marks[start...].firstIndex { $0.combiningClass == 0 } ?? marks.count
            if end - start > 1 {
                // sort is stable: documented since Swift 6.
                marks[start..<end].sort { $0.combiningClass < $1.combiningClass }
            }
            start = end
        }
    }

    private static func compose(_ marks: [Mark]) -> [Unicode.Scalar] {
        var result: [UInt32] = []
        result.reserveCapacity(marks.count)
        var starter: Int?
        var lastClass: UInt8 = 0
        for mark in marks {
            if let starter {
                // A mark is blocked from its starter by an uncombined one of the same or a higher class.
                let isNext = starter == result.count - 1
                let isBlocked = !isNext && lastClass >= mark.combiningClass
                if !isBlocked, let whole = pair(result[starter], mark.scalar) {
                    result[starter] = whole
                    continue
                }
            }
            if mark.combiningClass == 0 { starter = result.count }
            lastClass = mark.combiningClass
            result.append(mark.scalar)
        }
        return result.compactMap(Unicode.Scalar.init)
    }

    private static func pair(_ first: UInt32, _ second: UInt32) -> UInt32? {
        Hangul.whole(first, second) ?? Table.shared.wholes[UInt64(first) << 32 | UInt64(second)]
    }

    // MARK: Data

    private struct Table: Sendable {
        static let shared = Table()

        /// Scalar to its parts; a lone part has 0 behind it.
        let parts: [UInt32: (UInt32, UInt32)]
        /// First part << 32 | second part to the whole; without the scalars excluded from composition.
        let wholes: [UInt64: UInt32]

        private init() {
            var parts: [UInt32: (UInt32, UInt32)] = [:]
            var wholes: [UInt64: UInt32] = [:]
            var scalar: UInt32 = 0
            for word in CanonicalDecompositions.text.split(whereSeparator: \.isWhitespace) {
                if word.hasSuffix(":") {
                    scalar = UInt32(word.dropLast(), radix: 16) ?? 0
                    continue
                }
                let numbers = word.split(separator: "+").compactMap { UInt32($0, radix: 16) }
                let second = numbers.count > 1 ? numbers[1] : 0
                parts[scalar] = (numbers[0], second)
                let isExcluded = Unicode.Scalar(scalar)?.properties.isFullCompositionExclusion ?? true
                if second != 0, !isExcluded { wholes[UInt64(numbers[0]) << 32 | UInt64(second)] = scalar }
                scalar += 1
            }
            self.parts = parts
            self.wholes = wholes
        }
    }

    /// Hangul syllables: computed, Unicode standard chapter 3.12.
    private enum Hangul {
        static let syllables: Range<UInt32> = 0xAC00..<0xD7A4
        static let leads: Range<UInt32> = 0x1100..<0x1113
        static let vowels: Range<UInt32> = 0x1161..<0x1176
        static let trails: Range<UInt32> = 0x11A8..<0x11C3
        static let trailCount: UInt32 = 28

        static func parts(of scalar: UInt32) -> [UInt32]? {
            guard syllables.contains(scalar) else { return nil }
            let index = scalar - syllables.lowerBound
            let lead = leads.lowerBound + index / (UInt32(vowels.count) * trailCount)
            let vowel = vowels.lowerBound + index / trailCount % UInt32(vowels.count)
            let trail = index % trailCount
            return trail == 0 ? [lead, vowel] : [lead, vowel, trails.lowerBound - 1 + trail]
        }

        static func whole(_ first: UInt32, _ second: UInt32) -> UInt32? {
            if leads.contains(first), vowels.contains(second) {
                let lead = first - leads.lowerBound
                return syllables.lowerBound
                    + (lead * UInt32(vowels.count) + second - vowels.lowerBound) * trailCount
            }
            let isOpen = syllables.contains(first) && (first - syllables.lowerBound) % trailCount == 0
            return isOpen && trails.contains(second) ? first + second - trails.lowerBound + 1 : nil
        }
    }
}
