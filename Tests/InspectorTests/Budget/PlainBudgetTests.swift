import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// The budget screen typed and read as lines.
@Suite struct PlainBudgetTests {
    private let fixture = BudgetFixture.small

    private func session(_ settings: MethodSettings? = nil) -> PlainSession {
        PlainSession(model: fixture.model(settings), speaksOnce: false)
    }

    @Test func theWaterfallIsSaidFromTheTotalDown() {
        var session = session()
        let lines = session.follow("budget").lines
        #expect(lines[0] == "BUDGET total 1008 rows = 24 heads x 42; 1008 given, 0 left")
        #expect(lines.contains("BUDGET static: 9 heads, 768 rows"))
        #expect(lines.contains("BUDGET resident 126.0 KiB, counted: 1008 rows x 128 B"))
        #expect(lines.count { $0.hasPrefix("LAYER ") } == 6)
        #expect(lines.contains { $0.hasPrefix("WHY L02/kv1: 86 rows = floor 11 + 75.1") })
        #expect(lines.contains("OK check sum 1008 of 1008 ok"))
        #expect(lines.contains("MEASURED live: n/a until verify"))
        #expect(!lines.contains { $0.hasPrefix("DRAFT") })
    }

    @Test func aDraftIsSaidWhenItsPlanArrives() throws {
        var session = session()
        let reply = session.follow("draft budget=12%")
        #expect(EffectText.of(reply.effects) == ["draft hybridkv@12%"])
        let plan = try #require(fixture.plan(MethodSettings(name: "hybridkv", budget: 0.12)))
        let id = ModelFixture.last(session.model)
        let lines = session.take(.event(.drafted(plan), id)).lines
        #expect(
            lines.first
                == "DRAFT hybridkv@12% differs from the live plan; apply makes it true, revert drops it")
        #expect(lines.contains("DRAFT total 600 rows = 24 heads x 25; 600 given, 0 left"))
        #expect(lines.contains("DRAFT classes: none changes"))
        let all = session.follow("budget").lines
        #expect(all.contains { $0.hasPrefix("LAYER 2: 134 rows, draft ") })
        #expect(all.contains { $0.hasPrefix("KNOB budget 20 %, draft 12 %: ") })
        #expect(EffectText.of(session.follow("verify").effects).first?.hasPrefix("verify") == true)
        let measured = session.take(
            .event(
                .verified([BudgetFixture.verified(fixture.live, divergence: 0.004)]),
                ModelFixture.last(session.model))
        ).lines
        #expect(
            measured.first?.hasPrefix("MEASURED live over 16 steps: KL to full 0.0040, recall .93") == true)
        #expect(measured.last == "MEASURED draft: n/a until verify")
        #expect(EffectText.of(session.follow("apply").effects) == ["replan hybridkv@12%"])
    }

    @Test func refusalsAndWhyAreLines() {
        var session = session()
        _ = session.follow("draft r=-1")
        let refusal = session.take(
            .event(.refused("r cannot be \"-1\""), ModelFixture.last(session.model)))
        #expect(refusal.lines == ["REFUSED r cannot be \"-1\""])
        #expect(session.follow("apply").lines.first?.hasPrefix("REFUSED the draft is invalid") == true)
        #expect(session.follow("budget").lines.contains { $0.contains("is invalid: r cannot be") })
        #expect(session.follow("revert").lines.first?.hasPrefix("NOTE draft dropped") == true)
        #expect(session.follow("why").lines.count >= 3)
        #expect(session.help.contains { $0.hasPrefix("TYPE draft KEY=VALUE") })
    }
}
