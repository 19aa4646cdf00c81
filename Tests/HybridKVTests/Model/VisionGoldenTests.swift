import HybridKV
import Testing

@testable import KVFiles
@testable import KVInputs
@testable import KVModel

/// Every stage of the vision tower against transformers: pixel values, patch embedding, blocks, merger.
@Suite struct VisionGoldenTests {
    private let sample: SampleModel
    private let config: Qwen25VLConfig.VisionConfig
    private let compute = Compute(threads: 2)

    init() throws {
        sample = try SampleModel.shared.get()
        config = try #require(sample.model.family as? Qwen25VLFamily).config.vision
    }

    private func golden(_ name: String) throws -> (tensors: SafetensorsFixture, image: PatchedImage) {
        let picture = try ImageFile.load(path: Golden.path("transformers/pictures/vision-\(name).png"))
        return (
            try SafetensorsFixture(path: Golden.path("transformers/vision-\(name).safetensors")),
            try sample.preparer.processor.process(picture)
        )
    }

    @Test(arguments: ["narrow", "uneven", "exact"])
    func picturesAreCutIntoTheSameGrid(name: String) throws {
        let (tensors, image) = try golden(name)
        #expect(image.resized.pixels == (try tensors.bytes("pixels")))
        #expect([image.grid.t, image.grid.h, image.grid.w] == (try tensors.integers("grid_thw")))
        let order = WindowOrder(grid: image.grid, config: config)
        #expect(order.units == (try tensors.integers("window_index")))
    }

    @Test func pixelValuesAreTheSameBits() throws {
        let (tensors, image) = try golden("narrow")
        #expect(image.patches == (try tensors.floats("pixel_values")))
    }

    @Test(arguments: ["narrow", "uneven", "exact"])
    func everyStageIsCloseToTheReference(name: String) throws {
        let (tensors, image) = try golden(name)
        let units = try tensors.integers("window_index")
        var stages: [VisionStage: [Float]] = [:]
        let merged = try sample.model.vision.embed(
            image.patches, grid: image.grid, compute: compute, progress: .none
        ) { stage, rows in
            stages[stage] = Array(UnsafeBufferPointer(start: rows.base, count: rows.rows * rows.columns))
        }

        // The golden's patch embedding is in raster order of cells, the engine's in window order.
        let width = config.spatialMergeSize * config.spatialMergeSize * config.hiddenSize
        let embedded = try tensors.floats("patch_embed")
        let permuted = units.flatMap { embedded[$0 * width..<($0 + 1) * width] }
        expectClose(stages[.patches], permuted, products: 1, terms: image.patches.count / image.grid.count)
        // A block is seven products deep: queries with keys, values, output, gate, up and down among them.
        for block in 0..<config.depth {
            expectClose(
                stages[.block(block)], try tensors.floats("block_\(block)"), products: 1 + 7 * (block + 1),
                terms: config.intermediateSize)
        }
        expectClose(merged, try tensors.floats("merged"), products: 3 + 7 * config.depth, terms: width)
    }

    private func expectClose(_ values: [Float]?, _ expected: [Float], products: Int, terms: Int) {
        let error = Rounding.largestError(values ?? [], expected)
        let magnitude = Rounding.magnitude(expected)
        let tolerance = Rounding.tolerance(products: products, terms: terms, magnitude: magnitude)
        #expect(error <= tolerance, "largest error \(error) of \(magnitude)")
    }
}
