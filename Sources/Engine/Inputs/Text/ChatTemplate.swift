import KVFacts

/// Qwen2.5-VL's chat template.
///
/// The Jinja text of the folder is recognised, not run: the published template and its variants differ only in
/// when they label pictures. `note` tells when a folder's text is another one.
public struct ChatTemplate: Sendable, Hashable {
    /// A part of the rendered prompt.
    public enum Piece: Sendable, Hashable {
        /// Text to be encoded; control tokens in it are meant as such.
        case text(String)
        /// The place of one `<|image_pad|>`, to be repeated once per visual token; counts the pictures of the
        /// whole conversation from 0. `<|vision_start|>` and `<|vision_end|>` are in the text around it.
        case image(Int)
    }

    /// When a template labels pictures if it is not told.
    public enum DefaultLabels: Sendable, Hashable {
        /// Qwen's published template.
        case never
        /// Templates that set `add_vision_id` by the number of pictures.
        case moreThanOnePicture
    }

    /// What `PictureLabels.auto` means for this template.
    public let labelsByDefault: DefaultLabels
    /// A sentence for the user when the folder's template is missing or is not Qwen2.5-VL's; otherwise `nil`.
    public let note: String?

    /// Recognises the Jinja text of a checkpoint folder.
    ///
    /// - Parameter jinja: the text, or `nil` when the folder has none.
    public init(jinja: String?) {
        guard let jinja else {
            labelsByDefault = .never
            note = "the checkpoint has no chat template; Qwen2.5-VL's published one is used"
            return
        }
        let setsLabelsItself = jinja.contains("add_vision_id is not defined") && jinja.contains("value > 1")
        labelsByDefault = setsLabelsItself ? .moreThanOnePicture : .never
        let isKnown = Self.landmarks.allSatisfy { marks in marks.contains { jinja.contains($0) } }
        note = isKnown ? nil : "the checkpoint's chat template is not Qwen2.5-VL's; the published one is used"
    }

    /// What every variant of the template contains, each in one of these spellings.
    private static let landmarks = [
        ["<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n", Self.defaultSystemTurn],
        ["<|vision_start|><|image_pad|><|vision_end|>"],
        ["Picture {{ image_count.value }}: "],
        ["<|im_start|>{{ message['role'] }}"],
        ["<|im_start|>assistant\\n", "<|im_start|>assistant\n"],
    ]

    private static let defaultSystemTurn = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"

    /// The prompt of a conversation, as `apply_chat_template` of transformers renders it.
    ///
    /// A default system turn comes first unless the first message is a system message. Text is not escaped:
    /// `<|im_end|>` inside a message ends the turn, as in transformers.
    ///
    /// - Parameters:
    ///   - messages: the turns; no messages give only the generation prompt.
    ///   - labels: whether pictures are numbered in the text.
    ///   - addGenerationPrompt: ends with the beginning of an assistant turn.
    /// - Returns: text and picture places; no two texts are neighbours.
    public func render(
        _ messages: [Message], labels: PictureLabels = .auto, addGenerationPrompt: Bool = true
    ) -> [Piece] {
        let hasLabels =
            switch labels {
            case .on: true
            case .off: false
            case .auto: labelsByDefault == .moreThanOnePicture && messages.images.count > 1
            }
        var pieces: [Piece] = []
        var text = ""
        var imageCount = 0
        if let first = messages.first, first.role != .system { text += Self.defaultSystemTurn }
        for message in messages {
            text += "<|im_start|>\(message.role.rawValue)\n"
            for item in message.content {
                switch item {
                case .text(let words):
                    text += words
                case .image:
                    if hasLabels { text += "Picture \(imageCount + 1): " }
                    pieces += [.text(text + "<|vision_start|>"), .image(imageCount)]
                    text = "<|vision_end|>"
                    imageCount += 1
                }
            }
            text += "<|im_end|>\n"
        }
        if addGenerationPrompt { text += "<|im_start|>assistant\n" }
        if !text.isEmpty { pieces.append(.text(text)) }
        return pieces
    }
}
