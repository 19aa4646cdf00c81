import HybridKV
import Testing

@testable import KVFiles

/// A plan that the independent NumPy implementation made, of Tests/Goldens/numpy.
struct PlanGolden: Sendable, CustomTestStringConvertible {
    let name: String
    let settings: MethodSettings
    let evidence: PrefillEvidence
    let expected: Expected

    struct Expected: Sendable {
        let threshold: Double
        let chunk: Int
        let total: Int
        let unused: Int
        let heads: [Head]
    }

    struct Head: Sendable {
        let headClass: String
        let score: Double
        let votes: [Double]
        let budget: Int
        let kept: [Int]
    }

    var testDescription: String { name }

    /// The specification's formulas go on where the engine refuses the setting.
    private var isOutOfRange: Bool {
        settings.budget > 1 || (settings.parameters["kappa"].flatMap(Double.init) ?? 0) > 1
    }

    static let random = load("numpy/plans.json", tensors: { "numpy/evidence.safetensors|\($0)." })
    static let sample = load(
        "numpy/sample-plans.json", tensors: { "transformers/evidence-\($0).safetensors|" })

    private static func load(_ file: String, tensors: (String) -> String) -> [PlanGolden] {
        do {
            let root = try Golden.unwrap(try Golden.json(file).objectValue)
            var evidence: [String: PrefillEvidence] = [:]
            for (name, value) in try Golden.unwrap(root["evidence"]?.objectValue).members {
                evidence[name] = try readEvidence(value, tensors: tensors(name))
            }
            return try Golden.unwrap(root["cases"]?.arrayValue).map { try PlanGolden($0, evidence) }
                .filter { !$0.isOutOfRange }
        } catch {
            return []
        }
    }

    private init(_ json: JSON, _ evidence: [String: PrefillEvidence]) throws {
        let object = try Golden.unwrap(json.objectValue)
        name = try Golden.unwrap(object["name"]?.stringValue)
        self.evidence = try Golden.unwrap(evidence[try Golden.unwrap(object["evidence"]?.stringValue)])
        var parameters: [String: String] = [:]
        for (key, value) in try Golden.unwrap(object["parameters"]?.objectValue).members {
            parameters[key] = value.stringValue ?? value.doubleValue.map { "\($0)" } ?? value.summary
        }
        let rho = try Golden.unwrap(object["rho"]?.doubleValue)
        settings = MethodSettings(name: "hybridkv", budget: rho, parameters: parameters)
        let result = try Golden.unwrap(object["expected"]?.objectValue)
        expected = Expected(
            threshold: result["threshold"]?.doubleValue ?? .infinity,
            chunk: try Golden.unwrap(result["chunk"]?.intValue),
            total: try Golden.unwrap(result["totalBudget"]?.intValue),
            unused: try Golden.unwrap(result["unusedRows"]?.intValue),
            heads: try Golden.unwrap(result["heads"]?.arrayValue).map { value in
                let head = try Golden.unwrap(value.objectValue)
                return Head(
                    headClass: try Golden.unwrap(head["class"]?.stringValue),
                    score: try Golden.unwrap(head["score"]?.doubleValue),
                    votes: try Golden.unwrap(head["votes"]?.arrayValue).compactMap(\.doubleValue),
                    budget: try Golden.unwrap(head["budget"]?.intValue),
                    kept: try Golden.integers(head["kept"]))
            })
    }

    private static func readEvidence(_ json: JSON, tensors: String) throws -> PrefillEvidence {
        let object = try Golden.unwrap(json.objectValue)
        let parts = tensors.split(separator: "|", omittingEmptySubsequences: false)
        let file = try SafetensorsFixture(path: Golden.path(String(parts[0])))
        let prefix = String(parts[1])
        let count = try Golden.unwrap(object["tokens"]?.intValue)
        let runs = try Golden.unwrap(object["visual"]?.arrayValue).map { try Golden.integers($0) }
        return PrefillEvidence(
            layout: PromptLayout.fixture(tokens: count, visual: runs.map { ($0[0], $0[1]) }),
            window: try Golden.integers(object["window"]),
            layers: try Golden.unwrap(object["layers"]?.intValue),
            queryHeads: try Golden.unwrap(object["queryHeads"]?.intValue),
            kvHeads: try Golden.unwrap(object["kvHeads"]?.intValue),
            attention: try file.floats(prefix + "attention"),
            filteredShare: try file.doubles(prefix + "filter"))
    }
}

extension PromptLayout {
    /// A layout with visual runs of one row each; the rest is text.
    static func fixture(tokens: Int, visual: [(start: Int, count: Int)]) -> PromptLayout {
        var segments: [PromptSegment] = []
        var next = 0
        func text(until end: Int) {
            guard end > next else { return }
            segments.append(PromptSegment(kind: .text, index: segments.count, start: next, count: end - next))
        }
        for (index, run) in visual.enumerated() {
            text(until: run.start)
            segments.append(
                PromptSegment(
                    kind: .image, index: index, start: run.start, count: run.count,
                    grid: CellGrid(rows: 1, columns: run.count)))
            next = run.start + run.count
        }
        text(until: tokens)
        return PromptLayout(tokens: Array(repeating: 0, count: tokens), segments: segments)
    }
}
