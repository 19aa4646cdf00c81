import HybridKV
import TestSupport
import Testing

@Suite struct StreamingDetokenizerTests {
    let tokenizer: Tokenizer

    init() throws {
        tokenizer = try TinyTokenizer().tokenizer()
    }

    @Test func charactersComeOutWhole() {
        var stream = StreamingDetokenizer(tokenizer)
        // Each byte of the emoji is a token of its own.
        let pieces = Array("a😀é".utf8).map { stream.append(Int32($0)) }
        #expect(pieces == ["a", "", "", "", "😀", "", "é"])
        #expect(stream.finish() == "")
    }

    @Test func anUnfinishedCharacterIsReplacedAtTheEnd() {
        var stream = StreamingDetokenizer(tokenizer)
        #expect(stream.append(0xF0) == "" && stream.append(0x9F) == "")
        #expect(stream.finish() == "\u{FFFD}")
        #expect(stream.finish() == "")
    }

    @Test func bytesThatCannotBeginACharacterDoNotWait() {
        var stream = StreamingDetokenizer(tokenizer)
        // A surrogate's lead, an overlong form, a lone continuation byte.
        for bytes: [UInt8] in [[0xED, 0xA0], [0xE0, 0x80], [0x80], [0xF5], [0xC0]] {
            let text = bytes.map { stream.append(Int32($0)) }.joined()
            #expect(text == String(decoding: bytes, as: UTF8.self) && stream.finish() == "")
        }
    }

    @Test func specialTokensCanBeShown() {
        var shown = StreamingDetokenizer(tokenizer, skipSpecial: false)
        var skipped = StreamingDetokenizer(tokenizer)
        #expect(shown.append(300) == "<|x|>" && skipped.append(300) == "")
    }

    @Test func piecesAddUpToDecodingAtOnce() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<2000 {
            let count = Int.random(in: 0..<24, using: &random)
            let tokens = (0..<count).map { _ in
                // Mostly bytes beyond ASCII: broken sequences of all kinds.
                Bool.random(using: &random) ? Int32.random(in: 0x80...0xFF, using: &random) : 259
            }
            var stream = StreamingDetokenizer(tokenizer)
            let text = tokens.map { stream.append($0) }.joined() + stream.finish()
            #expect(text == tokenizer.decode(tokens, skipSpecial: true))
        }
    }
}
