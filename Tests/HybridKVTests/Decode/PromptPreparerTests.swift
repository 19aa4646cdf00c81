import HybridKV
import TestSupport
import Testing

/// From a conversation to a prompt: which token stands for what, and what is refused.
@Suite struct PromptPreparerTests {
    private let preparer: PromptPreparer

    init() throws {
        preparer = try SampleModel.shared.get().preparer
    }

    private func picture(_ name: String) -> ContentItem {
        .image(Golden.path("transformers/pictures/\(name).png"))
    }

    @Test func picturesOfAllTurnsAreCountedInOrder() throws {
        let messages = [
            Message(
                role: .user,
                content: [picture("cells-2x3"), picture("cells-3x4"), .text("Which is larger?")]),
            Message(role: .assistant, text: "The second."),
            Message(role: .user, content: [.text("And now "), picture("cells-4x2"), .text(" this one?")]),
            Message(role: .assistant, text: "Neither."),
            Message(role: .user, content: [.text("Look at "), picture("five-1")]),
        ]
        let (prompt, view) = try preparer.prepare(
            PromptRequest(title: "sizes", messages: messages, expectedAnswer: "none"))
        let layout = prompt.layout
        #expect(
            layout.segments.map(\.kind) == [
                .text, .image, .text, .image, .text, .image, .text, .image, .text,
            ])
        #expect(layout.visualSegments.map(\.index) == [0, 1, 2, 3])
        #expect(layout.visualSegments.map { $0.grid?.count } == layout.visualSegments.map(\.count))
        for (segment, image) in zip(layout.visualSegments, prompt.images) {
            #expect(segment.grid == CellGrid(rows: image.grid.h / 2, columns: image.grid.w / 2))
        }

        #expect(view.title == "sizes" && view.expectedAnswer == "none")
        #expect(view.layout == layout)
        #expect(view.pictureNames == messages.images)
        #expect(view.pictures.map(\.width) == prompt.images.map { $0.grid.w * 14 })
        #expect(view.pictures.map(\.height) == prompt.images.map { $0.grid.h * 14 })
        // The bytes of the text tokens are the rendered conversation.
        let text = layout.segments.filter { !$0.isVisual }.flatMap(\.range).flatMap { view.tokenBytes[$0] }
        let rendered = String(decoding: text, as: UTF8.self)
        #expect(rendered.contains("<|im_start|>assistant\nThe second.<|im_end|>\n<|im_start|>user\nAnd now "))
        #expect(rendered.hasSuffix("<|im_end|>\n<|im_start|>assistant\n"))
    }

    @Test(arguments: ["<|image_pad|>", "see <|image_pad|> there", "<|image_pad|><|image_pad|>"])
    func padsInTheTextAreRefused(text: String) {
        let pads = text.split(separator: "<|image_pad|>", omittingEmptySubsequences: false).count - 1
        #expect(throws: PromptError.pictureCount(pads: pads, pictures: 0)) {
            try preparer.prepare(PromptRequest(messages: [Message(role: .user, text: text)]))
        }
        #expect(throws: PromptError.pictureCount(pads: pads + 1, pictures: 1)) {
            let content = [picture("five-2"), .text(text)]
            return try preparer.prepare(PromptRequest(messages: [Message(role: .user, content: content)]))
        }
    }

    @Test func videoPadsInTheTextAreRefused() {
        #expect(throws: PromptError.videoInText) {
            try preparer.prepare(PromptRequest(messages: [Message(role: .user, text: "<|video_pad|>")]))
        }
    }

    @Test func aTextOfTooManyTokensIsRefused() throws {
        let text = String(repeating: "0 1 2 3 4 5 6 7 8 9 ", count: 500)
        var failure: PromptError?
        do throws(PromptError) {
            _ = try preparer.prepare(PromptRequest(messages: [Message(role: .user, text: text)]))
        } catch {
            failure = error
        }
        guard case .tooLong(let tokens, 4096) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(tokens > 5000)
    }

    @Test func picturesThatCannotBeReadAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("no picture", "text.png")
        try folder.write([], "empty.png")
        let line = MadePNG(width: 1, height: 300, colorType: 0, rows: Array(repeating: [9], count: 300))
        try folder.write(line.bytes, "line.png")
        let failures = try ["missing.png", "text.png", "empty.png", "line.png"].map { name in
            let content = [picture("five-3"), .image(folder.path + "/" + name), .text("What?")]
            var failure: PromptError?
            do throws(PromptError) {
                _ = try preparer.prepare(PromptRequest(messages: [Message(role: .user, content: content)]))
            } catch {
                failure = error
            }
            return try #require(failure)
        }
        for (failure, name) in zip(failures, ["missing.png", "text.png", "empty.png"]) {
            #expect(failure.description.contains(name))
        }
        #expect(failures[3] == .media(.aspectRatio(width: 1, height: 300, limit: 200)))
    }

    @Test func answersEndWhereTheCheckpointSays() {
        #expect(Set(preparer.stopTokens) == [485, 487])
    }
}
