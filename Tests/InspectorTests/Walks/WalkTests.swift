import HybridKV
import TestSupport
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// What holds in every state that keys, facts, time and sizes can lead to.
@Suite struct WalkTests {
    /// Walks of three hundred happenings; each is done again by its seed.
    private static let steps = 300

    @Test(arguments: 1...12) func everyStateIsDrawnWholeAndStaysInside(seed: UInt64) {
        var walk = Walk(seed: seed)
        for step in 0..<Self.steps {
            walk.go()
            let model = walk.model
            let screen = View.draw(model)
            let faults =
                Self.drawing(screen, model) + Self.places(model) + Self.commands(walk)
                + (step % 3 == 0 ? ScreenFacts.faults(screen, model) : [])
            if !faults.isEmpty {
                Self.report(faults, walk, step)
                return
            }
        }
    }

    /// What costs a few more frames is looked at now and then.
    @Test(arguments: 21...28) func overlaysHintsAndGlyphSetsHoldAlongTheWay(seed: UInt64) {
        var walk = Walk(seed: seed)
        for step in 0..<Self.steps {
            walk.go()
            guard step % 10 == 9 else { continue }
            let faults = Self.overlays(walk.model) + Self.hints(walk.model) + Self.glyphSets(walk.model)
            if !faults.isEmpty {
                Self.report(faults, walk, step)
                return
            }
        }
    }

    private static func report(_ faults: [String], _ walk: Walk, _ step: Int) {
        let text = View.draw(walk.model).text
        Issue.record(
            """
            step \(step) at \(walk.model.width)x\(walk.model.height): \(faults.joined(separator: "; "))
            \(walk.log.joined(separator: "\n"))
            \(text)
            """)
    }

    // MARK: Properties

    /// Exactly the terminal's cells, only glyphs and colours that it can show, wide ones whole.
    private static func drawing(_ screen: Screen, _ model: InspectorModel) -> [String] {
        var faults: [String] = []
        if screen.width != model.width || screen.height != model.height
            || screen.cells.count != model.width * model.height
        {
            faults.append("\(screen.cells.count) cells")
        }
        let most =
            [Capabilities.Colours.none: -1, .sixteen: 15, .palette: 255][model.capabilities.colours] ?? 255
        for (place, cell) in screen.cells.enumerated() {
            let colours = [cell.style.foreground, cell.style.background].compactMap { $0 }
            if colours.contains(where: { Int($0) > most }) { faults.append("colours at \(place)") }
            guard let glyph = cell.glyph else {
                let before = place % screen.width > 0 ? screen.cells[place - 1].glyph : nil
                if before.map({ DisplayWidth.of($0) }) != 2 { faults.append("half a glyph at \(place)") }
                continue
            }
            let isShown =
                model.capabilities.unicode ? !DisplayWidth.isUnsafe(glyph) : (0x20..<0x7F) ~= glyph.value
            if !isShown { faults.append("U+\(String(glyph.value, radix: 16)) at \(place)") }
        }
        if let cursor = screen.cursor, !(0..<screen.width ~= cursor.x && 0..<screen.height ~= cursor.y) {
            faults.append("the cursor is at \(cursor)")
        }
        return faults
    }

    /// Whatever is selected exists.
    private static func places(_ model: InspectorModel) -> [String] {
        var faults: [String] = []
        func expect(_ holds: Bool, _ name: String) { if !holds { faults.append("\(name) is outside") } }
        if let geometry = model.geometry {
            expect(0..<geometry.layers ~= model.cursor.layer, "layer of \(model.cursor)")
            expect(0..<geometry.kvHeads ~= model.cursor.head, "head of \(model.cursor)")
        }
        let segments = model.visualSegments
        expect(
            model.pictureIndex == 0 || segments.indices.contains(model.pictureIndex),
            "picture \(model.pictureIndex)")
        if let patch = model.patch {
            expect(segments.contains { $0.range.contains(patch) }, "patch \(patch)")
        }
        if let step = model.tokenCursor { expect(step >= 0, "token \(step)") }
        if let step = model.selectedStep { expect(model.answer.steps.indices.contains(step), "step \(step)") }
        if let line = model.commandLine { expect(0...line.text.count ~= line.place, "place \(line.place)") }
        expect(model.overlayPage >= 0, "page \(model.overlayPage)")
        let comparison = model.comparison
        if let step = comparison.selected {
            expect(comparison.steps.indices.contains(step), "compared step \(step)")
        }
        expect(
            comparison.focus == 0 || comparison.focus < max(comparison.wishes.count, 2),
            "branch \(comparison.focus)")
        expect(model.commandHistory.count <= 100, "history")
        expect(0..<max(1, model.knobs.count) ~= model.knobIndex, "knob")
        return faults
    }

    /// Nothing is asked of a source that it cannot do.
    private static func commands(_ walk: Walk) -> [String] {
        walk.sent.filter { !$0.action.needs.isSubset(of: walk.traits.capabilities) }.map {
            "sent \($0.action)"
        }
    }

    /// An overlay that is closed leaves everything as it was; only the news of the last key are gone.
    private static func overlays(_ model: InspectorModel) -> [String] {
        guard model.commandLine == nil, model.overlay == nil else { return [] }
        var before = model
        before.notice = nil
        let shown = View.draw(before)
        return [Key.character("?"), .character("w")].flatMap { key -> [String] in
            var after = model
            let effects = ModelFixture.send(&after, [.key(key), .key(.down), .key(.escape)])
            let isSame = after.overlay == nil && effects.isEmpty && View.draw(after) == shown
            return isSame ? [] : ["\(key), Down, Esc change the screen"]
        }
    }

    /// The hint line names no key that would only say that it does nothing, or that it cannot be.
    private static func hints(_ model: InspectorModel) -> [String] {
        guard model.commandLine == nil, model.overlay == nil, model.width >= 40, model.height >= 10 else {
            return []
        }
        var quiet = model
        quiet.notice = nil
        let line =
            View.draw(quiet).text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().last
            ?? ""
        return KeyTable.all.filter { binding in
            !binding.hint.isEmpty && binding.screens.contains(model.screen)
                && line.contains(" \(binding.label) \(binding.hint)")
        }.compactMap { binding -> String? in
            guard let key = binding.keys.first else { return "\(binding.label) has no key" }
            var after = quiet
            ModelFixture.press(&after, key)
            let words = after.notice?.text ?? ""
            let isIdle = words.contains("does nothing here") || words.contains("a made run cannot")
            return isIdle ? "hint \(binding.label) \(binding.hint): \(words)" : nil
        }
    }

    /// The same numbers and words in ASCII as in Unicode, but for what an ellipsis cut off.
    private static func glyphSets(_ model: InspectorModel) -> [String] {
        guard model.overlay == nil, model.commandLine == nil, model.width >= 80, model.height >= 24 else {
            return []
        }
        func words(_ unicode: Bool) -> (all: Set<String>, whole: Set<String>) {
            var model = model
            model.capabilities = Capabilities(colours: .none, unicode: unicode)
            return ScreenFacts.words(View.draw(model).text)
        }
        // Bytes of other scripts are written out in ASCII, as <0xE9>: their digits tell nothing else.
        func isTold(_ word: String) -> Bool { word.count > 2 || !word.allSatisfy { "ABCDEFx".contains($0) } }
        let (unicode, ascii) = (words(true), words(false))
        let lost = unicode.whole.subtracting(ascii.all).filter(isTold)
        let added = ascii.whole.subtracting(unicode.all).filter { $0.first?.isLetter == true && isTold($0) }
        return lost.isEmpty && added.isEmpty
            ? [] : ["in Unicode only: \(lost.sorted()), in ASCII only: \(added.sorted())"]
    }
}
