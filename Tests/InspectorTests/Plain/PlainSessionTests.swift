import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// The inspector as lines: what is said when, and what typed lines do.
@Suite struct PlainSessionTests {
    private let fixture = RunFixture()

    private func session(once: Bool = false) -> PlainSession {
        PlainSession(model: ModelFixture.fresh(budget: fixture.options.budget), speaksOnce: once)
    }

    private func take(_ session: inout PlainSession, _ messages: [InspectorMessage]) -> [String] {
        messages.flatMap { session.take($0).lines }
    }

    private func open(_ session: inout PlainSession) -> [String] {
        take(
            &session,
            [
                .event(.progress(.opening, fraction: nil)), .event(.opened(fixture.geometry)),
                .event(.progress(.preparing, fraction: nil)), .event(.prepared(fixture.prompt)),
                .event(.progress(.prefill, fraction: 0.1)), .event(.progress(.prefill, fraction: 0.9)),
                .event(.planned(fixture.plan, fixture.timing)),
            ])
    }

    private func steps(_ range: Range<Int>, _ plan: CommandID? = .start) -> [InspectorMessage] {
        fixture.steps[range].map { .step($0, plan) }
    }

    private func finish(_ session: inout PlainSession) -> [String] {
        let last = fixture.steps.count
        return take(&session, steps(0..<last))
            + take(
                &session,
                [
                    .event(.finished(.stop)),
                    .snapshot(fixture.snapshot(after: last, focus: session.model.cursor)),
                ])
    }

    @Test func aRunIsToldAsItHappens() {
        var session = session()
        let start = open(&session)
        #expect(start.filter { $0.hasPrefix("LOAD ") } == ["LOAD model", "LOAD prompt", "LOAD prefill"])
        #expect(start.contains("PROMPT 210 tokens, 6 pictures: caption"))
        #expect(
            start.last?.hasPrefix("PLAN hybridkv@20%: 24 heads, 7 static, 17 dynamic; 1008 of 1008") == true)
        let steps = take(&session, steps(0..<3))
        #expect(steps.count == 3 && steps[0].hasPrefix("STEP 0: \"white\", p "))
        #expect(steps[0].hasSuffix("from the prefill") && steps[2].hasPrefix("STEP 2: \",\""))
        #expect(!session.hasReported)
        let end = finish(&session)
        #expect(end.contains("DONE after 12 tokens: the model stopped"))
        #expect(end.contains("ANSWER white diamond, cyan cross, yellow circle, blue cross"))
        #expect(end.last == "OK answer: as expected" && session.hasReported)
    }

    @Test func theReportWaitsForTheSnapshotOfTheLastStep() {
        var session = session()
        _ = open(&session)
        _ = take(&session, steps(0..<12) + [.event(.finished(.length))])
        let id = session.model.cursor
        #expect(take(&session, [.snapshot(fixture.snapshot(after: 3, focus: id))]).isEmpty, "an older one")
        let end = take(&session, [.snapshot(fixture.snapshot(after: 12, focus: id))])
        #expect(end.first == "DONE after 12 tokens: the token limit was reached")
        #expect(take(&session, [.snapshot(fixture.snapshot(after: 12, focus: id))]).isEmpty, "told once")
    }

    @Test func onceSaysNothingUntilTheEnd() {
        var session = session(once: true)
        #expect(open(&session).isEmpty)
        #expect(take(&session, steps(0..<12) + [.event(.paused(.run)), .event(.resumed(.run))]).isEmpty)
        let text = finish(&session).joined(separator: "\n") + "\n"
        for id in fixture.plan.heads.map(\.id) { #expect(text.split(separator: "\nHEAD \(id): ").count == 2) }
        for start in [
            "PROMPT 210 tokens", "\nPLAN hybridkv@20%", "\nGRID img6: ", "\nDONE after 12", "\nANSWER ",
        ] {
            #expect(text.contains(start), "\(start)")
        }
        #expect(text.utf8.allSatisfy { $0 == 0x0A || 0x20...0x7E ~= $0 })
        #expect(take(&session, [.event(.refused("no"))]) == ["REFUSED no"])
    }

    @Test func planningAnewBeginsToTellAnew() {
        var session = session()
        _ = open(&session)
        _ = finish(&session)
        let reply = session.follow("budget 30%")
        #expect(reply.lines == ["NOTE planning: hybridkv@30%"])
        #expect(EffectText.of(reply.effects) == ["replan hybridkv@30%"])
        let id = ModelFixture.last(session.model)
        let again = take(
            &session, [.event(.planned(fixture.plan, fixture.timing), id)] + steps(0..<1, id))
        #expect(again.first?.hasPrefix("PLAN ") == true && again.last?.hasPrefix("STEP 0") == true)
        #expect(!session.hasReported)
    }

    @Test func stepsAreToldOfThePlanInForceOnly() {
        var session = session()
        _ = open(&session)
        _ = take(&session, steps(0..<4))
        _ = session.follow("restart")
        let id = ModelFixture.last(session.model)
        var lines = take(&session, [.event(.planned(fixture.plan, fixture.timing), id)])
        lines += take(&session, steps(4..<5)) + take(&session, steps(0..<3, id))
        let first = lines.lastIndex { $0.hasPrefix("PLAN ") } ?? 0
        #expect(lines[first...].map { $0.prefix(6) } == ["PLAN h", "STEP 0", "STEP 1", "STEP 2"])
    }

    @Test func pauseAndResumeSayWhereTheRunStands() {
        var session = session()
        _ = open(&session)
        _ = take(&session, steps(0..<4))
        #expect(EffectText.of(session.follow("pause").effects) == ["pause"])
        #expect(take(&session, [.event(.paused(.run))]) == ["PAUSED after step 3"])
        #expect(session.follow("pause").lines == ["NOTE PAUSED already"])
        #expect(EffectText.of(session.follow("resume").effects) == ["resume"])
        #expect(take(&session, [.event(.resumed(.run))]) == ["LIVE"])
        #expect(session.follow("resume").lines == ["NOTE LIVE already"])
        #expect(EffectText.of(session.follow("step 2").effects) == ["step 2"])
        #expect(EffectText.of(session.follow("next").effects) == ["open colour of the star"])
        #expect(EffectText.of(session.follow("previous").effects) == ["open caption"])
        #expect(EffectText.of(session.follow("q").effects) == ["quit"])
    }

    @Test func lookingIsAnsweredInLines() {
        var session = session()
        #expect(session.follow("map").lines == ["MAP none yet: there is no plan"])
        #expect(session.follow("head").lines == ["HEAD none yet: there is no plan"])
        #expect(session.follow("tokens").lines == ["PROMPT none yet", "ANSWER "])
        #expect(session.follow("head 0 0").lines == ["HEAD none yet: there is no plan"])
        #expect(
            session.follow("status").lines.prefix(2) == [
                "MEMORY n/a: no snapshot yet", "LATENCY n/a: no decode step yet",
            ])
        #expect(session.follow("checks").lines == ["CHECK none yet: there is no plan"])
        _ = open(&session)
        _ = finish(&session)
        #expect(session.follow("map").lines.count == 24)
        let look = session.follow("head 2 1")
        #expect(session.model.cursor == HeadID(layer: 2, head: 1))
        #expect(EffectText.of(look.effects) == ["focus L02/kv1", "snapshot"])
        #expect(look.lines.first == "HEAD L02/kv1 STATIC")
        #expect(look.lines.contains { $0.hasPrefix("GRID img1: 5 rows, 5 columns, ") })
        #expect(session.follow("tokens").lines.last?.hasPrefix("ANSWER white diamond") == true)
        let status = session.follow("status").lines
        #expect(status[0].hasPrefix("MEMORY resident ") && status[2].hasPrefix("LATENCY p50 "))
        #expect(status.contains("OK every head has a row: 24 heads"))
    }

    @Test(arguments: [
        ("head 9 0", "REFUSED no head 9 0: expected layers 0 to 5, heads 0 to 3"),
        (
            "head x y",
            "REFUSED 'x y' names no head and class: expected LAYER HEAD CLASS, as in :head 3 1 full"
        ),
        ("budget lots", "REFUSED 'lots' is no budget: expected a share such as 12% or 0.12"),
    ])
    func whatIsNotUnderstoodSaysWhatIsExpected(line: String, answer: String) {
        var session = session()
        _ = open(&session)
        let reply = session.follow(line)
        #expect(reply.lines == [answer] && reply.effects.isEmpty)
    }

    @Test func helpNamesWhatCanBeTyped() {
        var session = session()
        let help = session.follow("help").lines
        #expect(help == session.follow("?").lines)
        for word in ["map", "head", "tokens", "status", "pause", "next", "budget", "method", "set", "q"] {
            #expect(help.contains { $0.hasPrefix("TYPE \(word)") }, "\(word)")
        }
        #expect(session.follow("").lines.isEmpty && session.follow("   ").lines.isEmpty)
        #expect(session.follow("dance").lines.first?.hasPrefix("REFUSED no command 'dance'") == true)
    }

    @Test func aFailureEndsTheSession() {
        var session = session()
        _ = take(&session, [.event(.failed("no such folder"))])
        #expect(session.failure == "no such folder")
    }

    @Test func textIsShownAndNeverObeyed() {
        #expect(PlainText.visible("a\nb\tc\u{1B}[2J\r") == "a\nb\tc<0x1B>[2J<0x0D>")
        #expect(PlainText.visible("é", asciiOnly: true) == "<0xE9>")
    }
}
