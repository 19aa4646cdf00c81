import FoundationEssentials
import HybridKV
import TestSupport
import Testing

/// What transformers made of the same pictures; see Tests/Goldens/transformers/README.md.
struct ResizeGoldens: Decodable, Sendable {
    struct Picture: Decodable, Sendable, CustomTestStringConvertible {
        let file: String
        let min_pixels: Int
        let max_pixels: Int
        let grid_thw: [Int]
        let resized_file: String
        let pixel_values: String?

        var testDescription: String { file }
    }

    let pictures: [Picture]
    /// [height, width, min_pixels, max_pixels, resized height, resized width]; null when refused.
    let sizes: [[Int?]]

    static let all = InputGoldens.decode(ResizeGoldens.self, "resize.json")
}

@Suite struct ResizeGoldenTests {
    @Test(arguments: ResizeGoldens.all.pictures)
    func resizingGivesPillowsPixels(_ golden: ResizeGoldens.Picture) throws {
        let source = try ImageFile.load(path: InputGoldens.path(golden.file))
        let expected = try ImageFile.load(path: InputGoldens.path(golden.resized_file))
        let config = try PreprocessorConfig(minPixels: golden.min_pixels, maxPixels: golden.max_pixels)
        let result = try ImageProcessor(config).process(source)
        #expect([result.grid.t, result.grid.h, result.grid.w] == golden.grid_thw)
        #expect(result.resized.width == expected.width)
        let differing = zip(result.resized.pixels, expected.pixels).count { $0 != $1 }
        #expect(differing == 0, "\(differing) of \(expected.pixels.count) bytes differ")
        #expect(result.originalWidth == source.width && result.originalHeight == source.height)
    }

    @Test(arguments: ResizeGoldens.all.pictures.filter { $0.pixel_values != nil })
    func patchesHaveTheProcessorsBits(_ golden: ResizeGoldens.Picture) throws {
        let source = try ImageFile.load(path: InputGoldens.path(golden.file))
        let config = try PreprocessorConfig(minPixels: golden.min_pixels, maxPixels: golden.max_pixels)
        let result = try ImageProcessor(config).process(source)
        let expected = try InputGoldens.floats(try #require(golden.pixel_values), tensor: "pixel_values")
        #expect(result.patches.count == expected.count)
        #expect(result.patches == expected)
    }

    @Test func sizesAreTransformers() throws {
        for row in ResizeGoldens.all.sizes {
            let numbers = row.prefix(4).compactMap(\.self)
            let (height, width) = (numbers[0], numbers[1])
            func size() throws(MediaError) -> (width: Int, height: Int) {
                try SmartResize.size(
                    width: width, height: height, factor: 28, minPixels: numbers[2], maxPixels: numbers[3])
            }
            guard let expectedHeight = row[4], let expectedWidth = row[5] else {
                let expected = MediaError.aspectRatio(width: width, height: height, limit: 200)
                #expect(throws: expected) { try size() }
                continue
            }
            let found = try size()
            #expect(found == (expectedWidth, expectedHeight), "\(row)")
        }
    }
}
