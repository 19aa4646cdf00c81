import HybridKV
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Ladders, and how they follow from a parameter's type.
@Suite struct KnobTests {
    private func ladder(_ type: ParameterType, _ start: String, _ steps: Int...) -> [String] {
        guard case .number(let ladder) = Knob.kind(of: type, methods: []) else { return [] }
        var value = start
        return steps.map { step in
            value = ladder.next(after: value, by: step) ?? "end"
            return value
        }
    }

    private static let share = ParameterType.number(least: 0, most: 1)
    private static let auto = ParameterType.optional(.whole(least: 1, most: 65536), none: "auto")
    private static let off = ParameterType.optional(.number(least: -1, most: 1), none: "off")

    /// All but those of SparseMM, which looks for a file before it reads them.
    @Test func everyParameterOfTheRegistryCanBeTurnedAndIsAccepted() throws {
        for method in MethodRegistry.methods where method.name != "sparsemm" {
            let settings = MethodSettings(name: method.name, budget: 0.2)
            for knob in Knob.all(of: settings, methods: MethodRegistry.methods).dropFirst() {
                guard knob.key != "method" else { continue }
                #expect(knob.kind != .text, "\(method.name) \(knob.key)")
                for step in [1, -1] {
                    guard let next = knob.next(after: knob.defaultValue, by: step) else { continue }
                    #expect(next != knob.defaultValue)
                    var turned = settings
                    turned.parameters[knob.key] = next
                    _ = try Planner(turned)
                }
                let moves = [1, -1].compactMap { knob.next(after: knob.defaultValue, by: $0) }
                #expect(!moves.isEmpty, "\(method.name) \(knob.key) cannot be turned")
            }
        }
    }

    @Test func sharesGoByTwentieths() {
        #expect(ladder(Self.share, "0.1", 1, 1, -1) == ["0.15", "0.2", "0.15"])
        #expect(ladder(Self.share, "0.93", 1, 1, 1) == ["0.95", "1", "end"])
        #expect(ladder(Self.share, "0.93", -1) == ["0.9"])
        #expect(ladder(Self.share, "0.05", -1, -1) == ["0", "end"])
        #expect(ladder(Self.share, "0.5", 1) == ["0.55"])
        #expect(ladder(.number(least: 0, most: 100), "0.95", 1, 1, -1, -1) == ["1", "1.25", "1", "0.95"])
    }

    @Test func wholeNumbersDouble() {
        #expect(ladder(.whole(least: 1, most: 4096), "32", 1, -1, -1) == ["64", "32", "16"])
        #expect(ladder(.whole(least: 1, most: 4096), "4096", 1) == ["end"])
        #expect(ladder(.whole(least: 1, most: 4096), "3000", 1, -1) == ["4096", "2048"])
        #expect(ladder(.whole(least: 0, most: 4096), "2", -1, -1, -1) == ["1", "0", "end"])
        #expect(ladder(.odd(least: 1, most: 255), "5", 1, -1, -1, -1, -1) == ["7", "5", "3", "1", "end"])
        #expect(ladder(.whole(least: 1, most: nil), "1", -1) == ["end"])
        #expect(
            ladder(Self.auto, "auto", 1, 1, -1, -1) == ["1", "2", "1", "auto"])
        #expect(ladder(Self.auto, "auto", -1) == ["end"])
    }

    @Test func wordsAndPrefixes() {
        #expect(ladder(Self.off, "off", -1, -1, 1, 1) == ["1", "0.95", "1", "off"])
        #expect(ladder(.threshold, "q:0.25", 1, -1) == ["q:0.3", "q:0.25"])
        #expect(ladder(.threshold, "q:1", 1) == ["end"])
        #expect(ladder(.threshold, "0.9", 1, 1, 1) == ["0.95", "1", "1.25"])
        #expect(ladder(.threshold, "abc", 1) == ["end"])
    }

    @Test func choicesGoRound() {
        let kind = Knob.kind(of: .choice(["mean", "minmax", "topToken"]), methods: [])
        #expect(kind == .choice(["mean", "minmax", "topToken"]))
        let knob = Knob(key: "r", kind: kind, meaning: "", defaultValue: "mean")
        #expect(
            knob.next(after: "topToken", by: 1) == "mean" && knob.next(after: "mean", by: -1) == "topToken")
        #expect(knob.next(after: "typo", by: 1) == "mean")
        #expect(Knob.kind(of: .text("a path"), methods: []) == .text)
        #expect(Knob.kind(of: .toggle, methods: []) == .choice(["off", "on"]))
        let scorers = MethodRegistry.methods.filter(\.isScorer).map(\.name)
        #expect(Knob.kind(of: .scorer, methods: MethodRegistry.methods) == .choice(scorers))
    }

    @Test func budgetsGoByPercent() {
        let knob = Knob(key: "budget", kind: .budget, meaning: "", defaultValue: "")
        #expect(knob.next(after: "12 %", by: 1) == "13 %" && knob.next(after: "20 %", by: 1) == "25 %")
        #expect(knob.next(after: "12.5 %", by: -1) == "12 %" && knob.next(after: "1 %", by: -1) == nil)
        #expect(knob.next(after: "100 %", by: 1) == nil)
    }
}
