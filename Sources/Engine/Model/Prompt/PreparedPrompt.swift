import KVFacts
import KVFiles
import KVInputs

/// A prompt as the model takes it: token ids, what each of them stands for, where it stands, and the patches.
public struct PreparedPrompt: Sendable {
    /// Which token belongs to what.
    public let layout: PromptLayout
    /// RoPE position of every token, [N].
    public let positions: [RopePosition]
    /// Position of a generated token minus its token index.
    public let ropeDelta: Int
    /// The pictures, one for each visual segment in order.
    public let images: [PatchedImage]

    /// Lays out token ids in which every picture has one pad token, which is repeated for each of its cells.
    ///
    /// Positions are the family's.
    /// - Throws: `.pictureCount` when pads and pictures do not pair up, `.tokenOutOfRange` for ids that the model has
    ///   no embedding for, `.empty` for no tokens, `.tooLong` past the model's positions.
    package init(
        tokens: [Int32], images: [PatchedImage], family: any ModelFamily
    ) throws(PromptError) {
        let markers = family.markers
        let text = family.decoder
        guard !tokens.isEmpty else { throw .empty }
        let pads = tokens.count { $0 == markers.image }
        guard pads == images.count else { throw .pictureCount(pads: pads, pictures: images.count) }
        guard !tokens.contains(markers.video) else { throw .videoInText }
        if let id = tokens.first(where: { !(0..<text.vocabularySize ~= Int($0)) }) {
            throw .tokenOutOfRange(id, vocabulary: text.vocabularySize)
        }
        var builder = LayoutBuilder(scheme: family.positions())
        var next = 0
        for token in tokens {
            if token == markers.image {
                let grid = images[next].grid
                builder.appendImage(
                    index: next, pad: token,
                    grid: CellGrid(
                        frames: grid.t, rows: grid.h / markers.mergeSize, columns: grid.w / markers.mergeSize)
                )
                next += 1
            } else {
                builder.appendText(token)
            }
        }
        let (layout, positions, end) = builder.finish()
        guard layout.tokenCount < text.maxPositions else {
            throw .tooLong(tokens: layout.tokenCount, limit: text.maxPositions)
        }
        self.layout = layout
        self.positions = positions
        ropeDelta = end - layout.tokenCount
        self.images = images
    }
}

/// Collects segments and positions from left to right.
private struct LayoutBuilder {
    private var tokens: [Int32] = []
    private var segments: [PromptSegment] = []
    private var positions: [RopePosition] = []
    private var scheme: any PositionScheme
    private var textStart = 0
    private var textRuns = 0

    init(scheme: any PositionScheme) {
        self.scheme = scheme
    }

    mutating func appendText(_ token: Int32) {
        tokens.append(token)
        positions.append(scheme.text())
    }

    mutating func appendImage(index: Int, pad: Int32, grid: CellGrid) {
        closeText()
        segments.append(
            PromptSegment(kind: .image, index: index, start: tokens.count, count: grid.count, grid: grid))
        tokens += Array(repeating: pad, count: grid.count)
        positions += scheme.picture(grid)
        textStart = tokens.count
    }

    private mutating func closeText() {
        guard tokens.count > textStart else { return }
        segments.append(
            PromptSegment(kind: .text, index: textRuns, start: textStart, count: tokens.count - textStart))
        textRuns += 1
    }

    mutating func finish() -> (PromptLayout, [RopePosition], end: Int) {
        closeText()
        return (PromptLayout(tokens: tokens, segments: segments), positions, Int(scheme.next))
    }
}

/// Why a prompt cannot be given to the model.
public enum PromptError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nothing was asked.
    case empty
    /// Pad tokens and pictures do not pair up: the text holds a pad token of its own.
    case pictureCount(pads: Int, pictures: Int)
    /// The text holds a video pad token.
    case videoInText
    /// A token that the model has no embedding for.
    case tokenOutOfRange(Int32, vocabulary: Int)
    /// More tokens than the model has positions for.
    case tooLong(tokens: Int, limit: Int)
    /// A picture that cannot be read or resized.
    case media(MediaError)

    /// What was found, what was expected and how to mend it.
    public var description: String {
        switch self {
        case .empty: "the prompt has no tokens; expected at least one word or picture"
        case .pictureCount(let pads, let pictures):
            "the prompt has \(pads) image pad tokens for \(pictures) pictures; "
                + "take <|image_pad|> out of the text and attach pictures instead"
        case .videoInText:
            "the prompt holds <|video_pad|>, but videos are not read; take it out of the text"
        case .tokenOutOfRange(let id, let vocabulary):
            "token \(id) has no embedding; expected ids below \(vocabulary): "
                + "tokenizer.json and config.json do not belong together"
        case .tooLong(let tokens, let limit):
            "the prompt has \(tokens) tokens; the model has positions for \(limit): use fewer or smaller pictures"
        case .media(let error): error.description
        }
    }
}
