import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// The answer takes the steps of the plan in force, in order.
@Suite struct AnswerTests {
    private let steps = RunFixture().steps

    private func answer(_ count: Int) -> Answer {
        var answer = Answer()
        for step in steps.prefix(count) { answer.append(step) }
        return answer
    }

    @Test func stepsComeInOrder() {
        let found = answer(5)
        #expect(found.lastIndex == 4 && found.missing == 0)
        #expect(found.latency.count == 4, "the first token comes from the prefill")
        #expect(String(decoding: found.bytes, as: UTF8.self) == "white diamond, cyan cross")
    }

    @Test func stepsThatTheSourceDoesNotKnowAreCounted() {
        var found = answer(3)
        found.append(steps[6])
        #expect(found.missing == 3 && found.lastIndex == 6)
        found.append(steps[4])
        #expect(found.lastIndex == 6 && found.steps.count == 4, "what comes too late is not put at the end")
    }

    @Test func whatWasNeverMeasuredIsNotZero() {
        #expect(Answer().movedPerStep == nil && Answer().hitRate == nil && Answer().lastIndex == nil)
        #expect(answer(1).movedPerStep == nil && answer(1).hitRate == nil)
        let moved = steps[1...4].compactMap(\.cache.movedBytes)
        #expect(answer(5).movedPerStep == moved.reduce(0, +) / 4)
    }

    @Test func stepsThatKnowNothingAddNothing() {
        var found = Answer()
        for index in 0..<3 {
            found.append(StepFact(index: index, token: TokenFact(id: 1, bytes: Array("a".utf8))))
        }
        #expect(found.bytes == Array("aaa".utf8))
        #expect(found.movedPerStep == nil && found.hitRate == nil)
        #expect(found.latency.count == 0 && found.latency.stages.isEmpty && found.latency.last == nil)
        found.append(steps[3])
        #expect(found.latency.count == 1 && found.movedPerStep == nil, "not known of every step")
        #expect(found.hitRate == steps[3].cache.hitRate)
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
            ring.append(StepTime(timing))
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
        #expect(full.last == 600)
        #expect(full.percentile(0) == 89)
    }

    @Test func theStagesSumToTheMean() {
        let stages = ring([2, 4]).stages
        #expect(stages.map(\.name) == ["projections", "attention", "retrieval", "sampling", "other"])
        #expect(stages.map(\.milliseconds) == [0, 0.75, 0, 0, 2.25])
        #expect(LatencyRing().stages.isEmpty)
        var half = ring([2, 4])
        half.append(StepTime(total: 9_000_000))
        #expect(
            half.stages.map(\.milliseconds) == [0, 0.75, 0, 0, 2.25], "of the steps whose stages are known")
        #expect(half.last == 9)
    }
}
