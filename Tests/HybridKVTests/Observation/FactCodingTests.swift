import Foundation
import HybridKV
import TestSupport
import Testing

@testable import KVLive

/// Everything that crosses can be written and read again.
@Suite struct FactCodingTests {
    private let golden: PromptGolden
    private let hybrid = MethodSettings(
        name: "hybridkv", budget: 0.2, parameters: ["theta": "q:0.25"],
        forcedHeads: [HeadID(layer: 3, head: 1): .full])
    private let snap = MethodSettings(name: "snapkv", budget: 0.2)

    init() throws {
        golden = try #require(PromptGolden.named("sample-caption-6"))
    }

    private func copy<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    @Test func everyFactOfARunComesBackAsItWas() throws {
        let reader = LiveReader(golden, hybrid, maxTokens: 4)
        try reader.wait { $0.count("paused") == 1 }
        let actions: [RunAction] = [
            .step(2), .snapshot, .draft(snap), .verify([snap], steps: 2), .restart,
            .compare(ComparisonRequest(methods: [hybrid, snap], steps: 3, probes: .all)), .pause, .step(2),
            .snapshot,
            .blame(branch: 1, HeadID(layer: 0, head: 0)), .endComparison,
            .replan(MethodSettings(name: "?", budget: 1)),
        ]
        for action in actions { _ = try reader.conclusion(of: action) }
        let last = reader.send(.endComparison)
        try reader.wait { !$0.conclusions(of: last).isEmpty }
        try reader.finish()
        for fact in reader.log { #expect(try copy(fact) == fact, "\(fact.content.name)") }
        for command in reader.commands { #expect(try copy(command) == command) }
        let seen = Set(reader.log.map(\.content.name))
        // These take luck in time, or a model that fails.
        let others: [FactContent] = [
            .failed("no room"), .finished(.length), .resumed(.comparison), .paused(.comparison),
            .comparisonEnded(.stop),
            .comparisonLeft(reason: "no numbers"), .concluded(.abandoned(by: nil)),
            .concluded(.abandoned(by: CommandID(rawValue: 4))),
        ]
        for content in others { #expect(try copy(content) == content) }
        let missing = Self.names.subtracting(seen).subtracting(others.map(\.name))
        #expect(missing.isEmpty, "neither seen nor made: \(missing)")
    }

    private static let names: Set<String> = [
        "opening", "opened", "preparing", "planning", "prepared", "planned", "step", "snapshot", "paused",
        "resumed",
        "finished", "failed", "comparisonStarted", "compared", "comparisonSnapshot", "comparisonEnded",
        "comparisonLeft",
        "blamed", "drafted", "verified", "done", "refused", "abandoned", "ended",
    ]

    @Test func everyCommandComesBackAsItWas() throws {
        let head = HeadID(layer: 2, head: 0)
        let actions: [RunAction] = [
            .pause, .resume, .step(3), .pace(2.5), .seek(7), .replan(hybrid), .restart, .open(golden.request),
            .focus(head), .snapshot, .compare(ComparisonRequest(methods: [hybrid, snap], isForced: false)),
            .endComparison, .blame(branch: 1, head), .draft(snap), .verify([hybrid, snap], steps: 4),
        ]
        for action in actions { #expect(try copy(action) == action) }
        #expect(Set(actions.flatMap(\.needs)) == Set(RunCapability.allCases))
    }

    @Test func whatIsUnknownStaysUnknown() throws {
        let step = StepFact(index: 3, token: TokenFact(id: 9, bytes: [0xE2, 0x98]))
        let found = try copy(step)
        #expect(found == step && found.token.logprob == nil && found.candidates == nil)
        #expect(found.time.total == nil && found.time.stages == nil && found.cache.residentBytes == nil)
        #expect(found.cache.hitRate == nil)
        let memory = try copy(MemoryStatus())
        #expect(memory.residentBytes == nil && memory.saving == nil && memory.logicalBytes == nil)
        #expect(try copy(Reading.unavailable("why")) == .unavailable("why"))
        #expect(try copy(OpeningTimes()).prefill == nil)
    }

    @Test func emptyPlacesOfCandidatesAreNotWritten() throws {
        let top = TopTokens([.init(token: 4, logprob: -0.5), .init(token: 2, logprob: -1)])
        let text = String(decoding: try JSONEncoder().encode(top), as: UTF8.self)
        #expect(try copy(top) == top && !text.contains("\"token\":-1") && text.hasPrefix("["))
    }

    @Test(arguments: [
        #"{"tokens":[1,2],"segments":[]}"#,
        #"{"tokens":[1,2],"segments":[{"kind":"text","index":0,"start":1,"count":1}]}"#,
        #"{"tokens":[1,2],"segments":[{"kind":"text","index":0,"start":0,"count":9223372036854775807}]}"#,
        #"{"tokens":[1,2],"segments":[{"kind":"image","index":0,"start":0,"count":2,"grid":{"frames":1,"rows":3,"columns":3}}]}"#,
    ])
    func layoutsThatDoNotCoverTheirPromptAreRefused(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(PromptLayout.self, from: Data(text.utf8))
        }
    }

    @Test(arguments: [
        #"{"width":1,"height":1,"pixels":[1,2]}"#, #"{"width":0,"height":1,"pixels":[]}"#,
        #"{"width":9223372036854775807,"height":9,"pixels":[1,2,3]}"#,
        #"{"width":-1,"height":-1,"pixels":[1,2,3]}"#,
    ])
    func picturesOfAnotherSizeAreRefused(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(RGBImage.self, from: Data(text.utf8))
        }
    }
}
