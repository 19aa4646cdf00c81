import FoundationEssentials
import HybridKV
import TestSupport
import Testing

@testable import KVModel

/// Whole prompts against transformers: messages, template, pictures and tokens together.
@Suite struct PromptGoldenTests {
    private struct Prompts: Decodable {
        struct Prompt: Decodable {
            let name: String
            let picture_labels: Bool?
            let token_ids: [Int32]
            let image_grid_thw: [[Int]]
        }
        let prompts: [Prompt]
    }

    @Test func promptsGetTheSameTokensAndGrids() throws {
        let checkpoint = try Checkpoint(folder: Repository.sampleModel)
        let family = try Qwen25VLFamily(checkpoint)
        let tokenizer = try checkpoint.tokenizer(vocabularySize: family.decoder.vocabularySize)
        let template = family.template(jinja: try checkpoint.chatTemplate())
        let processor = ImageProcessor(family.processor)
        let goldens = InputGoldens.decode(Prompts.self, "prompts.json").prompts
        let messages = try Self.messages()
        #expect(goldens.count == messages.count && goldens.count > 20)
        for (golden, messages) in zip(goldens, messages) {
            let grids = try messages.images.map { name in
                let picture = try ImageFile.load(path: Repository.path(name))
                let size = try processor.resizedSize(width: picture.width, height: picture.height)
                return [1, size.height / 14, size.width / 14]
            }
            #expect(grids == golden.image_grid_thw, "\(golden.name)")
            let labels: PictureLabels = golden.picture_labels.map { $0 ? .on : .off } ?? .auto
            var ids: [Int32] = []
            for piece in template.render(messages, labels: labels, addGenerationPrompt: true) {
                switch piece {
                case .text(let text): ids += tokenizer.encode(text)
                case .image(let index):
                    let count = grids[index].reduce(1, *) / 4
                    ids += Array(repeating: family.markers.image, count: count)
                }
            }
            #expect(ids == golden.token_ids, "\(golden.name)")
        }
    }

    /// The prompts' messages, each read as a file of its own would be.
    private static func messages() throws -> [[Message]] {
        let bytes = try InputFile.read(InputGoldens.path("prompts.json"), limit: 1 << 28)
        let prompts = try JSONReader.parse(bytes).objectValue?["prompts"]?.arrayValue ?? []
        return try prompts.map { prompt in
            try MessagesFile.parse(json: Array(Self.text(prompt.objectValue?["messages"] ?? .null).utf8))
        }
    }

    /// JSON text of a value; enough for messages.
    private static func text(_ value: JSON) -> String {
        switch value {
        case .string(let text):
            let escaped = text.unicodeScalars.map { scalar in
                let code = String(scalar.value, radix: 16)
                let needsEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
                return needsEscape
                    ? "\\u" + String(repeating: "0", count: 4 - code.count) + code : String(scalar)
            }
            return "\"" + escaped.joined() + "\""
        case .array(let values): return "[" + values.map(text).joined(separator: ",") + "]"
        case .object(let object):
            return "{" + object.members.map { "\"\($0.key)\":" + text($0.value) }.joined(separator: ",") + "}"
        default: return "null"
        }
    }
}
