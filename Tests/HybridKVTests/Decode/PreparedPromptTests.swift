import HybridKV
import Testing

@testable import KVInputs
@testable import KVModel

/// Layout and positions of token ids and pictures, and the prompts that are refused.
@Suite struct PreparedPromptTests {
    private let family: any ModelFamily
    private var pad: Int32 { family.markers.image }

    init() throws {
        family = try SampleModel.shared.get().model.family
    }

    /// A picture of which only the size counts; h and w in merged cells.
    private func picture(_ rows: Int, _ columns: Int) -> PatchedImage {
        let pixels = RGBImage(width: 1, height: 1, pixels: [0, 0, 0])
        return PatchedImage(
            grid: GridTHW(t: 1, h: 2 * rows, w: 2 * columns), patches: [], resized: pixels, originalWidth: 1,
            originalHeight: 1)
    }

    @Test func picturesMayStandAnywhere() throws {
        var random = SplitMix64(seed: 8)
        for _ in 0..<200 {
            var tokens: [Int32] = []
            var images: [PatchedImage] = []
            var expected: [RopePosition] = []
            var next: Int32 = 0
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                if Bool.random(using: &random) {
                    let (rows, columns) = (
                        Int.random(in: 1...6, using: &random), Int.random(in: 1...6, using: &random)
                    )
                    tokens.append(pad)
                    images.append(picture(rows, columns))
                    for row in 0..<Int32(rows) {
                        for column in 0..<Int32(columns) {
                            expected.append(RopePosition(t: next, h: next + row, w: next + column))
                        }
                    }
                    next += Int32(max(rows, columns))
                } else {
                    tokens.append(Int32.random(in: 0..<400, using: &random))
                    expected.append(RopePosition(next))
                    next += 1
                }
            }
            let prompt = try PreparedPrompt(tokens: tokens, images: images, family: family)
            #expect(prompt.positions == expected)
            #expect(prompt.ropeDelta == Int(next) - expected.count)
            let layout = prompt.layout
            #expect(layout.visualSegments.map(\.index) == Array(images.indices))
            #expect(layout.visualSegments.map(\.count) == images.map { $0.grid.h * $0.grid.w / 4 })
            #expect(layout.tokens.count { $0 == pad } == layout.visualTokenCount)
            #expect(layout.tokens.filter { $0 != pad } == tokens.filter { $0 != pad })
            #expect(layout.segments.allSatisfy { $0.count > 0 })
            let texts = layout.segments.filter { !$0.isVisual }
            #expect(texts.map(\.index) == Array(texts.indices))
        }
    }

    @Test func padsAndPicturesMustPairUp() {
        #expect(throws: PromptError.pictureCount(pads: 0, pictures: 1)) {
            try PreparedPrompt(tokens: [1], images: [picture(1, 1)], family: family)
        }
        #expect(throws: PromptError.pictureCount(pads: 2, pictures: 1)) {
            try PreparedPrompt(tokens: [pad, 1, pad], images: [picture(1, 1)], family: family)
        }
        #expect(throws: PromptError.videoInText) {
            try PreparedPrompt(tokens: [1, family.markers.video], images: [], family: family)
        }
    }

    @Test func tokensMustHaveAnEmbedding() {
        #expect(throws: PromptError.empty) { try PreparedPrompt(tokens: [], images: [], family: family) }
        for token in [Int32(512), -1, .max, .min] {
            #expect(throws: PromptError.tokenOutOfRange(token, vocabulary: 512)) {
                try PreparedPrompt(tokens: [1, token], images: [], family: family)
            }
        }
    }

    @Test func anAnswerNeedsAPosition() throws {
        let limit = family.decoder.maxPositions
        let longest = Array(repeating: Int32(1), count: limit - 1)
        #expect(
            try PreparedPrompt(tokens: longest, images: [], family: family).layout.tokenCount == limit - 1)
        #expect(throws: PromptError.tooLong(tokens: limit, limit: limit)) {
            try PreparedPrompt(tokens: longest + [1], images: [], family: family)
        }
        // Pictures count with all of their cells.
        #expect(throws: PromptError.tooLong(tokens: 4901, limit: limit)) {
            try PreparedPrompt(tokens: [1, pad], images: [picture(70, 70)], family: family)
        }
    }
}
