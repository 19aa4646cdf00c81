import KVFacts
import KVFiles
import KVInputs

/// Turns conversations into prompts that the model takes: template, tokens, pictures, positions.
public struct PromptPreparer: Sendable {
    /// The checkpoint's tokenizer.
    public let tokenizer: Tokenizer
    /// The checkpoint's chat template.
    public let template: ChatTemplate
    /// The checkpoint's picture settings.
    public let processor: ImageProcessor
    /// Tokens that end an answer: those of generation_config.json, or the end of a turn.
    public let stopTokens: [Int32]
    private let family: any ModelFamily

    /// Reads the tokenizer and the template of a model's checkpoint.
    /// - Throws: `TokenizerError` when a file is missing, broken or does not belong to the model.
    public init(_ model: VisionLanguageModel) throws(TokenizerError) {
        family = model.family
        let tokenizer = try model.checkpoint.tokenizer(vocabularySize: family.decoder.vocabularySize)
        self.tokenizer = tokenizer
        template = family.template(jinja: try model.checkpoint.chatTemplate())
        processor = ImageProcessor(family.processor)
        let ends = model.generation.eosTokenIDs
        stopTokens =
            ends.isEmpty ? ["<|im_end|>", "<|endoftext|>"].compactMap { tokenizer.id(of: $0) } : ends
    }

    /// Prepares a conversation whose pictures are named by file path.
    /// - Throws: `PromptError`; `.media` for a picture that cannot be read.
    public func prepare(_ request: PromptRequest) throws(PromptError) -> (
        prompt: PreparedPrompt, view: PromptView
    ) {
        var images: [PatchedImage] = []
        let paths = request.messages.images
        for path in paths {
            do throws(MediaError) {
                images.append(try processor.process(try ImageFile.load(path: path)))
            } catch {
                throw .media(error)
            }
        }
        let pieces = template.render(
            request.messages, labels: request.pictureLabels, addGenerationPrompt: true)
        // The template's own pad stands for a picture; its text never holds one unless a person wrote it.
        var tokens: [Int32] = []
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .image:
                tokens += tokenizer.encode(text)
                text = ""
                tokens.append(family.markers.image)
            }
        }
        tokens += tokenizer.encode(text)
        let prompt = try PreparedPrompt(tokens: tokens, images: images, family: family)
        let view = PromptView(
            title: request.title, layout: prompt.layout,
            tokenBytes: prompt.layout.tokens.map { tokenizer.bytes(of: $0) }, pictures: images.map(\.resized),
            pictureNames: paths, expectedAnswer: request.expectedAnswer)
        return (prompt, view)
    }
}
