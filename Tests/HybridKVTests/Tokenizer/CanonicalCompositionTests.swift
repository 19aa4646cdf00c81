import HybridKV
import TestSupport
import Testing

@testable import KVInputs

@Suite struct CanonicalCompositionTests {
    private func composed(_ text: String) -> [UInt32] {
        CanonicalComposition.compose(Array(text.unicodeScalars)[...]).map(\.value)
    }

    @Test(arguments: [
        ("e\u{301}", [0xE9]),
        ("A\u{30A}\u{212B}", [0xC5, 0xC5]),
        // Marks of different classes are reordered, then the nearest possible one combines.
        ("q\u{307}\u{323}", [0x71, 0x323, 0x307]),
        ("\u{1E9B}\u{323}", [0x1E9B, 0x323]),
        ("a\u{315}\u{300}\u{5AE}b", [0xE0, 0x5AE, 0x315, 0x62]),
        // Excluded from composition; a singleton; a two-step composition.
        ("\u{958}", [0x915, 0x93C]),
        ("\u{2126}\u{F900}", [0x3A9, 0x8C48]),
        ("E\u{304}\u{300}", [0x1E14]),
        ("\u{1100}\u{1161}\u{11A8}\u{AC00}\u{11A8}\u{1112}\u{1161}", [0xAC01, 0xAC01, 0xD558]),
        ("\u{9C7}\u{9BE}\u{301}", [0x9CB, 0x301]),
        ("\u{301}e", [0x301, 0x65]),
    ])
    func marksCombine(_ text: String, _ expected: [UInt32]) {
        #expect(composed(text) == expected)
    }

    @Test func everyTableEntryIsCanonicallyEqual() {
        // The standard library's string equality knows Unicode's data by itself.
        var decomposed = 0
        for value in UInt32(0x80)..<0x30000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = String(scalar)
            let result = CanonicalComposition.compose([scalar][...])
            if result != [scalar] { decomposed += 1 }
            let back = String(String.UnicodeScalarView(result))
            if back != text { Issue.record("U+\(String(value, radix: 16)) became \(result)") }
            if CanonicalComposition.compose(result[...]) != result {
                Issue.record("U+\(value) is not stable")
            }
        }
        #expect(decomposed == 1120)
    }

    @Test func equalTextsBecomeTheSameScalars() {
        var random = SplitMix64(seed: 11)
        let scalars: [Unicode.Scalar] = [
            "a", "e", "\u{E9}", "\u{1E14}", "\u{301}", "\u{300}", "\u{304}", "\u{323}", "\u{327}", "\u{345}",
            "\u{1100}",
            "\u{1161}", "\u{11A8}", "\u{AC00}", "\u{3B1}", "\u{1F80}", "\u{915}", "\u{93C}", "\u{5D0}",
            "\u{5B4}",
        ]
        var texts: [String: [Unicode.Scalar]] = [:]
        for _ in 0..<20_000 {
            let length = Int.random(in: 1...4, using: &random)
            let source = (0..<length).map { _ in scalars[Int.random(in: 0..<scalars.count, using: &random)] }
            let result = CanonicalComposition.compose(source[...])
            let text = String(String.UnicodeScalarView(source))
            if let other = texts[text], other != result {
                Issue.record("\(source) gave \(result), not \(other)")
            }
            texts[text] = result
        }
    }
}
