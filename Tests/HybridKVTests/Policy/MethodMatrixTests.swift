import HybridKV
import TestSupport
import Testing

/// What every registered method owes its budget, on prompts of the sample.
@Suite struct MethodMatrixTests {
    /// Every method and variant, and every method that takes a scorer over every scorer.
    static let names = plain + overScorers
    private static let plain = MethodRegistry.methods.flatMap { method in
        [method.name] + method.variants.map { "\(method.name):\($0.name)" }
    }
    private static let overScorers = MethodRegistry.methods.filter { method in
        method.parameters.contains { $0.key == "scorer" }
    }.flatMap { method in
        MethodRegistry.methods.filter { $0.isScorer && $0.name != method.name }.map {
            "\(method.name)(scorer=\($0.name))"
        }
    }
    static let prompts = ["text-only", "two-sizes", "sample-caption-6", "sample-conversation-4"]
    static let budgets = [0.05, 0.1, 0.3, 1]

    private static let prefills = Result { () throws -> [String: Prefilled] in
        let sample = try SampleModel.shared.get()
        let compute = Compute(threads: 2)
        var all: [String: Prefilled] = [:]
        for name in prompts {
            all[name] = try sample.prefill(
                try Golden.unwrap(PromptGolden.named(name)), kvElement: .f16, compute: compute)
        }
        return all
    }

    private let sample: SampleModel
    private let compute = Compute(threads: 2)

    init() throws {
        sample = try SampleModel.shared.get()
    }

    private func prefill(_ prompt: String) throws -> Prefilled {
        try #require(try Self.prefills.get()[prompt])
    }

    /// Heads that share keep within the total, each has a row, and rows ascend inside the prompt.
    private func expectInvariants(_ plan: CompressionPlan, _ prefilled: Prefilled) {
        let count = Int32(prefilled.tokenCount)
        let isFull = plan.settings.name == "full" && plan.settings.forcedHeads.isEmpty
        let uniform =
            isFull ? Int(count) : Planner.uniformRows(plan.settings.budget, tokenCount: Int(count))
        let shared = plan.heads.filter { !$0.isOutsideTotal }
        #expect(plan.totalRows == uniform * shared.count)
        #expect(plan.budgetedRows == shared.reduce(0) { $0 + $1.budget })
        #expect(plan.budgetedRows <= plan.totalRows)
        for head in plan.heads {
            #expect(head.budget >= 1 && !head.kept.isEmpty)
            #expect(head.kept.allSatisfy { 0..<count ~= $0 })
            #expect(zip(head.kept, head.kept.dropFirst()).allSatisfy { $0 < $1 })
            #expect(head.kept.count <= head.budget + tail(head, Int(count)))
        }
    }

    private func tail(_ head: HeadPlan, _ count: Int) -> Int {
        head.retrieval.map { count - $0.chunkCount * $0.chunkSize } ?? 0
    }

    @Test(arguments: names, prompts)
    func budgetsHold(method: String, prompt: String) throws {
        let prefilled = try prefill(prompt)
        for budget in Self.budgets {
            let plan = try sample.plan(prefilled, try MethodSettings.parse(method, budget: budget))
            expectInvariants(plan, prefilled)
            let again = try sample.plan(prefilled, try MethodSettings.parse(method, budget: budget))
            #expect(again == plan)

            // Another scorer changes which rows are kept, not how a session holds them.
            if Self.overScorers.contains(method) { continue }
            var session = try DecodeSession(
                model: sample.model, consuming: prefilled, plan: plan,
                options: SessionOptions(maxTokens: 4, prefillIsKept: true), compute: compute)
            let tails = plan.heads.reduce(0) { $0 + tail($1, prefilled.tokenCount) }
            let whole = plan.heads.reduce(0) { $0 + ($1.isOutsideTotal ? prefilled.tokenCount : 0) }
            let most = plan.totalRows + tails + whole
            #expect(session.memory.residentRows <= most)
            // Generated rows come on top, but not where a method evicts while decoding.
            guard budget == 0.1 else { continue }
            var steps = 0
            while try session.step() != nil {
                let free = plan.heads.count { $0.eviction == nil } * steps
                #expect(session.memory.residentRows <= most + free)
                steps += 1
            }
        }
    }

    /// Heads that a person forces leave the total to the others, whatever the method balances between layers.
    @Test(arguments: MethodRegistry.methods.map(\.name))
    func forcedHeadsLeaveTheTotal(method: String) throws {
        let last = HeadID(layer: 5, head: 3)
        let forced: [[HeadID: HeadClass]] = [
            [last: .full],
            [HeadID(layer: 5, head: 0): .full, HeadID(layer: 5, head: 1): .full, last: .dynamic],
            [HeadID(layer: 0, head: 2): .full, HeadID(layer: 3, head: 1): .static],
            [HeadID(layer: 3, head: 0): .full, HeadID(layer: 3, head: 1): .full],
        ]
        for prompt in Self.prompts {
            let prefilled = try prefill(prompt)
            for heads in forced {
                for budget in Self.budgets {
                    var settings = MethodSettings(name: method, budget: budget)
                    settings.forcedHeads = heads
                    let plan = try sample.plan(prefilled, settings)
                    expectInvariants(plan, prefilled)
                    for (head, headClass) in heads { #expect(plan[head].headClass == headClass) }
                }
            }
        }
    }

    /// A budget of everything is the full cache, bit for bit.
    @Test(arguments: plain)
    func everythingIsTheFullCache(method: String) throws {
        for prompt in Self.prompts {
            let prefilled = try prefill(prompt)
            let expected = try logits(prefilled, MethodSettings(name: "full", budget: 1))
            #expect(try logits(prefilled, try MethodSettings.parse(method, budget: 1)) == expected)
        }
    }

    private func logits(_ prefilled: Prefilled, _ settings: MethodSettings) throws -> [[UInt32]] {
        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: try sample.plan(prefilled, settings),
            options: SessionOptions(maxTokens: 8, prefillIsKept: true), compute: compute)
        var result: [[UInt32]] = []
        while try session.step() != nil { result.append(session.nextLogits().map(\.bitPattern)) }
        return result
    }

    @Test func denseLayersOfQuestAreOutsideTheTotal() throws {
        let prefilled = try prefill("sample-caption-6")
        let settings = MethodSettings(name: "quest", budget: 0.1, parameters: ["dense": "2"])
        let plan = try sample.plan(prefilled, settings)
        for head in plan.heads {
            #expect(head.isOutsideTotal == (head.id.layer < 2))
            #expect(head.headClass == (head.id.layer < 2 ? .full : .dynamic))
            #expect(!head.isForced)
        }
        #expect(plan.totalRows == 16 * (prefilled.tokenCount / 10))
        #expect(plan.budgetedRows <= plan.totalRows)
    }
}
