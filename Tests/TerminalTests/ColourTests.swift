import Testing

@testable import InspectorRuntime
@testable import InspectorView
@testable import InspectorWords

/// Numbers of colour pairs, and palettes of smaller terminals.
@Suite struct ColourTests {
    @Test func theTerminalsOwnColoursNeedNoNumber() {
        var pairs = ColourPairs(capacity: 0)
        #expect(pairs.number(foreground: nil, background: nil) == .known(0))
    }

    @Test func aPairKeepsItsNumber() {
        var pairs = ColourPairs(capacity: 10)
        #expect(pairs.number(foreground: 32, background: nil) == .new(1))
        #expect(pairs.number(foreground: nil, background: 32) == .new(2))
        #expect(pairs.number(foreground: 0, background: 0) == .new(3))
        #expect(pairs.number(foreground: 32, background: nil) == .known(1))
    }

    @Test func aFullTableSaysSoAndStillKnowsWhatItKnew() {
        var pairs = ColourPairs(capacity: 2)
        _ = pairs.number(foreground: 1, background: nil)
        _ = pairs.number(foreground: 2, background: nil)
        #expect(pairs.number(foreground: 3, background: nil) == .full)
        #expect(pairs.number(foreground: 2, background: nil) == .known(2))
        let isForgotten = pairs.forget(at: 100)
        #expect(isForgotten)
        #expect(pairs.number(foreground: 3, background: nil) == .new(1))
    }

    @Test func aScreenThatNeedsTooManyPairsIsNotClearedWithEveryFrame() {
        var pairs = ColourPairs(capacity: 1)
        let outcomes = [100, 100.07, 101, 102.5].map { pairs.forget(at: $0) }
        #expect(outcomes == [true, false, false, true])
    }

    @Test func everyPairOfThePaletteHasARoomOfItsOwn() {
        var pairs = ColourPairs(capacity: 70_000)
        var numbers: Set<Int32> = []
        for foreground in UInt8.min...UInt8.max {
            for background in UInt8.min...UInt8.max {
                if case .new(let number) = pairs.number(foreground: foreground, background: background) {
                    numbers.insert(number)
                }
            }
        }
        #expect(numbers.count == 65_536)
    }

    @Test func smallPalettesGetTheNearestColourAndBoldForBrightness() {
        #expect(PaletteColour.number(nil, available: 8) == (-1, false))
        #expect(PaletteColour.number(214, available: 256) == (214, false))
        #expect(PaletteColour.number(12, available: 16) == (12, false))
        #expect(PaletteColour.number(12, available: 8) == (4, true))
        #expect(PaletteColour.number(196, available: 16) == (9, false))
        #expect(PaletteColour.number(232, available: 8) == (0, false))
    }

    @Test func directColourGetsRedGreenAndBlue() {
        #expect(PaletteColour.number(3, available: 1 << 24) == (3, false))
        #expect(PaletteColour.number(196, available: 1 << 24) == (0xFF0000, false))
        #expect(PaletteColour.number(214, available: 1 << 24) == (0xFFAF00, false))
        #expect(PaletteColour.number(244, available: 1 << 24) == (0x808080, false))
    }
}
