import HybridKV
import TestSupport
import Testing

@testable import KVDecode
@testable import KVInputs

@Suite struct ChatTemplateTests {
    /// Pieces as one text, pictures as their token.
    private func text(_ pieces: [ChatTemplate.Piece]) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .image: "<|image_pad|>"
            }
        }.joined()
    }

    private let published = ChatTemplate(jinja: nil)
    private static let system = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
    private static let picture = "<|vision_start|><|image_pad|><|vision_end|>"

    @Test func turnsAreWrittenAsTheTemplateDoes() {
        let messages = [
            Message(role: .user, content: [.image("a"), .text("One?"), .image("b"), .text(" Two?")]),
            Message(role: .assistant, text: "Yes."),
            Message(role: .user, content: [.image("c")]),
        ]
        let pieces = published.render(messages, labels: .on, addGenerationPrompt: true)
        let expected =
            Self.system
            + "<|im_start|>user\nPicture 1: \(Self.picture)One?Picture 2: \(Self.picture) Two?<|im_end|>\n"
            + "<|im_start|>assistant\nYes.<|im_end|>\n<|im_start|>user\nPicture 3: \(Self.picture)<|im_end|>\n"
            + "<|im_start|>assistant\n"
        #expect(text(pieces) == expected)
        #expect(pieces.compactMap { if case .image(let index) = $0 { index } else { nil } } == [0, 1, 2])
        #expect(messages.images == ["a", "b", "c"])
    }

    @Test func aSystemMessageReplacesTheDefault() {
        let messages = [Message(role: .system, text: "Be brief."), Message(role: .user, text: "Hi")]
        let rendered = published.render(messages, addGenerationPrompt: false)
        #expect(
            rendered == [.text("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n")])
    }

    @Test func labelsFollowTheFoldersTemplate() throws {
        let sample = ChatTemplate(jinja: try Checkpoint(folder: Repository.sampleModel).chatTemplate())
        #expect(sample.labelsByDefault == .moreThanOnePicture && sample.note == nil)
        #expect(published.labelsByDefault == .never && published.note != nil)
        for count in 0...3 {
            let messages = [Message(role: .user, content: Array(repeating: .image("x"), count: count))]
            func hasLabels(_ template: ChatTemplate, _ labels: PictureLabels) -> Bool {
                text(template.render(messages, labels: labels)).contains("Picture 1: ")
            }
            #expect(hasLabels(sample, .auto) == (count > 1))
            #expect(!hasLabels(published, .auto) && hasLabels(published, .on) == (count > 0))
            #expect(!hasLabels(sample, .off))
        }
    }

    @Test func anUnknownTemplateIsMentioned() {
        #expect(ChatTemplate(jinja: "{{ messages }}").note?.contains("not Qwen2.5-VL's") == true)
    }

    @Test func templatesAreFoundInEveryPlace() throws {
        let template = #"{% if add_vision_id is not defined %}value > 1"#
        for (name, content) in [
            ("chat_template.jinja", template), ("chat_template.json", "{\"chat_template\":\"\(template)\"}"),
            ("tokenizer_config.json", "{\"chat_template\":\"\(template)\"}"),
            (
                "tokenizer_config.json",
                "{\"chat_template\":[{\"name\":\"default\",\"template\":\"\(template)\"}]}"
            ),
        ] {
            let folder = try TemporaryFolder()
            try folder.write(ConfigTests.flat, "config.json")
            try folder.write(SafetensorsTests.file("{}", dataCount: 0), "model.safetensors")
            let checkpoint = try Checkpoint(folder: folder.path)
            #expect(
                ChatTemplate(jinja: try checkpoint.chatTemplate()).note?.contains("no chat template") == true)
            try folder.write(content, name)
            #expect(ChatTemplate(jinja: try checkpoint.chatTemplate()).labelsByDefault == .moreThanOnePicture)
        }
    }
}
