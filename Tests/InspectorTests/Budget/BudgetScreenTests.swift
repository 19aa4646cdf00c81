import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// The budget screen at every size, as it was recorded and looked at.
@Suite struct BudgetScreenTests {
    private func check(_ name: String, _ make: (Int, Int, Capabilities) -> InspectorModel) {
        for (width, height) in ScreenTests.sizes {
            for (kind, capabilities) in ScreenTests.kinds {
                let screen = View.draw(make(width, height, capabilities))
                ScreenFiles.check("budget-\(name)-\(width)x\(height)-\(kind)", screen.text)
            }
        }
    }

    private let fixture = BudgetFixture.small

    private func drafted(_ width: Int, _ height: Int, _ capabilities: Capabilities) -> InspectorModel {
        var model = fixture.model(width: width, height: height, capabilities: capabilities)
        fixture.command(&model, "draft budget=12%")
        fixture.command(&model, "draft theta=0.85")
        return model
    }

    @Test func live() { check("live") { fixture.model(width: $0, height: $1, capabilities: $2) } }

    @Test func draft() { check("draft", drafted) }

    @Test func verified() {
        check("verified") {
            var model = drafted($0, $1, $2)
            fixture.press(&model, .character("V"))
            guard let plan = model.plan, let draft = model.budget.draft?.plan else { return model }
            ModelFixture.send(
                &model,
                [
                    .event(
                        .verified([
                            BudgetFixture.verified(plan, divergence: 0.0041),
                            BudgetFixture.verified(draft, divergence: 0.0187),
                        ]), ModelFixture.last(model))
                ])
            ModelFixture.conclude(&model) { _ in true }
            return model
        }
    }

    @Test func refused() {
        check("refused") {
            var model = fixture.model(width: $0, height: $1, capabilities: $2)
            fixture.command(&model, "draft r=-1")
            return model
        }
    }

    @Test func aMethodWithoutParameters() {
        check("full") {
            fixture.model(
                MethodSettings(name: "full", budget: 0.2), width: $0, height: $1, capabilities: $2)
        }
    }

    @Test func manyLayers() {
        check("28") {
            var model = BudgetFixture.many.model(
                width: $0, height: $1, capabilities: $2, cursor: HeadID(layer: 17, head: 2))
            BudgetFixture.many.press(&model, .right, .right)
            return model
        }
    }

    @Test func manyHeads() {
        let fixture = BudgetFixture(.init(layers: 80, kvHeads: 8, queryHeads: 16, pictures: 2))
        check("80") {
            var model = fixture.model(
                width: $0, height: $1, capabilities: $2, cursor: HeadID(layer: 60, head: 5))
            fixture.command(&model, "draft theta=0.8")
            return model
        }
    }

    @Test func aForcedHead() {
        check("forced") {
            let id = HeadID(layer: 2, head: 1)
            return fixture.model(
                MethodSettings(name: "hybridkv", budget: 0.2, forcedHeads: [id: .full]), width: $0,
                height: $1, capabilities: $2)
        }
    }

    @Test func why() {
        check("why") {
            var model = drafted($0, $1, $2)
            fixture.press(&model, .character("x"))
            return model
        }
    }
}
