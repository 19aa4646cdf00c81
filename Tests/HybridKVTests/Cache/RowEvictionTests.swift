import KVFacts
import KVFiles
import KVMethods
import KVNumerics
import Testing

@testable import KVDecode

/// Eviction between decode steps, against the traces of Tests/Goldens/methods/decoding.py.
@Suite struct RowEvictionTests {
    struct Trace: Sendable, CustomTestStringConvertible {
        let name: String
        let settings: MethodSettings
        let prompt: String
        let resident: [[[Int]]]  // [steps][layers * kvHeads], token indices

        var testDescription: String { name }

        static let all: [Trace] = {
            do {
                let root = try Golden.json("methods/decoding.traces.json")
                return try Golden.unwrap(root.objectValue?["cases"]?.arrayValue).map { json in
                    let object = try Golden.unwrap(json.objectValue)
                    return Trace(
                        name: try Golden.unwrap(object["name"]?.stringValue),
                        settings: try MethodSettings.parse(
                            try Golden.unwrap(object["method"]?.stringValue),
                            budget: try Golden.unwrap(object["ratio"]?.doubleValue)),
                        prompt: try Golden.unwrap(object["prompt"]?.stringValue),
                        resident: try Golden.unwrap(object["resident"]?.arrayValue).map { step in
                            try Golden.unwrap(step.arrayValue).flatMap { layer in
                                try Golden.unwrap(layer.arrayValue).map { try Golden.integers($0) }
                            }
                        })
                }
            } catch {
                return []
            }
        }()
    }

    @Test func thereAreTraces() {
        #expect(Trace.all.count >= 12)
    }

    @Test(arguments: Trace.all)
    func residentRowsAgreeAfterEveryStep(trace: Trace) throws {
        let prompt = try MethodPrompt(trace.prompt)
        let planner = try Planner(trace.settings)
        let plan = try planner.plan(prompt.evidence(for: planner))
        let compute = Compute(threads: 1)
        let group = prompt.queryHeads / prompt.kvHeads
        let steps = trace.resident.count
        let heads = plan.heads.enumerated().map { index, head in
            HeadCache(
                plan: head, source: store(prompt, index), maxGenerated: steps, groupSize: group,
                compute: compute)
        }
        let file = try SafetensorsFixture(path: Golden.path("methods/decoding.safetensors"))
        let keys = try file.floats(trace.prompt + ".keys")  // [steps, layers, kvHeads, d]
        let queries = try file.floats(trace.prompt + ".queries")  // [steps, layers, queryHeads, d]
        for step in 0..<steps {
            for (index, head) in heads.enumerated() {
                let row = head.appendRow(token: prompt.tokens + step)
                let start = (step * heads.count + index) * prompt.dimension
                for channel in 0..<prompt.dimension {
                    head.resident.key(row).storeBytes(
                        of: keys[start + channel], toByteOffset: 4 * channel, as: Float.self)
                }
                attend(head, queries, first: (step * heads.count + index) * group, group, compute)
            }
            _ = KVCache.evict(heads, kvHeads: prompt.kvHeads, nil)
            let tokens = heads.map { head in
                (0..<head.residentRows).map { head.eviction?.token(ofRow: $0) ?? -1 }
            }
            #expect(tokens == trace.resident[step], "step \(step)")
            expectBits(heads, prompt, keys)
            for head in heads { #expect(head.residentRows <= head.plan.budget) }
        }
    }

    private func store(_ prompt: MethodPrompt, _ head: Int) -> RowStore {
        let store = RowStore(capacity: prompt.tokens, dimension: prompt.dimension, format: .f32)
        for (all, base) in [(prompt.keys, store.keys), (prompt.values, store.values)] {
            for (place, value) in prompt.rows(all, head: head).enumerated() {
                base.storeBytes(of: value, toByteOffset: 4 * place, as: Float.self)
            }
        }
        return store
    }

    private func attend(_ head: HeadCache, _ queries: [Float], first: Int, _ group: Int, _ compute: Compute) {
        let dimension = head.resident.dimension
        let query = FloatMatrix(rows: group, columns: dimension)
        let out = FloatMatrix(rows: group, columns: dimension)
        let table = FloatMatrix(rows: group, columns: head.residentRows)
        for place in 0..<group * dimension { query.all.base[place] = queries[first * dimension + place] }
        PackedAttention(
            kernels: compute.kernels, dimension: dimension, type: head.resident.format.kernelType
        ).attend(head, query.all, into: out.all, table: table.all)
        head.eviction?.note(table.all, rows: head.residentRows)
    }

    /// Rows that stay keep their bits, wherever they moved to.
    private func expectBits(_ heads: [HeadCache], _ prompt: MethodPrompt, _ generated: [Float]) {
        for (index, head) in heads.enumerated() {
            for row in 0..<head.residentRows {
                let token = head.eviction?.token(ofRow: row) ?? 0
                let start =
                    token < prompt.tokens
                    ? (index * prompt.tokens + token) * prompt.dimension
                    : ((token - prompt.tokens) * heads.count + index) * prompt.dimension
                let source = token < prompt.tokens ? prompt.keys : generated
                for channel in 0..<prompt.dimension {
                    let found = head.resident.key(row).load(fromByteOffset: 4 * channel, as: Float.self)
                    #expect(found == source[start + channel])
                }
            }
        }
    }
}
