import HybridKV
import Testing

@Suite struct MessagesFileTests {
    private func parse(_ text: String) throws(TokenizerError) -> [Message] {
        try MessagesFile.parse(json: Array(text.utf8))
    }

    @Test func everySpellingOfAPictureIsRead() throws {
        for item in [
            #"{"type":"image","image":"a b.png"}"#, #"{"type":"image","path":"a b.png"}"#,
            #"{"image":"a b.png"}"#,
            #"{"type":"image","url":"a b.png"}"#, #"{"type":"image_url","image_url":"a b.png"}"#,
            #"{"type":"image_url","image_url":{"url":"file://a b.png"}}"#,
        ] {
            let text = #"[{"role":"user","content":[\#(item),{"type":"text","text":"What\u003f"}]}]"#
            #expect(try parse(text) == [Message(role: .user, content: [.image("a b.png"), .text("What?")])])
        }
    }

    @Test func contentMayBeAString() throws {
        let text = #"{"messages":[{"role":"system","content":"s"},{"role":"assistant","content":""}]}"#
        #expect(try parse(text) == [Message(role: .system, text: "s"), Message(role: .assistant, text: "")])
    }

    @Test(arguments: [
        ("[]", "the list of messages"), ("{}", "the top level"), ("3", "the top level"), ("[1]", "message 1"),
        (#"[{"content":"x"}]"#, "message 1's role"),
        (#"[{"role":"tool","content":"x"}]"#, "message 1's role"),
        (#"[{"role":"user","content":"x"},{"role":"user"}]"#, "message 2's content"),
        (#"[{"role":"user","content":[3]}]"#, "message 1's content item 1"),
        (#"[{"role":"user","content":[{"type":"text"}]}]"#, "message 1's content item 1's text"),
        (#"[{"role":"user","content":[{"type":"image"}]}]"#, "message 1's content item 1's image"),
        (#"[{"role":"user","content":[{"type":"image","image":""}]}]"#, "message 1's content item 1's image"),
        (
            #"[{"role":"user","content":[{"type":"video","video":"v.mp4"}]}]"#,
            "message 1's content item 1's type"
        ),
        (
            #"[{"role":"user","content":[{"type":"image","image":"https://example.org/a.png"}]}]"#,
            "message 1's content item 1's image"
        ),
    ])
    func badMessagesAreNamedByPlace(_ text: String, _ place: String) throws {
        let error = #expect(throws: TokenizerError.self) { try parse(text) }
        guard case .messages(let found, _, _) = try #require(error) else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(found == place)
    }

    @Test func halfASurrogatePairIsAnErrorAndNotAQuestionMark() {
        let error = #expect(throws: TokenizerError.self) {
            try parse(#"[{"role":"user","content":"\ud83d"}]"#)
        }
        #expect(error?.description.contains("surrogate") == true)
    }
}
