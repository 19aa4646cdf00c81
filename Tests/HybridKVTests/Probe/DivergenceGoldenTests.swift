import HybridKV
import TestSupport
import Testing

@testable import KVDecode
@testable import KVFacts
@testable import KVFiles
@testable import KVInputs
@testable import KVStudy

/// What methods lose, against transformers with the dropped rows masked out (Tests/Goldens/rivals/divergence.json).
@Suite struct DivergenceGoldenTests {
    struct Run: Sendable, CustomTestStringConvertible {
        let name: String
        let prompt: String
        let tokens: [Int32]
        let steps: [Step]
        var testDescription: String { name }
    }

    struct Step: Sendable {
        let kl: Double
        let agrees: Bool
        let rank: Int
        let recall: [Double], best: [Double], outputError: [Double]
    }

    static let runs: [Run] = {
        do {
            let root = try Golden.unwrap(try Golden.json("rivals/divergence.json").objectValue)
            return try Golden.unwrap(root["runs"]?.arrayValue).map { value in
                let run = try Golden.unwrap(value.objectValue)
                let prompt = try Golden.unwrap(run["prompt"]?.stringValue)
                let numbers = { (step: JSONObject, key: String) in
                    try Golden.unwrap(step[key]?.arrayValue).compactMap(\.doubleValue)
                }
                return Run(
                    name: try Golden.unwrap(run["name"]?.stringValue), prompt: prompt,
                    tokens: try Golden.integers(root["prompts"]?.objectValue?[prompt]?.objectValue?["tokens"])
                        .map(
                            Int32.init),
                    steps: try Golden.unwrap(run["steps"]?.arrayValue).map { value in
                        let step = try Golden.unwrap(value.objectValue)
                        return Step(
                            kl: try Golden.unwrap(step["kl"]?.doubleValue),
                            agrees: try Golden.boolean(step["agrees"]),
                            rank: try Golden.unwrap(step["rank"]?.intValue),
                            recall: try numbers(step, "recall"),
                            best: try numbers(step, "best"), outputError: try numbers(step, "outputError"))
                    })
            }
        } catch {
            return []
        }
    }()

    @Test func goldensAreThere() {
        #expect(Self.runs.count == 24)
        #expect(Self.runs.allSatisfy { $0.steps.count == 24 && $0.steps[0].recall.count == 24 })
    }

    @Test(arguments: runs)
    func whatIsLostAgrees(run: Run) throws {
        let sample = try SampleModel.shared.get()
        let golden = try Golden.unwrap(PromptGolden.named("sample-" + run.prompt))
        let compute = Compute(threads: 1)
        let prefilled = try sample.prefill(golden, compute: compute)
        let setup = BranchSetup(
            bench: sample.bench(compute), prefilled: prefilled, steps: run.tokens.count + 1, stopTokens: [])
        let full = try Planner(MethodSettings(name: "full", budget: 1))
        let reference = try setup.branch(
            try full.plan(try prefilled.evidence(for: full, compute: compute)), probes: nil)
        // The plan of the golden, made from transformers' own attention.
        let rival = try Golden.unwrap(RivalGolden.sample.first { $0.name == run.name })
        let planner = try rival.planner()
        let evidence = try RivalEvidence.sample.get().evidence(for: rival, planner)
        let plan = try planner.plan(evidence)
        let probes = BranchProbes(
            .default, plan: plan, evidence: evidence, truth: prefilled.stores.compactMap { $0 },
            compute: compute)
        let branch = try setup.branch(plan, probes: probes)
        _ = try reference.step(forcing: run.tokens[0])
        _ = try branch.step(forcing: run.tokens[0])
        for (index, expected) in run.steps.enumerated() {
            let next = index + 1 < run.tokens.count ? run.tokens[index + 1] : run.tokens[index]
            _ = try reference.step(forcing: next)
            _ = try branch.step(forcing: next)
            probes.measure(branch.session)
            let found = Divergence(
                full: reference.session.nextLogits(), branch: branch.session.nextLogits())
            // Logits of both sides carry about 1e-5 of rounding, which a divergence of tens of nats multiplies.
            #expect(abs(found.kl - expected.kl) < 1e-4 + 1e-4 * expected.kl)
            #expect(found.agrees == expected.agrees)
            #expect(found.rank == expected.rank)
            for (head, place) in zip(probes.heads, 0...) {
                #expect(abs((head.recall.value ?? -1) - expected.recall[place]) < 2e-5)
                #expect(abs((head.best.value ?? -1) - expected.best[place]) < 2e-5)
                #expect(abs((head.outputError.value ?? -1) - expected.outputError[place]) < 2e-4)
            }
            #expect(probes.heads.count == expected.recall.count)
        }
    }
}
