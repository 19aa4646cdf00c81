import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Pictures under the marks: colours of 256, of 16, and none.
@Suite struct PictureTests {
    /// Left half red, right half blue, 2x2 cells.
    private let picture: RGBImage = {
        var pixels: [UInt8] = []
        for _ in 0..<56 {
            for x in 0..<56 { pixels += x < 28 ? [255, 0, 0] : [0, 0, 255] }
        }
        return RGBImage(width: 56, height: 56, pixels: pixels)
    }()

    @Test func aThumbnailIsTheMeanOfItsCells() {
        let thumbnail = PictureThumbnail(picture, rows: 2, columns: 2)
        #expect(thumbnail.colours.count == 64)
        #expect(thumbnail.colour(x: 0..<4, y: 0..<4) == PictureColour(255, 0, 0))
        #expect(thumbnail.colour(x: 4..<8, y: 4..<8) == PictureColour(0, 0, 255))
        #expect(thumbnail.colour(x: 0..<8, y: 0..<8) == PictureColour(127, 0, 127))
        #expect(
            thumbnail.colour(x: 90..<99, y: 0..<1) == PictureColour(0, 0, 0), "outside is black, not a trap")
        #expect(PictureThumbnail(picture, rows: 0, columns: 0).colours.isEmpty)
        #expect(PictureThumbnail(picture, rows: -1, columns: 3).colours.isEmpty)
    }

    @Test func aSmallShapeOnALargeGroundIsSeen() {
        var pixels = [UInt8](repeating: 40, count: 56 * 56 * 3)
        // A sixth of one sample's area, in the first cell.
        for y in 2..<5 { for x in 2..<5 { pixels[(y * 56 + x) * 3] = 255 } }
        let thumbnail = PictureThumbnail(RGBImage(width: 56, height: 56, pixels: pixels), rows: 2, columns: 2)
        #expect(thumbnail.colours[0].red > 150)
        #expect(thumbnail.colours[63] == PictureColour(40, 40, 40), "the ground stays as it is")
    }

    @Test func whatIsNotHeldIsStillToBeSeen() {
        for light in [true, false] {
            let (black, white) = (PictureColour(0, 0, 0), PictureColour(255, 255, 255))
            let dark = black.faded(towardsWhite: light)
            let bright = white.faded(towardsWhite: light)
            #expect(dark.red == dark.green && dark.red == dark.blue, "grey")
            #expect(Int(bright.red) - Int(dark.red) > 50, "shapes stay")
            #expect(dark != black && bright != white, "neither sinks into the background")
        }
    }

    @Test func thePaletteIsThatOfXterm() {
        let cases: [(PictureColour, UInt8)] = [
            (PictureColour(255, 0, 0), 196), (PictureColour(0, 0, 255), 21), (PictureColour(0, 0, 0), 16),
            (PictureColour(255, 255, 255), 231), (PictureColour(128, 128, 128), 244),
            (PictureColour(95, 135, 175), 67),
        ]
        for (colour, index) in cases { #expect(colour.paletteIndex == index) }
    }

    /// A head that holds everything: the picture is to be seen as it is.
    private func screen(zoom: Zoom, colours: Capabilities.Colours, isHeld: Bool) -> Screen {
        let fixture = RunFixture(
            .init(pictures: 1, forcedHeads: [HeadID(layer: 0, head: 0): isHeld ? .full : .static]))
        var model = ModelFixture.live(
            fixture, capabilities: Capabilities(colours: colours, unicode: true),
            cursor: HeadID(layer: 0, head: 0))
        model.screen = .head
        model.zoom = zoom
        return View.draw(model)
    }

    private func halves(_ screen: Screen) -> [ScreenCell] { screen.cells.filter { $0.glyph == "▀" } }

    @Test func halfBlocksCarryTwoColours() {
        let cells = halves(screen(zoom: .half, colours: .palette, isHeld: true))
        #expect(cells.count == 15, "five columns, two whole lines and a half one")
        #expect(cells.count { $0.style.background == nil } == 5, "nothing below the last row")
        #expect(Set(cells.compactMap(\.style.foreground)).count > 3)
    }

    @Test func droppedPatchesLoseTheirColour() {
        func isGrey(_ index: UInt8?) -> Bool { index.map { $0 >= 232 || $0 == 16 || $0 == 59 } ?? true }
        let held = halves(screen(zoom: .four, colours: .palette, isHeld: true))
        let dropped = halves(screen(zoom: .four, colours: .palette, isHeld: false))
        let heldGreys = held.count { isGrey($0.style.foreground) }
        let droppedGreys = dropped.count { isGrey($0.style.foreground) }
        #expect(heldGreys * 3 < held.count, "\(heldGreys) of \(held.count)")
        #expect(droppedGreys * 3 > dropped.count, "\(droppedGreys) of \(dropped.count)")
    }

    @Test(arguments: [Capabilities.Colours.sixteen, .none]) func withoutAPaletteTheMarksRemain(
        colours: Capabilities.Colours
    ) {
        for zoom in Zoom.allCases {
            let screen = screen(zoom: zoom, colours: colours, isHeld: true)
            #expect(halves(screen).isEmpty)
            #expect(screen.text.contains(zoom == .half ? ":" : "o"))
        }
    }

    @Test func classesHaveALetterAndAColour() {
        for colours in [Capabilities.Colours.sixteen, .palette] {
            let look = Look(Capabilities(colours: colours, unicode: true), .dark)
            #expect(Set(HeadClass.allCases.map { look.style(of: $0).foreground }).count == 3)
        }
        #expect(Set(HeadClass.allCases.map(\.letter)).count == 3)
        let none = Look(ModelFixture.ascii, .dark)
        #expect(none.event.attributes.contains(.reverse), "an alarm is seen without colour")
    }

    @Test func theLightThemeFillsItsOwnBackground() {
        var model = ModelFixture.live(capabilities: ModelFixture.utf8)
        ModelFixture.press(&model, .character("T"))
        let screen = View.draw(model)
        #expect(screen.cells.allSatisfy { $0.style.background != nil && $0.style.foreground != nil })
    }

    @Test func barsAndDigitsGrowWithTheirShare() {
        let ascii = Look(ModelFixture.ascii, .dark)
        let unicode = Look(ModelFixture.utf8, .dark)
        #expect(ascii.bar(0.5, width: 10) == "#####....." && unicode.bar(1, width: 3) == "███")
        for look in [ascii, unicode] {
            for share in [-1, 0, 0.01, 0.49, 0.99, 1, 7, .nan, .infinity] {
                #expect(DisplayWidth.of(look.bar(share, width: 8)) == 8)
                #expect(DisplayWidth.of(look.level(share)) == 1)
            }
        }
        #expect((0...10).map { Magnitude.digit(Double($0) / 10) }.joined() == "01234567899")
        #expect(unicode.bar(0.5, width: 0) == "")
    }
}
