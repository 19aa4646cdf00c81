import HybridKV
import Testing

@testable import Inspector

/// Events and steps travel separately: the answer keeps what belongs to the plan in force.
@Suite struct AnswerTests {
    private let steps = RunFixture().steps

    private func answer(_ count: Int) -> Answer {
        var answer = Answer()
        for step in steps.prefix(count) { answer.append(step, startsAnew: false) }
        return answer
    }

    @Test func stepsComeInOrder() {
        let found = answer(5)
        #expect(found.lastIndex == 4 && found.missing == 0)
        #expect(found.latency.count == 4, "the first token comes from the prefill")
        #expect(String(decoding: found.bytes, as: UTF8.self) == "white diamond, cyan cross")
    }

    @Test func lostStepsAreCounted() {
        var found = answer(3)
        found.append(steps[6], startsAnew: false)
        #expect(found.missing == 3 && found.lastIndex == 6)
        found.append(steps[4], startsAnew: false)
        #expect(found.lastIndex == 6 && found.steps.count == 4, "what comes too late is not put at the end")
    }

    @Test func aPlanStartsAnew() {
        var found = answer(5)
        found.begin()
        #expect(found.steps.isEmpty && found.latency.count == 0)
        found.append(steps[3], startsAnew: false)
        #expect(found.steps.isEmpty, "the rest of the answer before")
    }

    @Test func stepsThatOvertakeTheirPlanAreKept() {
        var found = answer(5)
        found.append(steps[0], startsAnew: true)
        found.append(steps[1], startsAnew: true)
        #expect(found.isAhead && found.steps.count == 2)
        found.begin()
        #expect(found.steps.count == 2 && !found.isAhead)
        found.begin()
        #expect(found.steps.isEmpty, "the next plan is another one")
    }

    @Test func aRestartWithoutANewPlanStartsAnewAtStepZero() {
        var found = answer(5)
        found.append(steps[0], startsAnew: false)
        #expect(found.steps.count == 1 && found.missing == 0)
    }

    @Test func whatWasNeverMeasuredIsNotZero() {
        #expect(Answer().movedPerStep == nil && Answer().hitRate == nil && Answer().lastIndex == nil)
        #expect(answer(1).movedPerStep == nil && answer(1).hitRate == nil)
        let moved = steps[1...4].map(\.record.cache.movedBytes)
        #expect(answer(5).movedPerStep == moved.reduce(0, +) / 4)
    }
}

/// Times of the last steps.
@Suite struct LatencyRingTests {
    private func ring(_ milliseconds: some Sequence<Int>) -> LatencyRing {
        var ring = LatencyRing()
        for value in milliseconds {
            var timing = StepTiming()
            timing.total = value * 1_000_000
            timing.attention = value * 250_000
            ring.append(timing)
        }
        return ring
    }

    @Test func percentilesAreNearestRank() {
        #expect(LatencyRing().percentile(0.5) == nil)
        #expect(ring([7]).percentile(0.95) == 7)
        #expect(ring([4, 1, 3, 2]).percentile(0.5) == 2)
        #expect(ring((1...100).reversed()).percentile(0.95) == 95)
        #expect(ring(1...100).percentile(0) == 1 && ring(1...100).percentile(1) == 100)
    }

    @Test func theOldestGiveWay() {
        let full = ring(1...600)
        #expect(full.count == 512)
        #expect(full.recent(3) == [598, 599, 600] && full.recent(1000).first == 89)
        #expect(full.last?.total == 600_000_000)
        #expect(full.percentile(0) == 89)
    }

    @Test func theStagesSumToTheMean() {
        let stages = ring([2, 4]).stages
        #expect(stages.map(\.name) == ["projections", "attention", "retrieval", "sampling", "other"])
        #expect(stages.map(\.milliseconds) == [0, 0.75, 0, 0, 2.25])
        #expect(LatencyRing().stages.isEmpty)
    }
}
