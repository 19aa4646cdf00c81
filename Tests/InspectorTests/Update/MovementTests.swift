import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Cursors stay inside what they move over.
@Suite struct MovementTests {
    @Test func theHeadCursorStopsAtTheEdges() {
        var model = ModelFixture.live()
        for key in [Key.left, .up, .character("h"), .character("k"), .pageUp] {
            for _ in 0..<9 { ModelFixture.press(&model, key) }
        }
        #expect(model.cursor == HeadID(layer: 0, head: 0))
        #expect(ModelFixture.press(&model, .left).isEmpty, "nothing moved, so nothing is asked")
        for key in [Key.right, .down, .pageDown] { for _ in 0..<9 { ModelFixture.press(&model, key) } }
        #expect(model.cursor == HeadID(layer: 5, head: 3))
    }

    @Test func beforeAModelIsOpenNothingMoves() {
        var model = ModelFixture.fresh()
        for key in [Key.right, .down, .end, .home, .pageDown, .enter, .left, .tab, .character("f")] {
            ModelFixture.press(&model, key)
        }
        #expect(model.cursor == HeadID(layer: 0, head: 0))
    }

    @Test func patchesAreWalkedWithinTheirPicture() throws {
        var model = ModelFixture.live()
        ModelFixture.press(&model, .character("2"), .enter)
        let segment = try #require(model.visualSegments.first)
        #expect(model.patch == segment.start)
        ModelFixture.press(&model, .left, .up)
        #expect(model.patch == segment.start)
        ModelFixture.press(&model, .right, .down)
        #expect(model.patch == segment.start + 6)
        for _ in 0..<9 { ModelFixture.press(&model, .right, .down) }
        #expect(model.patch == segment.range.upperBound - 1)
        ModelFixture.press(&model, .home)
        #expect(model.patch == segment.start)
        ModelFixture.press(&model, .end)
        #expect(model.patch == segment.range.upperBound - 1)
        ModelFixture.press(&model, .tab)
        #expect(model.patch == model.visualSegments[1].start, "the next picture begins at its first patch")
        let head = model.cursor
        ModelFixture.press(&model, .character("l"))
        #expect(model.cursor != head && model.patch != nil, "hjkl go through the heads meanwhile")
        ModelFixture.press(&model, .escape, .escape)
        #expect(model.patch == nil && model.screen == .map)
    }

    @Test func theTokenCursorFollowsTheNewestUntilItIsMoved() {
        let fixture = RunFixture()
        var model = ModelFixture.live(fixture)
        ModelFixture.press(&model, .character("3"))
        #expect(model.selectedStep == 7)
        ModelFixture.press(&model, .left, .left)
        #expect(model.selectedStep == 5)
        ModelFixture.send(&model, [.step(fixture.steps[8])])
        #expect(model.selectedStep == 5, "a token that was chosen stays chosen")
        ModelFixture.press(&model, .escape)
        #expect(model.selectedStep == 8 && model.screen == .tokens)
        for _ in 0..<20 { ModelFixture.press(&model, .left) }
        #expect(model.selectedStep == 0)
        for _ in 0..<20 { ModelFixture.press(&model, .right) }
        #expect(model.tokenCursor == nil)
    }

    @Test func aPromptWithoutPicturesHasNoPatches() {
        var model = ModelFixture.live(RunFixture(.init(pictures: 0)))
        ModelFixture.press(&model, .character("2"), .enter, .character("z"), .character("o"))
        #expect(model.patch == nil)
        #expect(View.draw(model).text.contains("The prompt has no picture"))
        ModelFixture.press(&model, .tab)
        #expect(model.screen == .tokens, "Tab goes on where there are no pictures to go through")
    }

    @Test func chunksOfADynamicHeadAreShownWithoutRemark() throws {
        var model = ModelFixture.live()
        let dynamic = try #require(model.plan?.heads.first { $0.headClass == .dynamic })
        model.cursor = dynamic.id
        ModelFixture.press(&model, .character("2"), .character("c"))
        #expect(model.showsChunks && model.notice == nil)
        ModelFixture.press(&model, .character("c"))
        #expect(!model.showsChunks)
    }

    @Test func cyclesComeBack() {
        var model = ModelFixture.live()
        for _ in Lane.allCases { ModelFixture.press(&model, .character("m")) }
        #expect(model.lane == .budget)
        ModelFixture.press(&model, .character("2"))
        for _ in GridOverlay.allCases { ModelFixture.press(&model, .character("o")) }
        #expect(model.gridOverlay == .state)
        for _ in 0...Zoom.allCases.count { ModelFixture.press(&model, .character("z")) }
        #expect(model.zoom == nil && model.notice?.text == "zoom to fit")
    }
}
