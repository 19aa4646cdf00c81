import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// What one binding does on some screens.
struct KeyCase: Sendable {
    let label: String
    var screens = ScreenName.allCases
    /// Brings the model to where the key has something to do.
    var before: @Sendable (inout InspectorModel) -> Void = { _ in }
    /// Whether the model after the key, and the effects in words, are what the help promises.
    let holds: @Sendable (_ before: InspectorModel, _ after: InspectorModel, _ effects: [String]) -> Bool
}

/// Every key of the table, on every screen where it means something.
@Suite struct KeyTableTests {
    @Test(arguments: ScreenName.allCases) func everyBindingDoesWhatHelpSays(screen: ScreenName) {
        for binding in KeyTable.all where binding.screens.contains(screen) {
            let cases = KeyCases.all.filter { $0.label == binding.label && $0.screens.contains(screen) }
            #expect(cases.count == 1, "\(binding.label) on \(screen) has \(cases.count) tests")
            guard let testCase = cases.first else { continue }
            for key in binding.keys {
                var model = ModelFixture.live()
                model.screen = screen
                testCase.before(&model)
                let before = model
                let effects = EffectText.of(ModelFixture.press(&model, key))
                #expect(
                    testCase.holds(before, model, effects),
                    "\(binding.label) (\(key)) on \(screen): \(binding.summary); found \(effects)")
            }
        }
    }

    @Test func noCaseIsLeftOver() {
        let labels = Set(KeyTable.all.map(\.label))
        for testCase in KeyCases.all { #expect(labels.contains(testCase.label)) }
    }

    @Test func noKeyHasTwoMeanings() {
        for screen in ScreenName.allCases {
            let keys = KeyTable.all.filter { $0.screens.contains(screen) }.flatMap(\.keys)
            #expect(Set(keys).count == keys.count)
        }
    }

    @Test func aKeyWithoutAMeaningSaysSo() {
        var model = ModelFixture.live()
        #expect(ModelFixture.press(&model, .character("x")).isEmpty)
        #expect(model.notice == Notice(kind: .wrong, text: "'x' does nothing here; ? lists the keys"))
        for (key, name) in [(Key.function(5), "F5"), (.delete, "Delete"), (.control("k"), "Ctrl-K")] {
            ModelFixture.press(&model, key)
            #expect(model.notice?.text.hasPrefix(name) == true)
        }
        ModelFixture.press(&model, .character("m"))
        #expect(model.notice == nil, "news last until the next key")
    }

    @Test func hintsAreThoseOfTheTable() {
        for screen in ScreenName.allCases {
            var model = ModelFixture.live(width: 250, height: 60)
            model.screen = screen
            let last = View.draw(model).text.split(separator: "\n").last ?? ""
            for binding in KeyTable.all where !binding.hint.isEmpty && binding.screens.contains(screen) {
                #expect(last.contains("\(binding.label) \(binding.hint)"))
            }
        }
    }

    @Test func hintsFollowTheMode() {
        func hints(_ model: InspectorModel) -> Substring {
            View.draw(model).text.split(separator: "\n").last ?? ""
        }
        var model = ModelFixture.live()
        #expect(hints(model).contains("Space pause"))
        ModelFixture.send(&model, [.event(.paused(.run))])
        #expect(hints(model).contains("Space go on"))
        let done = hints(ModelFixture.done())
        #expect(done.contains("r again  n next prompt") && !done.contains("Space"))
    }
}
