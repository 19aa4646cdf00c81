import HybridKV
import TestSupport
import Testing

@Suite struct ImageFileTests {
    private static let goldens = "Tests/Goldens/transformers/pictures/"

    /// Size and 64-bit FNV-1a of the RGB bytes, from Pillow 13.0.0: exif_transpose, RGBA pasted on white,
    /// otherwise convert("RGB").
    @Test(arguments: [
        (goldens + "fading-150x130.webp", 150, 130, 0x84FC_92E1_6071_BF87 as UInt64),
        (goldens + "fading.png", 168, 140, 0x5B7E_980F_4C11_0C89),
        (goldens + "grey.jpg", 140, 140, 0x794D_B371_0062_78D5),
        (goldens + "grey.png", 140, 140, 0x35F5_2C77_6522_12B7),
        (goldens + "lossy.webp", 140, 140, 0xEF4D_EF96_1C3A_A99E),
        (goldens + "odd-149x137.jpg", 149, 137, 0x408C_BA80_0E26_EBDC),
        (goldens + "sideways.jpg", 112, 168, 0xDD9F_FA72_CC46_7507),
        ("samples/pictures/photo.jpg", 168, 168, 0x8D14_CE34_BCEA_FB3C),
        ("samples/pictures/photo.webp", 168, 168, 0x981F_DB69_DE8D_6EE6),
        ("samples/pictures/wide.png", 224, 112, 0xC74C_888A_BE2B_5619),
        ("Tests/Fuzz/seeds/jpeg/cmyk.jpg", 12, 9, 0x804B_50A8_4A05_AD7A),
    ])
    func filesDecodeToPillowsPixels(_ path: String, _ width: Int, _ height: Int, _ hash: UInt64) throws {
        let image = try ImageFile.load(path: Repository.path(path))
        #expect(image.width == width && image.height == height)
        let found = image.pixels.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        #expect(found == hash)
    }

    private func decode(_ png: MadePNG) throws -> RGBImage {
        try ImageFile.decode(png.bytes, name: "made.png")
    }

    @Test func everyKindOfPNGBecomesRGB() throws {
        let grey = MadePNG(width: 8, height: 1, bitDepth: 1, colorType: 0, rows: [[0b1010_0000]])
        #expect(try decode(grey).pixels.prefix(12) == [255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0, 0])
        var palette = MadePNG(width: 2, height: 1, bitDepth: 4, colorType: 3, rows: [[0x10]])
        palette.extra = [("PLTE", [1, 2, 3, 40, 50, 60])]
        #expect(try decode(palette).pixels == [40, 50, 60, 1, 2, 3])
        // Of 16 bits the high byte counts, without rounding.
        let deep = MadePNG(width: 1, height: 1, bitDepth: 16, colorType: 2, rows: [[1, 0xFF, 2, 0x80, 3, 0]])
        #expect(try decode(deep).pixels == [1, 2, 3])
    }

    @Test func transparencyIsPutOnWhite() throws {
        let rows: [[UInt8]] = [[10, 20, 30, 0, 10, 20, 30, 255, 10, 20, 30, 128, 0, 0, 0, 1]]
        let image = try decode(MadePNG(width: 4, height: 1, colorType: 6, rows: rows))
        #expect(image.pixels == [255, 255, 255, 10, 20, 30, 132, 137, 142, 254, 254, 254])
        let grey = try decode(MadePNG(width: 1, height: 1, colorType: 4, rows: [[100, 51]]))
        #expect(grey.pixels == [224, 224, 224])
        // One colour named as transparent.
        var keyed = MadePNG(width: 2, height: 1, colorType: 2, rows: [[9, 9, 9, 8, 8, 8]])
        keyed.extra = [("tRNS", [0, 9, 0, 9, 0, 9])]
        #expect(try decode(keyed).pixels == [255, 255, 255, 8, 8, 8])
    }

    @Test func gammaIsIgnored() throws {
        var png = MadePNG(width: 1, height: 1, colorType: 2, rows: [[64, 128, 192]])
        png.extra = [("gAMA", [0, 1, 0x86, 0xA0])]
        #expect(try decode(png).pixels == [64, 128, 192])
    }

    /// The grey values 1...6 of a picture of 3 x 2 after each Exif orientation, row by row.
    @Test(
        arguments: [
            (1, 3, [1, 2, 3, 4, 5, 6]), (2, 3, [3, 2, 1, 6, 5, 4]), (3, 3, [6, 5, 4, 3, 2, 1]),
            (4, 3, [4, 5, 6, 1, 2, 3]), (5, 2, [1, 4, 2, 5, 3, 6]), (6, 2, [4, 1, 5, 2, 6, 3]),
            (7, 2, [6, 3, 5, 2, 4, 1]), (8, 2, [3, 6, 2, 5, 1, 4]), (0, 3, [1, 2, 3, 4, 5, 6]),
            (9, 3, [1, 2, 3, 4, 5, 6]),
        ] as [(UInt8, Int, [UInt8])])
    func picturesAreTurnedUpright(_ orientation: UInt8, _ width: Int, _ expected: [UInt8]) throws {
        var png = MadePNG(width: 3, height: 2, colorType: 0, rows: [[1, 2, 3], [4, 5, 6]])
        // A TIFF with one entry: tag 0x112, type short, count 1.
        let entry: [UInt8] = [1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
        let tiff: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1] + entry + [0, 0, 0, 0]
        png.extra = [("eXIf", tiff)]
        let image = try decode(png)
        #expect(image.width == width)
        #expect(stride(from: 0, to: 18, by: 3).map { image.pixels[$0] } == expected)
    }

    // MARK: Files that cannot be used

    @Test(arguments: [
        "samples/pictures/wide.png", "samples/pictures/photo.webp", goldens + "fading.png",
        goldens + "grey.jpg",
        goldens + "sideways.jpg", goldens + "lossy.webp",
    ])
    func everyTruncationIsAnError(_ path: String) throws {
        let bytes = try fileBytes(path)
        for count in stride(from: 12, to: bytes.count - 1, by: 1 + bytes.count / 300) {
            let error = #expect(throws: MediaError.self) {
                try ImageFile.decode(Array(bytes.prefix(count)), name: "cut")
            }
            guard case .damaged(let name, _, let reason) = try #require(error) else {
                Issue.record("unexpected \(String(describing: error)) at \(count)")
                return
            }
            #expect(name == "cut" && !reason.isEmpty)
        }
    }

    @Test func foreignBytesAreNamed() {
        #expect(throws: MediaError.unknownFormat(name: "x", firstBytes: [])) {
            try ImageFile.decode([], name: "x")
        }
        let gif = Array("GIF89a".utf8)
        #expect(throws: MediaError.unknownFormat(name: "x", firstBytes: gif)) {
            try ImageFile.decode(gif, name: "x")
        }
    }

    @Test func hugePicturesAreRefusedBeforeTheirMemoryIsAskedFor() throws {
        let huge = MadePNG(width: 60_000, height: 60_000, colorType: 2, rows: [])
        #expect(
            throws: MediaError.tooLarge(name: "x", width: 60_000, height: 60_000, limit: ImageFile.pixelLimit)
        ) { try ImageFile.decode(huge.bytes, name: "x") }
        // Within the limit, but no compression could make this file hold so much.
        let bomb = MadePNG(width: 10_000, height: 10_000, colorType: 2, rows: [])
        let error = #expect(throws: MediaError.self) { try ImageFile.decode(bomb.bytes, name: "x") }
        #expect(error?.description.contains("too few bytes") == true)
        // A JPEG whose header alone was changed.
        var jpeg = try fileBytes("samples/pictures/photo.jpg")
        let frame = try #require(
            jpeg.indices.first {
                jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 || jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC2
            })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xEA, 0x60, 0xEA, 0x60])
        #expect(
            throws: MediaError.tooLarge(name: "x", width: 60_000, height: 60_000, limit: ImageFile.pixelLimit)
        ) { try ImageFile.decode(jpeg, name: "x") }
    }

    @Test func animationsAreRefused() throws {
        let vp8x: [UInt8] = Array("VP8X".utf8) + [10, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let bytes = Array("RIFF".utf8) + [22, 0, 0, 0] + Array("WEBP".utf8) + vp8x
        #expect(throws: MediaError.unsupported(name: "x", format: "WebP", feature: "animation")) {
            try ImageFile.decode(bytes, name: "x")
        }
    }

    @Test func pathsThatCannotBeReadAreExplained() {
        #expect(throws: MediaError.file(FileFailure(path: "/no", reason: "No such file or directory"))) {
            try ImageFile.load(path: "/no")
        }
        #expect(throws: MediaError.file(FileFailure(path: "/tmp", reason: "is a folder, not a file"))) {
            try ImageFile.load(path: "/tmp")
        }
    }

    private func fileBytes(_ path: String) throws -> [UInt8] {
        try InputGoldens.bytes(Repository.path(path))
    }
}
