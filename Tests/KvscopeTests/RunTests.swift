import HybridKV
import TestSupport
import Testing

@testable import KVFiles

/// `kvscope run`, and the schema that other programs read.
@Suite struct RunTests {
    private func json(_ arguments: String...) throws -> JSONObject { try json(arguments) }

    private func json(_ arguments: [String]) throws -> JSONObject {
        let found = try Executable.run(["run", "--json"] + arguments)
        #expect(found.code == 0 && found.error.isEmpty, "\(found.error)")
        #expect(found.output.split(separator: "\n").count == 1, "one object, one line")
        return try object(JSONReader.parse(Array(found.output.utf8)))
    }

    private func object(_ json: JSON?) throws -> JSONObject { try #require(json?.objectValue) }

    private func integers(_ json: JSON?) -> [Int] { (json?.arrayValue ?? []).compactMap(\.intValue) }

    private func expect(_ members: String, of object: JSONObject, _ place: String) {
        for name in members.split(separator: " ") {
            #expect(object[String(name)] != nil, "\(place).\(name) is missing")
        }
    }

    @Test func theSchemaHasEveryMember() throws {
        let run = try json("--budget", "0.2", "--max-tokens", "6")
        expect("schema model prompt method plan memory steps text finish_reason timing", of: run, "run")
        #expect(run["schema"]?.stringValue == "kvscope.run/1")
        #expect(run["finish_reason"]?.stringValue == "length")
        expect(
            "type layers query_heads kv_heads head_dim kv_bytes_per_token", of: try object(run["model"]),
            "model")
        let prompt = try object(run["prompt"])
        expect("tokens text_tokens visual_tokens token_ids segments", of: prompt, "prompt")
        #expect(integers(prompt["token_ids"]).count == prompt["tokens"]?.intValue)
        let segments = try #require(prompt["segments"]?.arrayValue).map { try object($0) }
        var next = 0
        for segment in segments {
            expect("kind index start count", of: segment, "segment")
            #expect(segment["start"]?.intValue == next, "segments follow each other")
            next += segment["count"]?.intValue ?? 0
            guard segment["kind"]?.stringValue == "image" else { continue }
            #expect(integers(segment["grid"]).reduce(1, *) == segment["count"]?.intValue)
        }
        #expect(next == prompt["tokens"]?.intValue)
        let method = try object(run["method"])
        expect("name budget parameters", of: method, "method")
        #expect(method["budget"]?.doubleValue == 0.2)
        let plan = try object(run["plan"])
        expect("total_rows heads", of: plan, "plan")
        let heads = try #require(plan["heads"]?.arrayValue).map { try object($0) }
        #expect(heads.count == 24)
        for head in heads { expect("layer head class score votes budget kept", of: head, "head") }
        let budgets = heads.compactMap { $0["budget"]?.intValue }.reduce(0, +)
        #expect(budgets <= plan["total_rows"]?.intValue ?? 0)
        expect(
            "full_bytes resident_bytes offloaded_bytes metadata_bytes allocated_bytes",
            of: try object(run["memory"]), "memory")
        let steps = try #require(run["steps"]?.arrayValue).map { try object($0) }
        #expect(steps.count == 6)
        for step in steps {
            expect("token text logprob ms loaded_chunks moved_bytes resident_bytes", of: step, "step")
        }
        #expect(steps.dropFirst().allSatisfy { $0["hit_rate"]?.doubleValue != nil })
        #expect(steps.compactMap { $0["text"]?.stringValue }.joined() == run["text"]?.stringValue)
        expect(
            "load_ms vision_ms prefill_ms plan_ms decode_ms_p50 decode_ms_p95 tokens_per_second",
            of: try object(run["timing"]), "timing")
    }

    /// What transformers answered, by one run of the executable for each kind of prompt.
    @Test(arguments: ["sample-caption-6", "sample-wide-1", "text-only", "sample-formats-4"])
    func tokensAreThoseOfTransformers(name: String) throws {
        let path = Repository.path("Tests/Goldens/transformers/prompts.json")
        let list = try object(JSONReader.parse(try InputFile.read(path, limit: 1 << 26)))["prompts"]?
            .arrayValue
        let goldens = try #require(list).map { try object($0) }
        let golden = try #require(goldens.first { $0["name"]?.stringValue == name })
        let message = try object(try #require(golden["messages"]?.arrayValue).first)
        let content = try #require(message["content"]?.arrayValue).map { try object($0) }
        let images = content.compactMap { $0["image"]?.stringValue }.map { Repository.path($0) }
        let text = try #require(content.last?["text"]?.stringValue)
        let run = try json(
            ["--method", "full", "--kv", "f32", "--prompt", text]
                + (images.isEmpty ? [] : ["--image"] + images))
        #expect(integers(try object(run["prompt"])["token_ids"]) == integers(golden["token_ids"]))
        let steps = try #require(run["steps"]?.arrayValue).map { try object($0) }
        let tokens = steps.compactMap { $0["token"]?.intValue }
        let greedy = integers(try object(golden["greedy"])["ids"])
        #expect(tokens == Array(greedy.prefix(tokens.count)) && tokens.count > 1)
        #expect(run["text"]?.stringValue == (try object(golden["greedy"])["answer"]?.stringValue))
    }

    @Test func residentRowsKeepToTheBudget() throws {
        let run = try json("--method", "hybridkv", "--budget", "0.2")
        let memory = try object(run["memory"])
        let model = try object(run["model"])
        let tokenBytes = try #require(model["kv_bytes_per_token"]?.intValue)
        let tokens = try #require(try object(run["prompt"])["tokens"]?.intValue)
        let steps = run["steps"]?.arrayValue?.count ?? 0
        let resident = try #require(memory["resident_bytes"]?.intValue)
        // A fifth of the prompt, the generated tokens, and the tails behind the last whole chunk of dynamic heads.
        let heads = try #require(try object(run["plan"])["heads"]?.arrayValue).map { try object($0) }
        let tails = heads.reduce(0) { sum, head in
            sum + (head["chunk"]?.intValue.map { tokens % $0 } ?? 0)
        }
        let limit =
            Int(0.2 * Double(tokens)) * tokenBytes + steps * tokenBytes + tails * tokenBytes / heads.count
        #expect(resident <= limit && resident > 0)
        #expect(memory["full_bytes"]?.intValue ?? 0 > 3 * resident)
    }

    @Test func detailNamesTheChosenChunks() throws {
        let run = try json("--detail", "--budget", "0.2", "--max-tokens", "4")
        let heads = try #require(try object(run["plan"])["heads"]?.arrayValue).map { try object($0) }
        let dynamic = heads.count { $0["class"]?.stringValue == "dynamic" }
        #expect(dynamic > 0)
        for step in try #require(run["steps"]?.arrayValue).dropFirst() {
            let selected = try #require(try object(step)["selected"]?.arrayValue).map { try object($0) }
            #expect(selected.count == dynamic)
            for choice in selected {
                let chunks = integers(choice["chunks"])
                #expect(zip(chunks, chunks.dropFirst()).allSatisfy { $0 < $1 })
                #expect(Set(integers(choice["loaded"])).isSubset(of: chunks))
            }
            let loaded = selected.reduce(0) { $0 + integers($1["loaded"]).count }
            #expect(loaded == (try object(step)["loaded_chunks"]?.intValue))
        }
    }

    @Test func parametersAreUsedAndReported() throws {
        let run = try json("--set", "theta=0.99", "--set", "chunk=4", "--max-tokens", "2")
        let parameters = try object(try object(run["method"])["parameters"])
        #expect(parameters["theta"]?.stringValue == "0.99" && parameters["chunk"]?.stringValue == "4")
        let heads = try #require(try object(run["plan"])["heads"]?.arrayValue).map { try object($0) }
        #expect(heads.compactMap { $0["chunk"]?.intValue }.allSatisfy { $0 == 4 })
    }

    @Test func sameSettingsSameTokensOnAnyNumberOfThreads() throws {
        let texts = try ["1", "2"].map { threads in
            try json("--threads", threads, "--temperature", "1", "--seed", "7", "--max-tokens", "12")["text"]?
                .stringValue
        }
        #expect(texts[0] == texts[1] && texts[0] != nil)
    }

    @Test func theAnswerAloneIsOnStandardOutput() throws {
        let found = try Executable.run("run", "--example", "3", "--method", "full")
        #expect(found.code == 0 && found.output.split(separator: "\n").count == 1)
        #expect(found.error.contains("tiny-vl, ") && found.error.contains("\nmemory "))
    }
}
