import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Every size, every state: nothing overlaps, nothing leaves the screen, nothing traps.
@Suite struct DrawingTests {
    @Test func panesLieInsideTheScreenAndApart() {
        for screen in ScreenName.allCases {
            for width in 1...200 {
                for height in 1...70 {
                    let layout = Layout(width: width, height: height, screen: screen)
                    var boxes = [
                        layout.header, layout.tabs, layout.body, layout.side, layout.counters, layout.stream,
                        layout.verdict, layout.hints,
                    ]
                    if layout.notice != layout.hints { boxes.append(layout.notice) }
                    boxes += layout.rules
                    boxes.removeAll(where: \.isEmpty)
                    let isInside = boxes.allSatisfy {
                        $0.x >= 0 && $0.y >= 0 && $0.x + $0.width <= width && $0.y + $0.height <= height
                    }
                    let areApart = boxes.indices.allSatisfy { left in
                        boxes[(left + 1)...].allSatisfy { !overlap(boxes[left], $0) }
                    }
                    guard isInside, areApart, !layout.header.isEmpty else {
                        Issue.record("\(width)x\(height) \(screen): \(boxes)")
                        return
                    }
                }
            }
        }
    }

    private func overlap(_ left: Box, _ right: Box) -> Bool {
        left.x < right.x + right.width && right.x < left.x + left.width
            && left.y < right.y + right.height && right.y < left.y + left.height
    }

    /// The states that draw differently.
    private static let states: [InspectorModel] = {
        var list: [InspectorModel] = []
        let live = ModelFixture.live()
        for screen in ScreenName.allCases {
            var model = live
            model.screen = screen
            list.append(model)
        }
        for key in [Key.character("?"), .character("w"), .character(":"), .character("x")] {
            var model = live
            ModelFixture.press(&model, key)
            list.append(model)
        }
        for zoom in Zoom.allCases {
            var model = live
            ModelFixture.press(
                &model, .character("2"), .enter, .down, .down, .character("c"), .character("o"))
            model.zoom = zoom
            list.append(model)
        }
        let tall = RunFixture(.init(layers: 80, kvHeads: 8, queryHeads: 64, pictures: 1, gridRows: 9))
        list.append(ModelFixture.live(tall, cursor: HeadID(layer: 79, head: 7)))
        list.append(ModelFixture.fresh())
        var failed = ModelFixture.fresh()
        ModelFixture.send(&failed, [.event(.failed("model.safetensors: found 12 bytes, 漢字 expected more"))])
        list.append(failed)
        let odd = RunFixture(
            .init(pictures: 0, answer: ["漢", "\u{1B}[2J", "", "e\u{301}", "\u{202E}", "🙂🙂"]))
        var tokens = ModelFixture.live(odd, steps: 7)
        tokens.screen = .tokens
        list.append(tokens)
        return list
    }()

    /// Around every threshold of the layout, and every width and height at least once.
    private static let sizes: [(Int, Int)] = {
        let widths = [1, 3, 20, 33, 34, 60, 79, 80, 120, 160]
        let heights = [1, 3, 7, 8, 16, 22, 24, 48]
        return widths.flatMap { width in heights.map { (width, $0) } }
    }()

    @Test func everyWidthAndHeightIsDrawn() {
        for width in 1...200 {
            var model = Self.states[width % Self.states.count]
            ModelFixture.send(&model, [.resized(width: width, height: 1 + width * 37 % 70)])
            #expect(View.draw(model).width == width)
        }
    }

    @Test func nothingTrapsAndASCIIStaysASCII() {
        for state in Self.states {
            for (width, height) in Self.sizes where (width + height) % 3 != 0 {
                var model = state
                ModelFixture.send(&model, [.resized(width: width, height: height)])
                let screen = View.draw(model)
                #expect(screen.cells.count == width * height)
                let isPlain = screen.cells.allSatisfy { cell in
                    cell.glyph.map { (0x20..<0x7F).contains($0.value) } ?? false
                }
                let hasNoColour = screen.cells.allSatisfy {
                    $0.style.foreground == nil && $0.style.background == nil
                }
                if !isPlain || !hasNoColour {
                    Issue.record("\(width)x\(height): \(screen.text)")
                    return
                }
            }
        }
    }

    @Test(arguments: [Capabilities.Colours.none, .sixteen, .palette], Theme.allCases)
    func glyphsAreSafeAndWhole(colours: Capabilities.Colours, theme: Theme) {
        for state in Self.states {
            for (width, height) in Self.sizes where (width + height) % 7 == 0 {
                var model = state
                model.capabilities = Capabilities(colours: colours, unicode: true)
                model.theme = theme
                ModelFixture.send(&model, [.resized(width: width, height: height)])
                let screen = View.draw(model)
                for y in 0..<height {
                    for x in 0..<width {
                        let cell = screen[x, y]
                        guard let glyph = cell.glyph else {
                            #expect(x > 0 && screen[x - 1, y].glyph.map { DisplayWidth.of($0) } == 2)
                            continue
                        }
                        let isSafe = !DisplayWidth.isUnsafe(glyph) && DisplayWidth.of(glyph) > 0
                        let most = colours == .none ? -1 : colours == .sixteen ? 15 : 255
                        let used = [cell.style.foreground, cell.style.background].compactMap { $0 }
                        guard isSafe, used.allSatisfy({ Int($0) <= most }) else {
                            Issue.record("\(width)x\(height) at \(x) \(y): \(cell)")
                            return
                        }
                    }
                }
            }
        }
    }

    @Test func theCursorStandsOnTheSelection() {
        for (width, height) in Self.sizes where width >= 20 && height >= 10 {
            var model = ModelFixture.live(width: width, height: height)
            #expect(View.draw(model).cursor != nil, "map \(width)x\(height)")
            ModelFixture.press(&model, .character("2"), .enter)
            #expect(View.draw(model).cursor != nil, "patch \(width)x\(height)")
        }
    }

    @Test func theSelectedHeadIsAlwaysInView() {
        let fixture = RunFixture(.init(layers: 80, kvHeads: 8, queryHeads: 64, pictures: 1))
        for (width, height) in [(20, 5), (34, 8), (40, 10), (80, 24), (120, 36)] {
            for id in [HeadID(layer: 0, head: 0), .init(layer: 41, head: 4), .init(layer: 79, head: 7)] {
                let model = ModelFixture.live(fixture, width: width, height: height, cursor: id)
                #expect(View.draw(model).cursor != nil, "\(id) at \(width)x\(height)")
            }
        }
    }
}
