import KVFacts
import KVFiles
import KVMethods
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A made-up prompt of Tests/Goldens/methods: keys, values and queries, and the attention that follows from them.
struct MethodPrompt: Sendable {
    let layers: Int, kvHeads: Int, queryHeads: Int, tokens: Int, dimension: Int
    let keys: [Float]  // [layers, kvHeads, N, d]
    let values: [Float]  // [layers, kvHeads, N, d]
    let queries: [Float]  // [layers, queryHeads, N, d]
    private let lastRow: [Float]  // [layers, queryHeads, N]
    private let columns: [Float]  // [layers, queryHeads, N]

    static let file = Result { try SafetensorsFixture(path: Golden.path("methods/prompts.safetensors")) }

    init(_ name: String) throws {
        let file = try Self.file.get()
        let shape = try file.shape(name + ".keys")
        (layers, kvHeads, tokens, dimension) = (shape[0], shape[1], shape[2], shape[3])
        queryHeads = try file.shape(name + ".queries")[1]
        keys = try file.floats(name + ".keys")
        values = try file.floats(name + ".values")
        queries = try file.floats(name + ".queries")
        lastRow = try file.floats(name + ".last1")
        columns = try file.floats(name + ".columns")
    }

    /// Keys or values of one head, [N, d].
    func rows(_ all: [Float], head: Int) -> [Float] {
        Array(all[head * tokens * dimension..<(head + 1) * tokens * dimension])
    }

    /// Everything that a planner may ask for.
    func evidence(for planner: Planner) -> PrefillEvidence {
        let layout = PromptLayout.fixture(tokens: tokens, visual: [])
        let heads = layers * kvHeads
        return PrefillEvidence(
            layout: layout, layers: layers, queryHeads: queryHeads, kvHeads: kvHeads,
            windows: planner.needs(tokenCount: tokens).windows.map { window in
                let rows = window.tokenIndices(in: layout)
                return WindowEvidence(
                    tokens: rows, attention: rows == [tokens - 1] ? lastRow : attention(of: rows),
                    filteredShare: Array(repeating: 0, count: layers * queryHeads))
            },
            columnSums: columns,
            rows: RowEvidence(
                dimension: dimension, kvHeads: kvHeads, keys: (0..<heads).map { rows(keys, head: $0) },
                values: (0..<heads).map { rows(values, head: $0) }))
    }

    /// Mean causal attention of some rows, [layers, queryHeads, N].
    private func attention(of window: [Int]) -> [Float] {
        var all: [Float] = []
        for head in 0..<layers * queryHeads {
            let store = head / queryHeads * kvHeads + head % queryHeads / (queryHeads / kvHeads)
            var mean = [Double](repeating: 0, count: tokens)
            for row in window {
                let logits = (0...row).map { key in
                    (0..<dimension).reduce(0.0) { sum, channel in
                        sum + Double(queries[(head * tokens + row) * dimension + channel])
                            * Double(keys[(store * tokens + key) * dimension + channel])
                    } / Double(dimension).squareRoot()
                }
                let weights = Softmax.of(logits)
                for (key, weight) in weights.enumerated() { mean[key] += weight / Double(window.count) }
            }
            all += mean.map(Float.init)
        }
        return all
    }
}

/// Softmax in double precision.
enum Softmax {
    static func of(_ logits: [Double]) -> [Double] {
        let largest = logits.max() ?? 0
        let weights = logits.map { exp($0 - largest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }
}

/// The rows that a method keeps of a made-up prompt, by an independent NumPy script of Tests/Goldens/methods.
struct MethodGolden: Sendable, CustomTestStringConvertible {
    let name: String
    let settings: MethodSettings
    let prompt: String
    let kept: [[Int]]  // [layers * kvHeads]

    var testDescription: String { "\(settings.text) \(name)" }

    /// Of every file that the scripts wrote, in no order that matters.
    static let all: [MethodGolden] = {
        do {
            let files = try Golden.unwrap(
                try Golden.json("methods/provenance.json").objectValue?["outputs"]?.objectValue
            ).members.map(\.key).filter { $0.hasSuffix(".json") && !$0.hasSuffix(".traces.json") }
            return try files.flatMap { file in
                try Golden.unwrap(
                    try Golden.json("methods/\(file)").objectValue?["cases"]?.arrayValue
                ).map(MethodGolden.init)
            }
        } catch {
            return []
        }
    }()

    private init(_ json: JSON) throws {
        let object = try Golden.unwrap(json.objectValue)
        name = try Golden.unwrap(object["name"]?.stringValue)
        prompt = try Golden.unwrap(object["prompt"]?.stringValue)
        settings = try MethodSettings.parse(
            try Golden.unwrap(object["method"]?.stringValue),
            budget: try Golden.unwrap(object["ratio"]?.doubleValue))
        kept = try Golden.unwrap(object["kept"]?.arrayValue).flatMap { layer in
            try Golden.unwrap(layer.arrayValue).map { try Golden.integers($0) }
        }
    }
}

/// Methods that one file states, against one NumPy script each.
@Suite struct MethodGoldenTests {
    @Test func thereAreGoldens() {
        #expect(Set(MethodGolden.all.map(\.settings.name)).isSuperset(of: ["knorm", "tova"]))
    }

    @Test(arguments: MethodGolden.all)
    func keptRowsAgree(golden: MethodGolden) throws {
        let planner = try Planner(golden.settings)
        let plan = try planner.plan(try MethodPrompt(golden.prompt).evidence(for: planner))
        #expect(plan.heads.map { $0.kept.map(Int.init) } == golden.kept)
    }

    /// A method says what it reads: evidence without it is refused with a sentence, never planned as zeros.
    @Test(arguments: MethodRegistry.methods.map(\.name).filter { $0 != "sparsemm" })
    func evidenceThatIsNotThereIsRefused(method: String) throws {
        let planner = try Planner(MethodSettings(name: method, budget: 0.2))
        let needs = planner.needs(tokenCount: 40)
        let evidence = PrefillEvidence(
            layout: .fixture(tokens: 40, visual: []), layers: 2, queryHeads: 4, kvHeads: 2, windows: [])
        if needs == .nothing {
            #expect(try planner.plan(evidence).heads.count == 4)
        } else {
            #expect(throws: PolicyError.self) { try planner.plan(evidence) }
        }
    }
}
