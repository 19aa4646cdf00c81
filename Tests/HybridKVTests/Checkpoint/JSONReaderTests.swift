import HybridKV
import Testing

@testable import KVFiles
@testable import KVInputs
@testable import KVMethods

@Suite struct JSONReaderTests {
    private func parse(_ text: String) throws(JSONFailure) -> JSON { try JSONReader.parse(Array(text.utf8)) }

    @Test func valuesKeepOrderAndExactNumbers() throws {
        let text =
            #" {"b": [1, -0.5, 1e3, 9007199254740993], "a": {"x": null, "y": true}, "s": "é\n\u00e9\ud83d\ude00"} "#
        let object = try #require(try parse(text).objectValue)
        #expect(object.members.map(\.key) == ["b", "a", "s"])
        let numbers = try #require(object["b"]?.arrayValue)
        #expect(numbers[0].intValue == 1 && numbers[1].doubleValue == -0.5 && numbers[2].intValue == 1000)
        // A double would lose the last digit.
        #expect(numbers[3].intValue == 9_007_199_254_740_993)
        #expect(object["a"]?.objectValue?["x"] == nil)
        #expect(object["s"]?.stringValue == "é\né😀")
    }

    @Test func keysThatOnlyLookAlikeStayApart() throws {
        let object = try #require(try parse("{\"\u{e9}\": 1, \"e\u{301}\": 2}").objectValue)
        #expect(object["e\u{301}"]?.intValue == 2)
    }

    @Test(arguments: [
        "", " ", "{", "[", "\"", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}",
        "{1:2}", "nul",
        "truex", "01", "-", "1.", ".5", "+1", "1e", "1e999", "NaN", "Infinity", "[1]x", "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"", "\"\t\"", "{\"a\":1,\"a\":2}", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"",
        "\u{feff}{}",
    ])
    func brokenTextIsRefused(_ text: String) {
        #expect(throws: JSONFailure.self) { try parse(text) }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: JSONFailure.self) { try JSONReader.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONFailure.self) { try JSONReader.parse([0x22, 0x5C, 0x6E, 0xC3, 0x22]) }
    }

    @Test(arguments: ["[", "{\"a\":"])
    func deepNestingIsAnErrorAndNotACrash(_ opening: String) {
        let bomb = String(repeating: opening, count: 1_000_000)
        let failure = #expect(throws: JSONFailure.self) { try parse(bomb) }
        #expect(failure?.problem.contains("nested") == true)
    }

    @Test func aSurrogateHalfIsNamed() {
        let failure = #expect(throws: JSONFailure.self) { try parse(#"["ab\ud83d"]"#) }
        #expect(
            failure
                == JSONFailure(
                    offset: 4, problem: "half of a surrogate pair (\\u escape) without its partner"))
    }
}
