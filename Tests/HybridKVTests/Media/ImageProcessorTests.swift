import HybridKV
import TestSupport
import Testing

@Suite struct ImageProcessorTests {
    @Test func patchesComeInMergeSquaresChannelByChannel() throws {
        // Every pixel names its place: red the column, green the row.
        let (width, height) = (84, 56)
        var pixels: [UInt8] = []
        for row in 0..<height {
            for column in 0..<width { pixels += [UInt8(column), UInt8(row), 7] }
        }
        let config = try PreprocessorConfig(
            minPixels: 784, imageMean: [0, 0, 0], imageStd: [1, 1, 1])
        let result = try ImageProcessor(config).process(
            RGBImage(width: width, height: height, pixels: pixels))
        #expect(result.grid == GridTHW(t: 1, h: 4, w: 6) && result.grid.count == 24)
        #expect(result.patches.count == 24 * 1176)
        func value(_ patch: Int, _ channel: Int, _ frame: Int, _ row: Int, _ column: Int) -> Int {
            let index = 1176 * patch + 392 * channel + 196 * frame + 14 * row + column
            return Int((result.patches[index] * 255).rounded())
        }
        // Patch 5 is in the second square of the first row of squares: top right of it.
        #expect(value(5, 0, 0, 0, 0) == 42 && value(5, 1, 0, 0, 0) == 0)
        #expect(value(6, 0, 1, 3, 2) == 30 && value(6, 1, 1, 3, 2) == 17 && value(6, 2, 1, 3, 2) == 7)
        // The first square of the second row of squares begins with patch 12.
        #expect(value(12, 0, 0, 0, 0) == 0 && value(12, 1, 0, 0, 0) == 28)
    }

    @Test(arguments: [(0, 10), (10, 0), (-1, 5), (1 << 40, 1 << 40)])
    func impossibleSizesAreErrors(_ width: Int, _ height: Int) {
        #expect(throws: MediaError.invalidSize(width: width, height: height)) {
            try SmartResize.size(width: width, height: height, factor: 28, minPixels: 784, maxPixels: 7840)
        }
    }

    @Test func sizesStayWithinTheLimits() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<5000 {
            let width = Int.random(in: 1...5000, using: &random)
            let height = Int.random(in: max(1, width / 40)...min(5000, width * 40), using: &random)
            let size = try SmartResize.size(
                width: width, height: height, factor: 28, minPixels: 3136, maxPixels: 401_408)
            #expect(size.width % 28 == 0 && size.height % 28 == 0 && size.width > 0 && size.height > 0)
            #expect((3136...401_408).contains(size.width * size.height))
        }
    }

    @Test func aPictureOfTheRightSizeKeepsItsPixels() throws {
        let image = try ImageFile.load(path: Repository.path("samples/pictures/wide.png"))
        #expect(Bicubic.resize(image, width: image.width, height: image.height) == image)
    }
}
