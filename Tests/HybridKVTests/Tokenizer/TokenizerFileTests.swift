import HybridKV
import TestSupport
import Testing

@testable import KVInputs

/// A `tokenizer.json` in pieces, so that each test changes one.
struct TinyTokenizer {
    var normalizer = #"{"type":"NFC"}"#
    var splitPattern = #"{"Regex":"\#(jsonPattern)"}"#
    var byteLevel = #"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}"#
    var decoder = #"{"type":"ByteLevel"}"#
    var postProcessor = "null"
    var modelType = "\"BPE\""
    var modelExtra = ""
    var extraEntries: [(String, Int)] = [("he", 256), ("ll", 257), ("llo", 258), ("hello", 259)]
    var merges = #"["h e",["l","l"],"ll o","he llo"]"#
    var added =
        #"[{"id":300,"content":"<|x|>","special":true},{"id":301,"content":"<|x|>y","special":false},"#
        + #"{"id":302,"content":"[L]","lstrip":true},{"id":303,"content":"[R]","rstrip":true},"#
        + #"{"id":304,"content":"word","single_word":true},{"id":305,"content":"e\u0301!","normalized":true}]"#

    private static let jsonPattern = PreTokenizer.pattern.replacing(#"\"#, with: #"\\"#)

    var json: [UInt8] {
        func quoted(_ text: String) -> String {
            "\"" + text.replacing(#"\"#, with: #"\\"#).replacing("\"", with: #"\""#) + "\""
        }
        let entries =
            ByteAlphabet.scalars.enumerated().map { (String($0.element), $0.offset) } + extraEntries
        let vocabulary = entries.map { "\(quoted($0.0)):\($0.1)" }.joined(separator: ",")
        let text = """
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":\(added),"normalizer":\(normalizer),
            "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":\(splitPattern),
            "behavior":"Isolated","invert":false},\(byteLevel)]},"post_processor":\(postProcessor),
            "decoder":\(decoder),"model":{"type":\(modelType),\(modelExtra)"vocab":{\(vocabulary)},"merges":\(merges)}}
            """
        return Array(text.utf8)
    }

    func tokenizer() throws -> Tokenizer { try Tokenizer(json: json) }
}

@Suite struct TokenizerFileTests {
    @Test func mergesApplyByRankLeftmostFirst() throws {
        let tokenizer = try TinyTokenizer().tokenizer()
        #expect(tokenizer.encode("hello") == [259])
        #expect(tokenizer.encode("hell") == [256, 257])
        // Three l: the left two merge.
        #expect(tokenizer.encode("lll") == [257] + tokenizer.encode("l"))
        #expect(tokenizer.vocabularySize == 306)
    }

    @Test func aWholeWordWinsWhenMergesAreIgnored() throws {
        var file = TinyTokenizer()
        file.extraEntries.append(("ehe", 260))
        #expect(try file.tokenizer().encode("ehe").count == 2)
        file.modelExtra = "\"ignore_merges\":true,"
        #expect(try file.tokenizer().encode("ehe") == [260])
    }

    @Test func addedTokensFollowTheirFlags() throws {
        let tokenizer = try TinyTokenizer().tokenizer()
        #expect(tokenizer.encode("<|x|>") == [300])
        // The longest of those that start at one place.
        #expect(tokenizer.encode("<|x|>y") == [301])
        #expect(tokenizer.encode("h \n [L]h") == tokenizer.encode("h") + [302] + tokenizer.encode("h"))
        #expect(tokenizer.encode("h[R] \n h") == tokenizer.encode("h") + [303] + tokenizer.encode("h"))
        #expect(tokenizer.encode("word") == [304])
        #expect(tokenizer.encode(" word.").contains(304))
        #expect(!tokenizer.encode("swords").contains(304))
        // Matches after normalisation, whatever the spelling.
        #expect(tokenizer.encode("\u{E9}!") == [305] && tokenizer.encode("e\u{301}!") == [305])
        #expect(tokenizer.isSpecial(300) && !tokenizer.isSpecial(301) && !tokenizer.isSpecial(-1))
        #expect(tokenizer.id(of: "<|x|>") == 300 && tokenizer.id(of: "hello") == nil)
    }

    @Test func decodingSkipsSpecialTokensAndUnknownIDs() throws {
        let tokenizer = try TinyTokenizer().tokenizer()
        #expect(tokenizer.decode([259, 300, 301, 299, 9999, -5], skipSpecial: true) == "hello<|x|>y")
        #expect(tokenizer.decode([259, 300], skipSpecial: false) == "hello<|x|>")
        #expect(tokenizer.bytes(of: 299).isEmpty && tokenizer.bytes(of: .max).isEmpty)
    }

    @Test func nothingIsNormalisedWithoutANormaliser() throws {
        var file = TinyTokenizer()
        file.normalizer = "null"
        let tokenizer = try file.tokenizer()
        #expect(tokenizer.decode(tokenizer.encode("e\u{301}"), skipSpecial: false).unicodeScalars.count == 2)
        #expect(try TinyTokenizer().tokenizer().encode("e\u{301}").count == 2)
    }

    private static let foreign: [(name: String, change: @Sendable (inout TinyTokenizer) -> Void)] = [
        ("WordPiece", { $0.modelType = "\"WordPiece\"" }),
        ("NFKC", { $0.normalizer = #"{"type":"NFKC"}"# }),
        ("\\p{N}{1,3}", { $0.splitPattern = #"{"Regex":"\\p{N}{1,3}"}"# }),
        ("no Regex", { $0.splitPattern = #"{"String":" "}"# }),
        ("Metaspace", { $0.byteLevel = #"{"type":"Metaspace"}"# }),
        ("use_regex", { $0.byteLevel = #"{"type":"ByteLevel","add_prefix_space":false}"# }),
        (
            "add_prefix_space",
            { $0.byteLevel = #"{"type":"ByteLevel","add_prefix_space":true,"use_regex":false}"# }
        ),
        ("WordPiece", { $0.decoder = #"{"type":"WordPiece"}"# }),
        ("TemplateProcessing", { $0.postProcessor = #"{"type":"TemplateProcessing"}"# }),
        ("##", { $0.modelExtra = "\"continuing_subword_prefix\":\"##\"," }),
        ("0.1", { $0.modelExtra = #""dropout":0.1,"# }),
    ]

    @Test(arguments: foreign.indices)
    func otherKindsOfTokenizersAreRefusedByName(_ index: Int) throws {
        var file = TinyTokenizer()
        Self.foreign[index].change(&file)
        let error = #expect(throws: TokenizerError.self) { try file.tokenizer() }
        guard case .unsupported(_, let found, _) = try #require(error) else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(found.contains(Self.foreign[index].name))
    }

    private static let broken: [(TokenizerError, @Sendable (inout TinyTokenizer) -> Void)] = [
        (.unknownMergeToken(merge: 0, token: "zz"), { $0.merges = #"["zz h"]"# }),
        (.unknownMergeToken(merge: 0, token: "hz"), { $0.merges = #"["h z"]"# }),
        (
            .malformed(place: "model.merges[0]", expected: "[\"a\", \"b\"] or \"a b\"", found: "\"a b c\""),
            { $0.merges = #"["a b c"]"# }
        ),
        (
            .malformed(
                place: "model.merges[0]", expected: "[\"a\", \"b\"] or \"a b\"", found: "an array of 1"),
            { $0.merges = #"[["a"]]"# }
        ),
        (.malformed(place: "model.merges", expected: "an array", found: "an object"), { $0.merges = "{}" }),
        (.duplicateID(id: 256, tokens: ["he", "xx"]), { $0.extraEntries.append(("xx", 256)) }),
        (
            .duplicateID(id: 256, tokens: ["he", "<|q|>"]),
            { $0.added = #"[{"id":256,"content":"<|q|>"}]"# }
        ),
        (
            .malformed(place: "model.vocab[\"xx\"]", expected: "an id in 0..<2097152", found: "-1"),
            { $0.extraEntries.append(("xx", -1)) }
        ),
        (
            .malformed(place: "added_tokens[0].id", expected: "an id in 0..<2097152", found: "null"),
            { $0.added = #"[{"content":"<|q|>"}]"# }
        ),
        (
            .malformed(place: "added_tokens[0].content", expected: "a string", found: "\"\""),
            { $0.added = #"[{"id":1,"content":""}]"# }
        ),
        (.malformed(place: "decoder", expected: "ByteLevel", found: "missing"), { $0.decoder = "null" }),
    ]

    @Test(arguments: broken.indices)
    func brokenPartsAreNamed(_ index: Int) {
        var file = TinyTokenizer()
        Self.broken[index].1(&file)
        #expect(throws: Self.broken[index].0) { try file.tokenizer() }
    }

    @Test func aVocabularyWithoutAByteIsRefused() {
        let text = String(decoding: TinyTokenizer().json, as: UTF8.self)
        // "Ā" stands for byte 0.
        let json = Array(text.replacing("\"\u{100}\":0", with: "\"zz\":0").utf8)
        #expect(throws: TokenizerError.missingByte(0)) { try Tokenizer(json: json) }
    }

    @Test func everyTruncationIsAnError() throws {
        let json = TinyTokenizer().json
        for count in stride(from: 0, to: json.count, by: 37) {
            #expect(throws: TokenizerError.self) { try Tokenizer(json: Array(json.prefix(count))) }
        }
    }

    @Test func longWordsTakeNoQuadraticTime() throws {
        let tokenizer = try TinyTokenizer().tokenizer()
        let start = ContinuousClock.now
        #expect(tokenizer.encode(String(repeating: "l", count: 50_000)).count == 25_000)
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
