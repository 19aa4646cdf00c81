import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

@Suite("Screens of comparisons")
struct CompareScreenTests {
    private func check(_ name: String, _ make: (Int, Int, Capabilities) -> InspectorModel) {
        for (width, height) in ScreenTests.sizes {
            for (kind, capabilities) in ScreenTests.kinds {
                let screen = View.draw(make(width, height, capabilities))
                ScreenFiles.check("compare-\(name)-\(width)x\(height)-\(kind)", screen.text)
            }
        }
    }

    @Test func nothingMeasuredYet() {
        check("asked") { ComparisonFixture().asked(width: $0, height: $1, capabilities: $2) }
        check("first") { ComparisonFixture().running(steps: 1, width: $0, height: $1, capabilities: $2) }
    }

    @Test func running() {
        check("running") { ComparisonFixture().running(width: $0, height: $1, capabilities: $2) }
    }

    @Test func atTheFirstDifference() {
        check("difference") {
            var model = ComparisonFixture().ended(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .home, .character("n"), .enter)
            return model
        }
    }

    @Test(arguments: ComparePanel.allCases.dropFirst()) func panels(_ panel: ComparePanel) {
        check("view-\(panel.rawValue)") {
            var model = ComparisonFixture().ended(width: $0, height: $1, capabilities: $2)
            ModelFixture.command(&model, "view \(panel.rawValue)")
            model.notice = nil
            return model
        }
    }

    @Test func attentionOnThePictures() {
        check("attention") {
            var model = ComparisonFixture().running(width: $0, height: $1, capabilities: $2)
            ModelFixture.command(&model, "view pictures")
            ModelFixture.command(&model, "grid b")
            return model
        }
    }

    @Test func free() {
        check("free") {
            ComparisonFixture(.init(isForced: false)).ended(width: $0, height: $1, capabilities: $2)
        }
    }

    @Test func threeBranches() {
        let methods = [("hybridkv", 0.2), ("snapkv", 0.2), ("full", 1.0)]
        check("three") {
            ComparisonFixture(.init(methods: methods, changes: [[9], [4, 5], []])).ended(
                width: $0, height: $1, capabilities: $2)
        }
    }

    @Test func blamed() {
        check("blamed") {
            var model = ComparisonFixture().ended(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .tab, .character("v"), .character("v"))
            for head in [ComparisonFixture.worst, HeadID(layer: 2, head: 0)] {
                let harm = head == ComparisonFixture.worst ? 0.0411 : 0.0004
                ModelFixture.command(&model, "blame \(head.layer) \(head.head)")
                ModelFixture.send(
                    &model,
                    [
                        .event(
                            .blamed(
                                BlameResult(
                                    branch: 1, head: head, steps: 11, meanKL: 0.1162,
                                    meanKLWithHeadFull: 0.1162 - harm)), ModelFixture.last(model))
                    ])
                ModelFixture.conclude(&model) { _ in true }
            }
            ModelFixture.command(&model, "blame 4 2")
            return model
        }
    }

    @Test func largePictures() {
        check("large") {
            let run = RunFixture(
                .init(layers: 28, queryHeads: 28, pictures: 2, gridRows: 27, gridColumns: 36))
            var model = ComparisonFixture(run: run).ended(
                width: $0, height: $1, capabilities: $2, cursor: HeadID(layer: 17, head: 2))
            ModelFixture.press(&model, .character("v"))
            return model
        }
    }

    @Test func refused() {
        check("refused") {
            var model = ComparisonFixture().asked(width: $0, height: $1, capabilities: $2)
            ModelFixture.send(
                &model,
                [
                    .event(
                        .refused("snapkv: found a window of 0, expected 1 or more"), model.comparison.asked)
                ])
            return model
        }
    }

    @Test func left() {
        check("left") {
            var model = ComparisonFixture().running(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .character("1"))
            ModelFixture.send(&model, [.event(.comparisonLeft(reason: nil), model.comparison.command)])
            ModelFixture.press(&model, .character("5"))
            return model
        }
    }

    @Test func fatesOnTheMap() {
        check("fate-lane") {
            var model = ComparisonFixture().ended(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .character("1"))
            ModelFixture.command(&model, "lane fate")
            return model
        }
    }

    /// Every size and view, with the cursor at both ends: nothing is drawn outside, nothing stops the program.
    @Test func everySizeCanBeDrawn() {
        let methods = [("hybridkv", 0.2), ("snapkv", 0.2), ("full", 1.0)]
        var model = ComparisonFixture(.init(methods: methods)).ended()
        for width in [1, 12, 33, 34, 60, 61, 79, 80, 119, 120, 160, 220] {
            for height in [1, 3, 8, 14, 15, 17, 23, 24, 30, 36, 48, 70] {
                ModelFixture.send(&model, [.resized(width: width, height: height)])
                for panel in ComparePanel.allCases {
                    for cursor in [0, nil] {
                        model.comparison.panel = panel
                        model.comparison.cursor = cursor
                        let screen = View.draw(model)
                        #expect(screen.cells.count == width * height)
                    }
                }
            }
        }
    }

    /// A run of steps longer than the screen keeps the selected one in view.
    @Test func theCursorIsAlwaysOnTheAxis() {
        let words = (0..<90).map { " w\($0)" }
        var model = ComparisonFixture(.init(steps: 91), run: RunFixture(.init(answer: words))).running(
            steps: 90)
        for step in [0, 40, 89] {
            model.comparison.cursor = step
            let axis = View.draw(model).text.split(separator: "\n").first { $0.hasPrefix(" differ") }
            #expect(axis?.contains("^\(step)") == true && axis?.dropFirst(8).prefix(72).contains("^") == true)
        }
    }
}
