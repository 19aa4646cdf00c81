import HybridKV
import TestSupport
import Testing

@testable import KVDecode
@testable import KVFiles
@testable import KVMethods
@testable import KVModel
@testable import KVStudy

/// `kvscope compare`, `kvscope heads`, and what methods give back to the system.
@Suite struct CompareTests {
    private func json(_ arguments: [String]) throws -> JSONObject {
        let found = try Executable.run(["compare", "--json"] + arguments)
        #expect(found.code == 0 && found.error.isEmpty, "\(found.error)")
        return try #require(try JSONReader.parse(Array(found.output.utf8)).objectValue)
    }

    @Test func everyMethodIsComparedByOnePrefill() throws {
        let report = try json(["--budget", "20%", "--probe", "all"])
        #expect(report["schema"]?.stringValue == "kvscope.compare/1")
        let reference = try #require(report["reference"]?.objectValue)
        #expect(reference["control_kl_max"]?.doubleValue == 0)
        let methods = try #require(report["methods"]?.arrayValue).compactMap(\.objectValue)
        #expect(
            methods.compactMap { $0["name"]?.stringValue }
                == MethodRegistry.methods.map(\.name).filter { $0 != "full" })
        for method in methods {
            let name = method["name"]?.stringValue ?? ""
            let steps = (reference["tokens"]?.arrayValue?.count ?? 0) - 1
            #expect(method["kl"]?.arrayValue?.count == steps, "\(name)")
            #expect(method["kl_mean"]?.doubleValue ?? -1 > 0, "\(name)")
            // Of fewer than a hundred steps the nearest rank is the last.
            #expect(method["kl_p99"]?.doubleValue == method["kl_max"]?.doubleValue, "\(name)")
            let recall = try #require(method["recall_mean"]?.doubleValue)
            #expect(recall > 0 && recall <= method["best_mean"]?.doubleValue ?? 0, "\(name)")
            #expect(method["rows"]?.intValue ?? .max <= method["total_rows"]?.intValue ?? 0, "\(name)")
            #expect(method["fate"]?.objectValue != nil && method["stability"]?.objectValue != nil, "\(name)")
        }
    }

    @Test func theTableFitsEightyColumns() throws {
        let found = try Executable.run(["compare", "--budget", "12.5%", "--steps", "6"])
        #expect(found.code == 0)
        let table = found.output.split(separator: "\n").prefix { !$0.hasPrefix("full says") }
        #expect(table.count >= 13)
        for line in table { #expect(line.count <= 80, "\(line)") }
        #expect(table.contains { $0.hasPrefix("sparsemm@12.5%") })
    }

    @Test func methodsCarryVariantsBudgetsAndParameters() throws {
        let report = try json([
            "--method", "hybridkv:all-static@30%", "--method", "snapkv", "--budget", "0.1", "--set",
            "kernel=3",
            "--steps", "4", "--free",
        ])
        #expect(report["forced"]?.boolValue == false)
        let methods = try #require(report["methods"]?.arrayValue).compactMap(\.objectValue)
        #expect(methods.map { $0["budget"]?.doubleValue } == [0.3, 0.1])
        #expect(methods[0]["parameters"]?.objectValue?["theta"]?.stringValue == "0")
        #expect(methods[1]["parameters"]?.objectValue?["kernel"]?.stringValue == "3")
    }

    @Test func theFullCachesAnswerEndsWhereItEnds() throws {
        // The branch says more than the full cache here, and one that says less ends by itself too.
        let report = try json([
            "--example", "6", "--method", "h2o@3%", "--method", "full", "--free", "--steps", "40",
        ])
        func tokens(_ object: JSONObject) -> [Int] {
            (object["tokens"]?.arrayValue ?? []).compactMap(\.intValue)
        }
        let reference = tokens(try #require(report["reference"]?.objectValue))
        let methods = try #require(report["methods"]?.arrayValue).compactMap(\.objectValue)
        #expect(tokens(methods[0]).count > reference.count && tokens(methods[1]) == reference)
        #expect(reference.count { [485, 487].contains($0) } == 1)
        #expect(methods[1]["first_difference"] == nil && methods[0]["first_difference"]?.intValue != nil)
    }

    @Test(arguments: [
        ["--method", "nothing"], ["--method", "hybridkv:nothing"], ["--method", "snapkv@0"],
        ["--steps", "0"],
        ["--probe", "luck"], ["--method", "snapkv", "--set", "kernel=4"],
    ])
    func wrongUsageIsOneLine(arguments: [String]) throws {
        let found = try Executable.run(["compare"] + arguments)
        #expect(found.code == 2)
        #expect(found.errorLines.count == 1, "\(found.error)")
        #expect(found.output.isEmpty)
    }

    @Test func headsAreMeasured() throws {
        let found = try Executable.run(["heads", "--model", Repository.sampleModel, "--limit", "3"])
        #expect(found.code == 0, "\(found.error)")
        let scores = try VisualHeadScores(json: Array(found.output.utf8), path: "output").scores
        #expect(scores.count == 6 && scores.joined().contains { $0 > 0 })
        let missing = try Executable.run([
            "heads", "--model", Repository.sampleModel, "--benchmark", "/nonexistent",
        ])
        #expect(missing.code == 1 && missing.errorLines.count == 1)
    }

    #if os(Linux)
        /// Methods that prune give memory back to the system: the process's own figures on a long prompt.
        @Test(
            arguments: MethodRegistry.methods.map(\.name).filter { !["full", "quest"].contains($0) })
        func prunedRowsLeaveTheProcess(method: String) throws {
            let text = Array(repeating: "the red star and blue circle", count: 200).joined(separator: " ")
            let name = method == "hybridkv" ? "hybridkv:all-static" : method
            let found = try Executable.run([
                "run", "--json", "--prompt", text, "--method", name, "--budget", "0.1", "--kv", "f32",
                "--max-tokens", "2", "--threads", "1",
            ])
            #expect(found.code == 0, "\(found.error)")
            let run = try #require(try JSONReader.parse(Array(found.output.utf8)).objectValue)
            let memory = try #require(run["memory"]?.objectValue)
            let full = try #require(memory["full_bytes"]?.intValue)
            let allocated = try #require(memory["allocated_bytes"]?.intValue)
            let before = try #require(memory["process_bytes_before"]?.intValue)
            let after = try #require(memory["process_bytes_after"]?.intValue)
            #expect(full > 4_000_000 && allocated < full / 5)
            // The heap keeps a little of what the planning freed for itself.
            #expect(before - after > (full - allocated) * 3 / 4, "\(before) -> \(after), full \(full)")
        }
    #endif
}
