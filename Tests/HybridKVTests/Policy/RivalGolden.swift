import HybridKV
import Testing

@testable import KVFiles
@testable import KVMethods

/// A plan of a rival method that the independent NumPy implementation made, of Tests/Goldens/rivals.
struct RivalGolden: Sendable, CustomTestStringConvertible {
    let name: String
    let settings: MethodSettings
    let evidenceName: String
    let window: Int?
    let scores: [[Double]]?
    let chunk: Int?
    let heads: [Head]

    struct Head: Sendable {
        let budget: Int
        let kept: [Int]
        let initial: [Int]?
    }

    var testDescription: String { name }

    static let made = load("rivals/plans.json")
    static let sample = load("rivals/sample-plans.json")

    private static func load(_ file: String) -> [RivalGolden] {
        do {
            let root = try Golden.unwrap(try Golden.json(file).objectValue)
            // The engine refuses ratios above 1.
            return try Golden.unwrap(root["cases"]?.arrayValue).map(RivalGolden.init).filter {
                $0.settings.budget <= 1
            }
        } catch {
            return []
        }
    }

    private init(_ json: JSON) throws {
        let object = try Golden.unwrap(json.objectValue)
        name = try Golden.unwrap(object["name"]?.stringValue)
        evidenceName = try Golden.unwrap(object["evidence"]?.stringValue)
        window = object["window"]?.intValue
        scores = object["scores"]?.arrayValue?.map { $0.arrayValue?.compactMap(\.doubleValue) ?? [] }
        var parameters: [String: String] = [:]
        for (key, value) in try Golden.unwrap(object["parameters"]?.objectValue).members {
            parameters[key] = try Golden.unwrap(value.stringValue)
        }
        settings = MethodSettings(
            name: try Golden.unwrap(object["method"]?.stringValue),
            budget: try Golden.unwrap(object["rho"]?.doubleValue), parameters: parameters)
        let expected = try Golden.unwrap(object["expected"]?.objectValue)
        chunk = expected["chunk"]?.intValue
        heads = try Golden.unwrap(expected["heads"]?.arrayValue).map { value in
            let head = try Golden.unwrap(value.objectValue)
            return Head(
                budget: try Golden.unwrap(head["budget"]?.intValue), kept: try Golden.integers(head["kept"]),
                initial: try? Golden.integers(head["initial"]))
        }
    }

    /// The planner of the case; SparseMM's scores come with it instead of from a file.
    func planner() throws -> Planner {
        guard let scores else { return try Planner(settings) }
        let values = try ParameterValues(
            settings.parameters, of: SparseMMPolicy.description, methods: MethodRegistry.methods)
        return Planner(settings, stages: try SparseMMPolicy.stages(values, scores: scores))
    }
}

/// The evidence that rival plans were made from.
struct RivalEvidence: Sendable {
    private let root: JSONObject
    private let file: SafetensorsFixture

    static let made = Result { try RivalEvidence("rivals/plans.json", "rivals/evidence.safetensors") }
    static let sample = Result {
        try RivalEvidence("rivals/sample-plans.json", "rivals/sample-evidence.safetensors")
    }

    private init(_ plans: String, _ tensors: String) throws {
        root = try Golden.unwrap(try Golden.json(plans).objectValue?["evidence"]?.objectValue)
        file = try SafetensorsFixture(path: Golden.path(tensors))
    }

    /// Evidence with the window that a planner asks for; without attention where the golden read none.
    func evidence(for golden: RivalGolden, _ planner: Planner) throws -> PrefillEvidence {
        let object = try Golden.unwrap(root[golden.evidenceName]?.objectValue)
        let count = try Golden.unwrap(object["tokens"]?.intValue)
        let runs = try Golden.unwrap(object["visual"]?.arrayValue).map { try Golden.integers($0) }
        let layers = try Golden.unwrap(object["layers"]?.intValue)
        let queryHeads = try Golden.unwrap(object["queryHeads"]?.intValue)
        let layout = PromptLayout.fixture(tokens: count, visual: runs.map { ($0[0], $0[1]) })
        let windows = try planner.needs(tokenCount: count).windows.map { window in
            let tokens = window.tokenIndices(in: layout)
            var attention = [Float](repeating: 0, count: layers * queryHeads * count)
            if let rows = golden.window {
                #expect(tokens.count == rows)
                attention = try file.floats("\(golden.evidenceName).window\(rows)")
            }
            return WindowEvidence(
                tokens: tokens, attention: attention,
                filteredShare: Array(repeating: 0, count: layers * queryHeads))
        }
        return PrefillEvidence(
            layout: layout, layers: layers, queryHeads: queryHeads,
            kvHeads: try Golden.unwrap(object["kvHeads"]?.intValue), windows: windows,
            columnSums: try file.floats("\(golden.evidenceName).columns"))
    }
}
