import FoundationEssentials
import HybridKV
import TestSupport
import Testing

@testable import KVFacts
@testable import KVFiles
@testable import KVInputs
@testable import KVModel

/// Against what Hugging Face tokenizers gave; see Tests/Goldens/transformers/README.md.
@Suite struct TokenizerGoldenTests {
    let tokenizer: Tokenizer

    init() throws {
        tokenizer = try Checkpoint(folder: Repository.sampleModel).tokenizer(vocabularySize: 512)
    }

    private struct Strings: Decodable {
        struct Row: Decodable {
            let text: String
            let ids: [Int32]
        }
        let strings: [Row]
    }

    @Test func hardStringsGetTheSameTokens() {
        let rows = InputGoldens.decode(Strings.self, "tokens.json").strings
        #expect(rows.count > 100)
        for row in rows {
            let ids = tokenizer.encode(row.text)
            #expect(ids == row.ids, "\(row.text.debugDescription)")
        }
    }

    private struct RandomStrings: Decodable {
        let seed: UInt64
        let strings: Int
        let text_hash: String
        let counts: [Int]
        let hashes: String
    }

    @Test func randomStringsGetTheSameTokens() {
        let golden = InputGoldens.decode(RandomStrings.self, "tokens-random.json")
        let expected = Array(golden.hashes.utf8)
        var random = SplitMix64(seed: golden.seed)
        var textHash = FNV()
        for index in 0..<golden.strings {
            let text = RandomText.next(&random)
            textHash.add(Array(text.utf8))
            let ids = tokenizer.encode(text)
            var hash = FNV()
            hash.add(ids.flatMap { id in withUnsafeBytes(of: id.littleEndian) { Array($0) } })
            let matches =
                Array(hash.hexadecimal.utf8.prefix(8)).elementsEqual(expected[8 * index..<8 * index + 8])
            #expect(matches && ids.count == golden.counts[index], "string \(index): \(text.debugDescription)")
            // NFC may change the scalars, but never what the text canonically is.
            #expect(tokenizer.decode(ids, skipSpecial: false) == text)
        }
        #expect(textHash.hexadecimal == golden.text_hash, "the generator differs, not the tokenizer")
    }

    private struct Classes: Decodable {
        let letters: [[UInt32]]
        let numbers: [[UInt32]]
        let spaces: [[UInt32]]
    }

    @Test func everyScalarHasItsClass() {
        let golden = InputGoldens.decode(Classes.self, "unicode-classes.json")
        var expected = [PreTokenizer.Class](repeating: .other, count: 0x110000)
        let groups: [(PreTokenizer.Class, [[UInt32]])] = [
            (.letter, golden.letters), (.number, golden.numbers), (.space, golden.spaces),
        ]
        for (group, ranges) in groups {
            for range in ranges {
                for value in range[0]...range[1] { expected[Int(value)] = group }
            }
        }
        expected[0x0A] = .newline
        expected[0x0D] = .newline
        var wrong: [String] = []
        for value in UInt32(0)..<0x110000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            if PreTokenizer.classify(scalar) != expected[Int(value)] {
                wrong.append(String(value, radix: 16))
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(20))")
    }
}

/// The golden generator of random strings, described in the goldens' README.
private enum RandomText {
    static let picks = Array(" \t\n\r'.,!0123456789stmdlv".unicodeScalars.map(\.value))
    static let marks: [UInt32] = [
        0x200D, 0xFE0F, 0xFE0E, 0x20E3, 0x1F3FB, 0x1F3FC, 0x1F3FF, 0x1F1E6, 0x1F1FA, 0x1F1F8, 0x1F468,
        0x1F469,
        0x1F467, 0x2764, 0x1F600, 0x1F680, 0x1F308, 0x1F3F3, 0x0301, 0x0300, 0x0308, 0x0323, 0x0327, 0x0345,
        0x0061, 0x0065, 0x1100, 0x1161, 0x11A8, 0x0915, 0x094D, 0x093C,
    ]

    static func next(_ random: inout SplitMix64) -> String {
        let length = random.next() % 24
        var text = String.UnicodeScalarView()
        for _ in 0..<length {
            let pick = random.next() % 8
            let value = scalar(pick, random.next())
            text.append(Unicode.Scalar(value) ?? "?")
        }
        return String(text)
    }

    private static func scalar(_ pick: UInt64, _ r: UInt64) -> UInt32 {
        switch pick {
        case 0...2: return 0x20 + UInt32(r % 95)
        case 3: return picks[Int(r % 24)]
        case 4: return 0xC0 + UInt32(r % 1136)
        case 5: return 0x4E00 + UInt32(r % 20992)
        case 6:
            let value = UInt32(r % 0x10F800)
            return value >= 0xD800 ? value + 0x800 : value
        default: return marks[Int(r % 32)]
        }
    }
}

/// 64-bit FNV-1a.
private struct FNV {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    var hexadecimal: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
