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

    @Test(arguments: ["", "@0.1", ":all-static", "snapKV", " snapkv"])
    func unknownNamesAreRefused(text: String) {
        #expect {
            try MethodSettings.parse(text, budget: 0.2)
        } throws: { error in
            guard case PolicyError.unknownMethod = error else { return false }
            return true
        }
    }

    @Test(arguments: [
        "snapkv@", "snapkv@0", "snapkv@1.5", "snapkv@nan", "snapkv@0.1@0.2", "snapkv@-5%", "h2o@lots",
    ])
    func badBudgetsAreRefused(text: String) {
        #expect {
            try MethodSettings.parse(text, budget: 0.2)
        } throws: { error in
            guard case PolicyError.badBudget = error else { return false }
            return true
        }
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
        #expect(method.parameters.allSatisfy { !$0.meaning.isEmpty && !$0.values.isEmpty })
    }
}
