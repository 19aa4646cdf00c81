import HybridKV
import TestSupport
import Testing

/// Methods as people write them.
@Suite struct MethodTextTests {
    @Test func nameVariantAndBudgetAreRead() throws {
        #expect(
            try MethodSettings.parse("snapkv", budget: 0.2) == MethodSettings(name: "snapkv", budget: 0.2))
        #expect(
            try MethodSettings.parse("snapkv@10%", budget: 0.2) == MethodSettings(name: "snapkv", budget: 0.1)
        )
        #expect(
            try MethodSettings.parse("hybridkv:all-static@0.3", budget: 0.2)
                == MethodSettings(name: "hybridkv", budget: 0.3, parameters: ["theta": "0"]))
        #expect(
            try MethodSettings.parse("hybridkv:no-head-type-level", budget: 0.2).parameters
                == ["r": "1", "weights": "uniform"])
    }

    @Test func bracketsSetParametersOverThoseOfAVariant() throws {
        let text = "hybridkv:all-static ( chunk = 4 , forced=none ) @ 10 %"
        let found = try MethodSettings.parse(text, budget: 0.2)
        #expect(found.parameters == ["theta": "0", "chunk": "4", "forced": "none"] && found.budget == 0.1)
        let share = try MethodSettings.parse("hybridkv(theta=q:0.25,chunk=4)@10%", budget: 0.2)
        #expect(share.parameters == ["theta": "q:0.25", "chunk": "4"] && share.budget == 0.1)
        #expect(try MethodSettings.parse("snapkv()", budget: 0.2).parameters.isEmpty)
    }

    @Test(arguments: ["snapKV", "snap kv", "hybridkv2@10%"])
    func unknownNamesAreRefused(text: String) {
        #expect {
            try MethodSettings.parse(text, budget: 0.2)
        } throws: { error in
            guard case PolicyError.unknownMethod = error else { return false }
            return true
        }
    }

    @Test(arguments: [
        "", "  ", "@0.1", ":all-static", "(theta=1)", "hybridkv(theta=1", "hybridkv(theta)", "hybridkv(=1)",
        "hybridkv(theta=)", "hybridkv(theta=1)x", "hybridkv(theta=1,theta=2)", "hybridkv(theta=1,)",
        "hybridkv(theta=\"1)", "hybridkv(theta=\"1\"2)",
    ])
    func malformedTextIsRefused(text: String) {
        #expect {
            try MethodSettings.parse(text, budget: 0.2)
        } throws: { error in
            guard case PolicyError.malformed = error else { return false }
            return true
        }
    }

    @Test(arguments: [
        "snapkv@", "snapkv@0", "snapkv@nan", "snapkv@0.1@0.2", "snapkv@-5%", "h2o@lots", "h2o@1e-400",
    ])
    func badBudgetsAreRefused(text: String) {
        #expect {
            try MethodSettings.parse(text, budget: 0.2)
        } throws: { error in
            guard case PolicyError.badBudget = error else { return false }
            return true
        }
    }

    @Test func budgetsUpToOneAreSharesAndAboveOnePerCent() throws {
        let cases = [
            "0.1": 0.1, "1": 1, "1%": 0.01, "1.5": 0.015, "12": 0.12, "100": 1, "0.5%": 0.005, "10 %": 0.1,
        ]
        for (text, share) in cases { #expect(try BudgetText.share(text) == share, "\(text)") }
        for text in ["101", "100.1%", "1e9"] {
            #expect(throws: PolicyError.budgetTooLarge(text)) { try BudgetText.share(text) }
        }
        #expect(
            BudgetText.text(0.1) == "10%" && BudgetText.text(0.07) == "7%" && BudgetText.text(1) == "100%")
        #expect(BudgetText.text(0.005) == "0.5%")
    }

    @Test func parametersInBracketsAreChecked() {
        #expect(throws: PolicyError.unknownParameter("kernel", method: "full", known: [])) {
            try MethodSettings.parse("full(kernel=3)", budget: 0.2)
        }
        #expect(
            throws: PolicyError.badValue(
                parameter: "kernel", found: "4", expected: "an odd number in 1...255")
        ) { try MethodSettings.parse("snapkv(kernel=4)", budget: 0.2) }
    }

    /// What is printed reads back as the same, whatever a value holds.
    @Test func everyTextReadsBack() throws {
        var random = SplitMix64(seed: 11)
        let letters = Array("ab1.:=,()@\"\\ -q%")
        for _ in 0..<3000 {
            func word(_ range: ClosedRange<Int>) -> String {
                String(
                    (0..<Int.random(in: range, using: &random)).map { _ in
                        letters.randomElement(using: &random) ?? "a"
                    })
            }
            let keys = ["theta", "chunk", "scores"].shuffled(using: &random)
            var text = MethodText(name: "some-method2")
            if Bool.random(using: &random) { text.variant = "no-head" }
            if Bool.random(using: &random) {
                text.parameters = keys.prefix(Int.random(in: 0...3, using: &random)).map {
                    MethodText.Assignment(key: $0, value: word(0...7))
                }
            }
            if Bool.random(using: &random) { text.budget = Double.random(in: 0.0001...1, using: &random) }
            #expect(try MethodText(parsing: text.description) == text, "\(text)")
        }
        for percent in 1...1000 {
            let share = Double(percent) / 1000
            #expect(try BudgetText.share(BudgetText.text(share)) == share)
        }
    }

    @Test(arguments: MethodRegistry.methods)
    func settingsReadBack(method: MethodDescription) throws {
        var settings = MethodSettings(name: method.name, budget: method.name == "full" ? 0.2 : 0.17)
        #expect(try MethodSettings.parse(settings.text, budget: 0.2) == settings)
        for parameter in method.parameters {
            settings.parameters[parameter.key] = parameter.defaultValue
            #expect(try MethodSettings.parse(settings.text, budget: 0.2) == settings)
        }
    }

    @Test func listsAreCutOutsideBrackets() {
        #expect(
            MethodText.list("a(x=1, y=2)@10%,b  c(s=d(e=1,f=2))@5")
                == ["a(x=1, y=2)@10%", "b", "c(s=d(e=1,f=2))@5"])
        #expect(MethodText.list("  ").isEmpty)
    }

    @Test func unknownVariantsNameThoseThereAre() {
        let known = ["all-static", "all-dynamic", "no-head-level", "no-head-type-level"]
        #expect(throws: PolicyError.unknownVariant("all", method: "hybridkv", known: known)) {
            try MethodSettings.parse("hybridkv:all", budget: 0.2)
        }
        #expect(throws: PolicyError.unknownVariant("x", method: "snapkv", known: [])) {
            try MethodSettings.parse("snapkv:x", budget: 0.2)
        }
    }

    /// A default that its own method refuses, or a variant that sets what is not there, would be found by a user.
    @Test(arguments: MethodRegistry.methods)
    func defaultsAndVariantsArePlannable(method: MethodDescription) throws {
        var settings = MethodSettings(name: method.name, budget: 0.1)
        for parameter in method.parameters { settings.parameters[parameter.key] = parameter.defaultValue }
        _ = try Planner(settings, modelFolder: Repository.sampleModel)
        for variant in method.variants {
            _ = try Planner(try MethodSettings.parse("\(method.name):\(variant.name)", budget: 0.1))
        }
        #expect(!method.source.isEmpty && !method.standing.isEmpty && !method.summary.isEmpty)
        #expect(method.parameters.allSatisfy { !$0.meaning.isEmpty && !$0.type.expected.isEmpty })
    }
}
