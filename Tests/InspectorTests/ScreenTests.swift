import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

@Suite("Screens")
struct ScreenTests {
    static let sizes = [(80, 24), (120, 36), (160, 48), (40, 10), (20, 5)]
    static let kinds = [("ascii", ModelFixture.ascii), ("utf8", ModelFixture.utf8)]

    private func check(_ name: String, _ make: (Int, Int, Capabilities) -> InspectorModel) {
        for (width, height) in Self.sizes {
            for (kind, capabilities) in Self.kinds {
                let screen = View.draw(make(width, height, capabilities))
                ScreenFiles.check("\(name)-\(width)x\(height)-\(kind)", screen.text)
            }
        }
    }

    @Test func map() {
        check("map") { ModelFixture.live(width: $0, height: $1, capabilities: $2) }
    }

    /// The same model on a terminal of another size and kind: large pictures are read once.
    private func shown(
        _ model: InspectorModel, _ width: Int, _ height: Int, _ capabilities: Capabilities
    ) -> InspectorModel {
        var model = model
        model.capabilities = capabilities
        ModelFixture.send(&model, [.resized(width: width, height: height)])
        return model
    }

    @Test func mapOfManyLayers() {
        let many = ModelFixture.live(
            RunFixture(.init(layers: 28, queryHeads: 28, pictures: 2, gridRows: 27, gridColumns: 36)),
            cursor: HeadID(layer: 17, head: 2))
        check("map-28") { shown(many, $0, $1, $2) }
        let most = ModelFixture.live(
            RunFixture(.init(layers: 80, kvHeads: 8, queryHeads: 64, pictures: 2)),
            cursor: HeadID(layer: 60, head: 5))
        check("map-80") { shown(most, $0, $1, $2) }
    }

    @Test func head() {
        check("head") {
            var model = ModelFixture.live(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .character("2"))
            return model
        }
    }

    @Test(arguments: Zoom.allCases)
    func headZooms(_ zoom: Zoom) {
        check("head-zoom-\(zoom.columns)-\(zoom == .half ? 2 : 1)") {
            var model = ModelFixture.live(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .character("2"), .character("c"), .tab)
            model.zoom = zoom
            return model
        }
    }

    @Test(arguments: GridOverlay.allCases)
    func headOverlays(_ overlay: GridOverlay) {
        check("head-overlay-\(overlay.rawValue)") {
            var model = ModelFixture.live(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .character("2"), .enter, .right, .down)
            model.gridOverlay = overlay
            return model
        }
    }

    @Test func headOfLargePictures() {
        var model = ModelFixture.live(
            RunFixture(.init(layers: 28, queryHeads: 28, pictures: 2, gridRows: 27, gridColumns: 36)))
        ModelFixture.press(&model, .character("2"))
        check("head-large") { shown(model, $0, $1, $2) }
    }

    @Test func tokens() {
        check("tokens") {
            var model = ModelFixture.live(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .character("3"), .left, .left)
            return model
        }
    }

    @Test func help() {
        check("help") {
            var model = ModelFixture.live(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .character("?"))
            return model
        }
    }

    @Test func checks() {
        check("checks") {
            var model = ModelFixture.done(width: $0, height: $1, capabilities: $2)
            ModelFixture.press(&model, .character("w"))
            return model
        }
    }

    @Test func commandLine() {
        check("command") {
            var model = ModelFixture.live(width: $0, height: $1, capabilities: $2)
            ModelFixture.send(&model, [.key(.character(":")), .paste("set th"), .key(.tab)])
            return model
        }
        check("command-wrong") {
            var model = ModelFixture.live(width: $0, height: $1, capabilities: $2)
            ModelFixture.command(&model, "budget lots")
            return model
        }
    }

    @Test func progress() {
        check("progress") {
            var model = ModelFixture.fresh(width: $0, height: $1, capabilities: $2)
            let fixture = RunFixture()
            ModelFixture.send(
                &model,
                [
                    .event(.opened(fixture.geometry)), .event(.prepared(fixture.prompt)),
                    .event(.progress(.prefill, fraction: 0.4)),
                ])
            return model
        }
    }

    @Test func paused() {
        check("paused") {
            var model = ModelFixture.live(width: $0, height: $1, capabilities: $2)
            ModelFixture.send(&model, [.event(.paused(.run))])
            return model
        }
    }

    @Test func done() {
        check("done") { ModelFixture.done(width: $0, height: $1, capabilities: $2) }
    }

    @Test func failed() {
        check("failed") {
            var model = ModelFixture.fresh(width: $0, height: $1, capabilities: $2)
            ModelFixture.send(
                &model, [.event(.failed("model.safetensors: found 12 bytes, expected a header of 4096"))])
            return model
        }
    }
}
