import HybridKV
import TestSupport
import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Sums, bars, checks and reasons agree with the plan that they are about.
@Suite struct WaterfallTests {
    private var plans: [CompressionPlan] { Self.plans }

    private static let plans: [CompressionPlan] = {
        let fixtures = [BudgetFixture.small, BudgetFixture.many]
        let settings = [0.02, 0.07, 0.2, 0.5, 1].flatMap { budget in
            [
                MethodSettings(name: "hybridkv", budget: budget),
                MethodSettings(name: "hybridkv", budget: budget, parameters: ["theta": "0.8", "chunk": "4"]),
                MethodSettings(
                    name: "hybridkv", budget: budget, parameters: ["weights": "inverse", "r": "1"]),
                MethodSettings(
                    name: "hybridkv", budget: budget, forcedHeads: [HeadID(layer: 1, head: 0): .full]),
                MethodSettings(name: "full", budget: budget),
            ]
        }
        return fixtures.flatMap { fixture in settings.compactMap { fixture.plan($0) } }
    }()

    @Test func everyLevelHasTheSameSum() {
        #expect(plans.count == 50)
        for plan in plans {
            let tally = PlanTally(plan)
            let rows = plan.heads.reduce(0) { $0 + $1.budget }
            #expect(tally.layers.reduce(0, +) == rows)
            #expect(tally.kinds.values.reduce(0) { $0 + $1.rows } == rows)
            #expect(tally.kinds.values.reduce(0) { $0 + $1.heads } == plan.heads.count)
            #expect(rows - (tally.kinds[.outside]?.rows ?? 0) + tally.remainder == plan.totalRows)
            #expect(tally.sharingHeads * tally.uniformRows == plan.totalRows)
        }
    }

    @Test func aDraftsChangesAddUp() {
        for (live, draft) in zip(plans, plans.dropFirst()) where live.heads.count == draft.heads.count {
            guard let change = PlanChange(from: live, to: draft) else {
                Issue.record("the heads are the same")
                continue
            }
            let sums = [live, draft].map { $0.heads.reduce(0) { $0 + $1.budget } }
            #expect(change.added - change.taken == sums[1] - sums[0])
            #expect(change.gaining + change.losing <= live.heads.count)
        }
        #expect(
            PlanChange(from: plans[0], to: plans[plans.count - 1]) == nil, "other models have other heads")
    }

    /// The cells between the bounds of every layer's bar, read from the screen.
    @Test func barsAreTheRowsOfTheirLayers() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<24 {
            let live = Double.random(in: 0.03...0.6, using: &random)
            let drafted = Int.random(in: 3...60, using: &random)
            let size = [(80, 24), (80, 40), (120, 36), (200, 60)].randomElement(using: &random) ?? (80, 24)
            let fixture = Bool.random(using: &random) ? BudgetFixture.small : .many
            var model = fixture.model(
                MethodSettings(name: "hybridkv", budget: live), width: size.0, height: size.1)
            fixture.command(&model, "draft budget=\(drafted)%")
            let plan = PlanTally(try #require(model.plan))
            let draft = PlanTally(try #require(model.budget.draft?.plan))
            let most = max(plan.layers.max() ?? 0, draft.layers.max() ?? 0)
            var seen = 0
            for (layer, bar, numbers) in Self.layerBars(View.draw(model).text) {
                seen += 1
                #expect(numbers == [plan.layers[layer], draft.layers[layer]])
                let both = bar.count { $0 == "#" }
                let cell = Double(most) / Double(bar.count)
                let shown = [both + bar.count { $0 == "-" }, both + bar.count { $0 == "+" }]
                for (cells, rows) in zip(shown, numbers) {
                    #expect(abs(Double(cells) * cell - Double(rows)) <= cell / 2 + 1e-9, "layer \(layer)")
                }
            }
            #expect(seen >= 3)
        }
    }

    /// `L02   134 ->     86 |####--|` on any place of a line.
    private static func layerBars(_ text: String) -> [(Int, String, [Int])] {
        text.split(separator: "\n").flatMap { line in
            line.matches(of: /L(\d\d) +(\d+) -> +(\d+) \|([^|]*)\|/).compactMap { match in
                guard let layer = Int(match.1), let live = Int(match.2), let draft = Int(match.3) else {
                    return nil
                }
                return (layer, String(match.4), [live, draft])
            }
        }
    }

    // MARK: Checks

    private func edited(
        _ plan: CompressionPlan, total: Int? = nil, _ edit: (HeadPlan) -> (Int, AllocationNote)
    )
        -> CompressionPlan
    {
        CompressionPlan(
            settings: plan.settings, tokenCount: plan.tokenCount, kvHeads: plan.kvHeads,
            totalRows: total ?? plan.totalRows, threshold: plan.threshold,
            heads: plan.heads.map { head in
                let (budget, note) = edit(head)
                return HeadPlan(
                    id: head.id, headClass: head.headClass, score: head.score, votes: head.votes,
                    budget: budget, kept: head.kept, retrieval: head.retrieval, allocation: note,
                    isForced: head.isForced)
            })
    }

    private func failures(_ plan: CompressionPlan) -> [String] {
        BudgetCheck.all(plan).filter { !$0.isOK }.map(\.text)
    }

    @Test func plansOfTheEngineFailNoCheck() {
        for plan in plans { #expect(failures(plan).isEmpty, "\(plan.settings)") }
    }

    @Test func whatAnAllocatorCanFailAtIsFound() {
        let plan = BudgetFixture.small.live
        #expect(
            failures(edited(plan) { ($0.budget + 1, $0.allocation) })
                == ["sum 1032 of 1008 NO", "remainder -24"])
        #expect(
            failures(edited(plan) { ($0.headClass == .static ? 3 : $0.budget, $0.allocation) })
                == ["floor NO (9 heads)", "adaptive but UNIFORM"])
        #expect(
            failures(edited(plan, total: 100_000) { ($0.id.layer == 0 ? 900 : $0.budget, $0.allocation) })
                == ["cap NO (4 heads)"])
        #expect(
            failures(edited(plan) { ($0.id.layer == 0 ? 0 : $0.budget, $0.allocation) }) == [
                "floor NO (4 heads)"
            ])
    }

    // MARK: Reasons

    @Test func theFormulaOfEveryStaticHeadGivesItsRows() throws {
        let number = /^(\d+) rows? = floor (\d+) \+ ([\d.]+): weight ([\d.]+) of ([\d.]+) x (\d+) rows/
        var seen = 0
        for plan in plans {
            for head in plan.heads where head.headClass == .static && !head.allocation.isCapped {
                let sentence = try #require(HeadReasons(plan, head).sentences.first)
                let match = try #require(sentence.firstMatch(of: number), "\(sentence)")
                let rows = try #require(Double(match.1)), floor = try #require(Double(match.2))
                let share = try #require(Double(match.3)), weight = try #require(Double(match.4))
                let all = try #require(Double(match.5)), pool = try #require(Double(match.6))
                #expect(abs(floor + share - rows) < 1.06, "\(sentence)")
                // The weights are written with two decimals.
                let slack = 0.01 * pool / all * (1 + weight / all) + 1
                #expect(abs(weight / all * pool - share) <= slack, "\(sentence)")
                seen += 1
            }
        }
        #expect(seen > 100)
    }

    /// Whatever a method notes: where a sentence says "=", the numbers behind it make the rows.
    @Test func noMethodTellsAFalseSum() throws {
        let equation = /^(\d+) rows? = (?:floor (\d+) \+ |share )(\d+\.\d)/
        var told = 0
        for method in MethodRegistry.methods {
            for budget in [0.05, 0.2, 0.6] {
                guard let plan = BudgetFixture.small.plan(MethodSettings(name: method.name, budget: budget))
                else { continue }
                for head in plan.heads where head.headClass == .static {
                    let sentence = try #require(HeadReasons(plan, head).sentences.first)
                    #expect(sentence.hasPrefix("\(head.budget) row"), "\(method.name): \(sentence)")
                    guard let match = sentence.firstMatch(of: equation) else { continue }
                    told += 1
                    let parts = (Double(match.2 ?? "0") ?? 0) + (Double(match.3) ?? 0)
                    #expect(abs(parts - Double(head.budget)) < 1.06, "\(method.name): \(sentence)")
                }
                #expect(failures(plan).isEmpty, "\(method.name) \(budget): \(failures(plan))")
            }
        }
        #expect(told > 100)
    }

    @Test func everyKindOfHeadHasItsReason() throws {
        let id = HeadID(layer: 2, head: 1)
        func why(_ settings: MethodSettings) throws -> [String] {
            let plan = try #require(BudgetFixture.small.plan(settings))
            return HeadReasons(plan, plan[id]).sentences
        }
        #expect(
            try why(.init(name: "full", budget: 0.2)) == [
                "All 210 rows: full keeps every row of every head."
            ])
        #expect(
            try why(.init(name: "hybridkv", budget: 0.2, forcedHeads: [id: .full])) == [
                "All 210 rows, as you made it full; they are outside the total of 966."
            ])
        let dynamic = try why(.init(name: "hybridkv", budget: 0.2, forcedHeads: [id: .dynamic]))
        #expect(dynamic[0].hasPrefix("16 rows = 8 chunks x 2: weight 0.4 x 42 = 16.8, in chunks."))
        #expect(dynamic[1] == "You made it dynamic.")
        #expect(
            try why(.init(name: "hybridkv", budget: 1))[0]
                == "210 rows: the whole prompt, which its share would exceed.")
    }

    @Test func methodsThatShareEvenlySaySo() {
        let plan = BudgetFixture.small.live
        let even = CompressionPlan(
            settings: MethodSettings(name: "snapkv", budget: 0.2), tokenCount: 210, kvHeads: 4,
            totalRows: 1008, threshold: nil,
            heads: plan.heads.map {
                HeadPlan(
                    id: $0.id, headClass: .static, score: nil, budget: 42, kept: Array(0..<42),
                    allocation: AllocationNote(share: 42, weight: 1))
            })
        #expect(
            HeadReasons(even, even.heads[0]).sentences
                == ["42 rows: 1008 shared evenly by 24 heads.", "snapkv does not classify heads."])
        #expect(failures(even).isEmpty, "an even method may be uniform")
    }

    @Test func aScoreAndItsThresholdNeverLookAlike() {
        #expect(HeadReasons.apart(0.9, 0.896).0 == ".900" && HeadReasons.apart(0.9, 0.896).1 == ".896")
        #expect(HeadReasons.apart(0.31, 0.62) == (".31", ".62"))
        #expect(HeadReasons.apart(0.9, 0.9) == (".90", ".90"))
        #expect(HeadReasons.apart(0.4, .infinity) == (".40", "any"))
    }

    @Test func countedBytesAreTheRowsThatBecomeResident() {
        for plan in plans {
            let rows = PlanTally(plan).residentRows
            #expect(rows == plan.heads.reduce(0) { $0 + $1.kept.count })
            let tails = plan.heads.reduce(0) { $0 + $1.tailRows(tokenCount: plan.tokenCount) }
            #expect(rows <= plan.heads.reduce(0) { $0 + $1.budget } + tails)
        }
    }
}
