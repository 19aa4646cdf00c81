import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A run from a source that can do little: what it cannot do is not offered, and refused where it is asked for anyway.
@Suite struct SourceTests {
    private let fixture = RunFixture()

    /// A recording: it can be paused, stepped, paced, and looked at; it holds no model.
    private static let recording = SourceTraits(
        title: "a recorded run", capabilities: [.pause, .step, .pace, .seek])

    private func model(_ source: SourceTraits = SourceTests.recording) -> InspectorModel {
        var model = InspectorModel(
            capabilities: ModelFixture.ascii, width: 120, height: 36, source: source,
            settings: fixture.plan.settings, methods: ModelFixture.methods, prompts: ModelFixture.prompts)
        ModelFixture.send(
            &model,
            [
                .event(.opened(fixture.geometry)), .event(.prepared(fixture.prompt)),
                .event(.planned(fixture.plan, fixture.timing)), .event(.concluded(.done)),
            ] + fixture.steps.prefix(8).map { .step($0) } + [
                .snapshot(fixture.snapshot(after: 8, focus: model.cursor)), .tick(1),
            ])
        return model
    }

    /// The keys and the commands that need each capability, and a word of the sentence that refuses them.
    private static let needs:
        [(capability: RunCapability, screen: ScreenName, keys: [Key], commands: [String])] = [
            (.pause, .map, [.character(" ")], []), (.step, .map, [.character(".")], ["step 3"]),
            (.pace, .map, [.character("<"), .character(">")], ["pace 2"]),
            (.restart, .map, [.character("r")], ["restart"]),
            (
                .replan, .map, [.character("+"), .character("-")],
                ["budget 10%", "method full", "set theta=0.8", "apply"]
            ),
            (.force, .map, [.character("f")], ["head 1 1 full"]),
            (.open, .map, [.character("n"), .character("N")], ["prompt What is it?"]),
            (.draft, .budget, [.right, .left, .enter], ["draft budget=10%", "revert"]),
            (.verify, .budget, [.character("V")], ["verify"]),
            (
                .compare, .map, [.character("5")],
                ["compare", "a full", "forced", "view heads", "goto compare"]
            ),
        ]

    @Test func whatTheSourceCannotDoIsRefusedWithAReason() {
        for (capability, screen, keys, commands) in Self.needs {
            let all = Set(RunCapability.allCases)
            var without = model(SourceTraits(title: "a test", capabilities: all.subtracting([capability])))
            without.screen = screen
            let sentence = "a test cannot \(capability.words)"
            for key in keys {
                #expect(ModelFixture.press(&without, key).isEmpty, "\(key)")
                #expect(without.notice == Notice(kind: .wrong, text: sentence), "\(key)")
            }
            for command in commands {
                #expect(ModelFixture.command(&without, command).isEmpty, "\(command)")
                #expect(without.notice == Notice(kind: .wrong, text: sentence), "\(command)")
            }
            #expect(without.screen == screen)
            // With everything else missing and this one there, it is followed.
            var with = model(
                SourceTraits(title: "a test", capabilities: [capability, .replan, .draft, .compare]))
            with.screen = screen
            for key in keys where key != .enter && key != .left {
                _ = ModelFixture.press(&with, key)
                #expect(with.notice?.text.contains("cannot") != true, "\(key): \(with.notice?.text ?? "")")
            }
        }
    }

    @Test func whatTheSourceCannotDoIsNotOffered() {
        for screen in ScreenName.allCases where screen != .compare {
            var model = model()
            model.screen = screen
            #expect(!model.offeredKeys.contains { ["r", "n", "+", "f", "V", "5", "a"].contains($0.label) })
            #expect(
                model.offeredKeys.contains { $0.label == "Space" }
                    && model.offeredKeys.contains { $0.label == "." })
            let text = View.draw(model).text
            for word in ["5 Compare", "next prompt", "+ budget", "f force", "V verify", "again"] {
                #expect(!text.contains(word), "\(screen): \(word)")
            }
            model.overlay = .help
            let pages = OverlayText.pages(model)
            let help = (0..<pages).map { page in
                model.overlayPage = page
                return View.draw(model).text
            }.joined()
            for word in [":budget", ":compare", ":verify", ":prompt", "next prompt of the sample"] {
                #expect(!help.contains(word), "\(screen): \(word)")
            }
            #expect(help.contains(":step N") && help.contains(":save PATH"))
        }
        let completion = CommandCompletion(
            methods: ModelFixture.methods, settings: fixture.plan.settings, commands: model().offeredCommands)
        #expect(completion.candidates(for: "pa") == ["pace"] && completion.candidates(for: "bu").isEmpty)
    }

    @Test func nothingIsAskedOfASourceThatItCannotDo() {
        var model = model()
        #expect(EffectText.of(ModelFixture.press(&model, .right)).isEmpty, "no snapshot on request")
        ModelFixture.send(&model, [.step(fixture.steps[8])])
        #expect(ModelFixture.send(&model, [.tick(9)]).isEmpty)
        #expect(EffectText.of(ModelFixture.press(&model, .character("."))) == ["step 1"])
        ModelFixture.press(&model, .backTab)
        #expect(model.screen == .budget, "the screens go round without the one that is not there")
    }

    @Test func plainTextOffersAndRefusesTheSame() {
        var session = PlainSession(model: model(), speaksOnce: false)
        let help = session.follow("help").lines.joined(separator: "\n")
        for word in ["TYPE next", "TYPE budget 12%", "TYPE compare", "TYPE comparison"] {
            #expect(!help.contains(word), "\(word)")
        }
        #expect(help.contains("TYPE pause") && help.contains("TYPE step N"))
        #expect(session.follow("next").lines == ["REFUSED a recorded run cannot open another prompt"])
        #expect(session.follow("budget 12%").lines == ["REFUSED a recorded run cannot be planned again"])
        #expect(EffectText.of(session.follow("step 2").effects) == ["step 2"])
    }

    @Test func aRunThatKnowsLittleIsShown() {
        var little = InspectorModel(
            capabilities: ModelFixture.ascii, width: 120, height: 36, source: Self.recording,
            settings: fixture.plan.settings, methods: ModelFixture.methods, prompts: [])
        let steps = (0..<3).map {
            StepFact(index: $0, token: TokenFact(id: Int32($0), bytes: Array("word".utf8)))
        }
        let known = fixture.snapshot(after: 3, focus: little.cursor)
        let snapshot = CacheSnapshot(
            steps: 3,
            heads: known.heads.map {
                HeadStatus(
                    id: $0.id, headClass: $0.headClass, budget: $0.budget,
                    residentPromptRows: $0.residentPromptRows, generatedRows: $0.generatedRows, usedRows: nil,
                    selectedChunks: nil, loadedChunks: nil, hitRate: .unavailable("it was not recorded"),
                    recall: .unavailable("it was not recorded"), attentionBySegment: [])
            }, memory: MemoryStatus(), focus: known.focus, residentHeadCount: known.residentHeadCount,
            reads: [], cost: nil)
        ModelFixture.send(
            &little,
            [
                .event(.opened(fixture.geometry)), .event(.prepared(fixture.prompt)),
                .event(.planned(fixture.plan, OpeningTimes())),
            ] + steps.map { .step($0) } + [.snapshot(snapshot)])
        for screen in ScreenName.allCases {
            little.screen = screen
            let text = View.draw(little).text
            #expect(!text.contains("0 B") && !text.contains("0.00 ms"), "\(screen):\n\(text)")
        }
        little.screen = .tokens
        #expect(View.draw(little).text.contains("p n/a"))
        #expect(little.checks.filter { $0.outcome == .warn }.isEmpty)
        #expect(PlainText.step(steps[1], asciiOnly: true) == "STEP 1: \"word\", p n/a, n/a ms, resident n/a")
        let counters = PlainText.counters(little)
        #expect(counters[0] == "MEMORY resident n/a of n/a for a full cache")
        #expect(counters.last == "LATENCY n/a: no decode step yet")
    }
}
