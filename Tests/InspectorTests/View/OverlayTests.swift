import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Help and checks: pages that lose nothing.
@Suite struct OverlayTests {
    private func helpPages(_ model: InspectorModel) -> [String] {
        var model = model
        ModelFixture.press(&model, .character("?"))
        return (0..<OverlayText.pages(model)).map { page in
            model.overlayPage = page
            return View.draw(model).text
        }
    }

    @Test(arguments: ScreenName.allCases, [(80, 24, 3, 4), (40, 10, 1, 3)])
    func everyKeyAndCommandAppears(screen: ScreenName, size: (Int, Int, Int, Int)) {
        let (width, height, above, below) = size
        var model = ModelFixture.live(width: width, height: height)
        model.screen = screen
        let lines = helpPages(model).flatMap { page in
            page.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .dropFirst(above).dropLast(below)
        }
        let all = lines.joined(separator: "\n")
        let words = all.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for binding in KeyTable.all where binding.screens.contains(screen) {
            #expect(words.contains("\(binding.label) \(binding.summary)"), "\(binding.label)")
        }
        for command in CommandTable.typed {
            #expect(words.contains(":\(command.name)") && words.contains(command.summary))
        }
        for method in model.methods { #expect(words.contains("\(method.title): \(method.summary)")) }
        for word in ["static", "recall", "hit rate"] { #expect(all.contains(word)) }
    }

    /// The same words at 80 columns as where nothing has to be broken: no line is cut.
    @Test func helpAt80x24IsShortAndNeverClipped() {
        let pages = helpPages(ModelFixture.live())
        #expect(pages.count <= 7)
        let short = Set(pages.joined().split(whereSeparator: \.isWhitespace))
        for page in helpPages(ModelFixture.live(width: 300, height: 24)) {
            for line in page.split(separator: "\n").dropFirst(3).dropLast(4) {
                for word in line.split(separator: " ") { #expect(short.contains(word), "\(word)") }
            }
        }
    }

    @Test func pagesAreTurnedAndStopAtTheEnds() {
        var model = ModelFixture.live()
        ModelFixture.press(&model, .character("?"))
        let pages = OverlayText.pages(model)
        for key in [Key.down, .pageDown, .right, .tab, .character(" "), .character("j"), .enter] {
            model.overlayPage = 0
            ModelFixture.press(&model, key)
            #expect(model.overlayPage == 1, "\(key)")
        }
        for key in [Key.up, .pageUp, .left, .backTab, .character("k"), .backspace] {
            model.overlayPage = 2
            ModelFixture.press(&model, key)
            #expect(model.overlayPage == 1, "\(key)")
        }
        ModelFixture.press(&model, .end, .down, .down)
        #expect(model.overlayPage == pages - 1)
        ModelFixture.press(&model, .home, .up)
        #expect(model.overlayPage == 0)
        ModelFixture.press(&model, .character("G"))
        #expect(model.overlayPage == pages - 1)
        ModelFixture.press(&model, .character("g"))
        #expect(model.overlayPage == 0)
    }

    @Test func aLargerTerminalMayHaveFewerPages() {
        var model = ModelFixture.live()
        ModelFixture.press(&model, .character("?"), .end)
        ModelFixture.send(&model, [.resized(width: 200, height: 70)])
        #expect(
            View.draw(model).text.contains("page 2 of 2") || View.draw(model).text.contains("page 1 of 1"))
        ModelFixture.press(&model, .up)
        #expect(model.overlayPage == 0)
    }

    @Test func overlaysCloseInEveryWay() {
        for close in [Key.escape, .character("q"), .character("?"), .function(1)] {
            var model = ModelFixture.live()
            let effects = ModelFixture.press(&model, .character("?"), close)
            #expect(model.overlay == nil && effects.isEmpty, "\(close)")
        }
        var model = ModelFixture.live()
        ModelFixture.press(&model, .character("?"), .character("w"))
        #expect(model.overlay == .checks && model.overlayPage == 0)
        ModelFixture.press(&model, .character("2"))
        #expect(model.overlay == nil && model.screen == .head, "other keys mean what they always mean")
        ModelFixture.press(&model, .character("w"), .character("x"))
        #expect(model.overlay == .checks, "a key without a meaning closes nothing")
    }

    @Test func checksNameTheirCost() {
        var model = ModelFixture.live()
        ModelFixture.send(&model, [.frameDrawn(0.0042)])
        ModelFixture.press(&model, .character("w"))
        let text = View.draw(model).text
        #expect(text.contains("a snapshot 0.18 ms, a frame 4.20 ms"))
        for check in model.checks { #expect(text.contains(check.name)) }
        var fresh = ModelFixture.fresh()
        ModelFixture.press(&fresh, .character("w"))
        #expect(View.draw(fresh).text.contains("No plan to check yet."))
    }
}
