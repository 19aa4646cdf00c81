import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A comparison as lines.
@Suite struct PlainCompareTests {
    private let fixture = ComparisonFixture()

    private func session() -> PlainSession { PlainSession(model: ModelFixture.live(), speaksOnce: false) }

    private func take(_ session: inout PlainSession, _ events: [FactContent]) -> [String] {
        events.flatMap { content in
            let comparison = session.model.comparison
            return session.take(.event(content, comparison.asked ?? comparison.command)).lines
        }
    }

    private func snapshot(_ session: PlainSession, after steps: Int) -> FactContent {
        .comparisonSnapshot(
            fixture.snapshot(after: steps, focus: session.model.cursor),
            comparison: session.model.comparison.command ?? .start)
    }

    @Test func stepsAreToldOnceAndASummaryFollows() {
        var session = session()
        let reply = session.follow("compare hybridkv snapkv@20%")
        #expect(EffectText.of(reply.effects) == ["compare [\"hybridkv@20%\", \"snapkv@20%\"]"])
        let start = take(&session, [.comparisonStarted(fixture.start)])
        #expect(
            start == [
                "COMPARE A hybridkv@20%; B snapkv@20%",
                "COMPARE forced: every branch is given the full cache's tokens; at most 12 tokens; "
                    + "measures divergence, recall, fate",
            ])
        let steps = take(&session, fixture.steps.map { .compared($0) })
        #expect(steps.count == 12)
        #expect(steps[0] == "COMPARED 0: full \"white\"; A \"white\"; B \"white\"")
        #expect(steps[4].contains("B \" orange\" differs, KL .33, full's token is number 2, recall"))
        #expect(take(&session, [.comparisonEnded(.stop)]).isEmpty)
        let early = snapshot(session, after: 3)
        #expect(take(&session, [early]).isEmpty, "the summary waits for the last step")
        let summary = take(&session, [snapshot(session, after: 12)])
        #expect(summary[0].hasPrefix("BRANCH A hybridkv 20 %: resident 159.0 KiB, offloaded 446.3 KiB"))
        #expect(summary[1].contains("first change at step 4") && !summary[1].contains("@"))
        #expect(summary.contains { $0.hasPrefix("PART A and B part at step 4") })
        #expect(summary.contains { $0.hasPrefix("HEAD L01/kv3 at step 4: recall A .88, B .31") })
        #expect(summary.count { $0.hasPrefix("KEPT in L02/kv1 after step 11, img") } == 6)
    }

    @Test func pauseBlameAndLeaveAreAboutTheComparison() {
        var session = session()
        _ = session.follow("compare hybridkv snapkv")
        #expect(session.follow("comparison").lines == ["COMPARE nothing yet: compare A B starts it"])
        _ = take(
            &session, [.comparisonStarted(fixture.start)] + fixture.steps.prefix(3).map { .compared($0) })
        #expect(EffectText.of(session.follow("pause").effects) == ["pause"])
        #expect(take(&session, [.paused(.comparison)]) == ["PAUSED after step 2 of the comparison"])
        #expect(session.follow("pause").lines == ["NOTE PAUSED already"])
        #expect(EffectText.of(session.follow("blame 1 3").effects) == ["blame 0 L01/kv3"])
        let result = BlameResult(
            branch: 0, head: HeadID(layer: 1, head: 3), steps: 2, meanKL: 0.02, meanKLWithHeadFull: 0.01)
        #expect(
            take(&session, [.blamed(result)])
                == ["BLAME A with L01/kv3 full: mean KL .0200 -> .0100, -.0100 in 2 steps"])
        #expect(EffectText.of(session.follow("leave").effects) == ["end comparison"])
        #expect(
            take(&session, [.comparisonLeft(reason: nil)]) == ["LEFT the comparison; the run is as it was"])
        #expect(session.follow("leave").lines == ["REFUSED nothing is being compared"])
    }

    @Test func helpNamesItAll() {
        let help = session().help.joined(separator: "\n")
        for word in ["TYPE compare A B C", "TYPE comparison", "leave", "TYPE blame L H"] {
            #expect(help.contains(word), "\(word)")
        }
    }
}
