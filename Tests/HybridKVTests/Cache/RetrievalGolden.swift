import HybridKV
import Testing

@testable import KVFiles
@testable import KVMethods
@testable import KVNumerics

/// Retrieval over some steps as the independent NumPy implementation did it, of Tests/Goldens/numpy.
struct RetrievalGolden: Sendable, CustomTestStringConvertible {
    let name: String
    let data: Data
    let representative: ChunkRepresentative
    let forcing: ChunkRetrieval.Forcing
    let selectedChunks: Int
    let initial: [Int32]
    let steps: [Step]

    /// Keys, queries and attention that several cases share.
    struct Data: Sendable {
        let name: String
        let tokens: Int
        let dimension: Int
        let groupSize: Int
        let chunk: Int
        let chunks: Int
        let window: [Int]
        let keys: [Float]  // [tokens, dimension]
        let queries: [Float]  // [steps, group, dimension]
        let attention: [Float]  // [tokens]
        let representatives: [ChunkRepresentative: [Double]]
    }

    struct Step: Sendable {
        let selected: [Int]
        let hits: Int
        let loads: Int
        let loadedTokens: Int
    }

    var testDescription: String { name }

    static let all: [RetrievalGolden] = {
        do {
            let root = try Golden.unwrap(try Golden.json("numpy/retrieval.json").objectValue)
            let tensors = try SafetensorsFixture(path: Golden.path("numpy/retrieval.safetensors"))
            var data: [String: Data] = [:]
            for (name, value) in try Golden.unwrap(root["data"]?.objectValue).members {
                data[name] = try Data(name, value, tensors)
            }
            return try Golden.unwrap(root["cases"]?.arrayValue).map { try RetrievalGolden($0, data) }
        } catch {
            return []
        }
    }()

    static let data: [Data] = {
        var seen: Set<String> = []
        return all.map(\.data).filter { seen.insert($0.name).inserted }
    }()

    /// The plan that the engine makes for one head with this golden's attention.
    func plan() -> RetrievalPlan {
        let evidence = PrefillEvidence(
            layout: .fixture(tokens: data.tokens, visual: []), window: data.window, layers: 1, queryHeads: 1,
            kvHeads: 1, attention: data.attention, filteredShare: [0])
        let retrieval = ChunkRetrieval(representative: representative, forcing: forcing)
        return retrieval.plan(
            HeadID(layer: 0, head: 0), budget: selectedChunks * data.chunk, chunkSize: data.chunk,
            PlanInput(evidence: evidence, uniformRows: data.tokens))
    }

    private init(_ json: JSON, _ shared: [String: Data]) throws {
        let object = try Golden.unwrap(json.objectValue)
        name = try Golden.unwrap(object["name"]?.stringValue)
        data = try Golden.unwrap(shared[try Golden.unwrap(object["data"]?.stringValue)])
        representative = try Golden.unwrap(
            object["representative"]?.stringValue.flatMap(ChunkRepresentative.init))
        forcing = try Golden.unwrap(object["forced"]?.stringValue.flatMap(ChunkRetrieval.Forcing.init))
        selectedChunks = try Golden.unwrap(object["selectedChunks"]?.intValue)
        initial = try Golden.integers(object["initial"]).map(Int32.init)
        steps = try Golden.unwrap(object["steps"]?.arrayValue).map { value in
            let step = try Golden.unwrap(value.objectValue)
            return Step(
                selected: try Golden.integers(step["selected"]),
                hits: try Golden.unwrap(step["hits"]?.intValue),
                loads: try Golden.unwrap(step["loads"]?.intValue),
                loadedTokens: try Golden.unwrap(step["loadedTokens"]?.intValue))
        }
    }
}

extension RetrievalGolden.Data {
    fileprivate init(_ name: String, _ json: JSON, _ tensors: SafetensorsFixture) throws {
        let object = try Golden.unwrap(json.objectValue)
        func number(_ key: String) throws -> Int { try Golden.unwrap(object[key]?.intValue) }
        self.name = name
        tokens = try number("tokens")
        dimension = try number("headDim")
        groupSize = try number("groupSize")
        chunk = try number("chunk")
        chunks = try number("chunks")
        window = try Golden.integers(object["window"])
        keys = try tensors.floats(name + ".keys")
        queries = try tensors.floats(name + ".queries")
        attention = try tensors.floats(name + ".attention")
        var representatives: [ChunkRepresentative: [Double]] = [:]
        for kind in ChunkRepresentative.allCases {
            representatives[kind] = try tensors.doubles("\(name).representatives.\(kind.rawValue)")
        }
        self.representatives = representatives
    }

    /// The keys as a prefill's rows; every value is its key's negative, so that both can be told apart.
    func store() -> RowStore {
        let store = RowStore(capacity: tokens, dimension: dimension, format: .f32)
        for (index, key) in keys.enumerated() {
            store.keys.storeBytes(of: key, toByteOffset: 4 * index, as: Float.self)
            store.values.storeBytes(of: -key, toByteOffset: 4 * index, as: Float.self)
        }
        return store
    }

    /// The queries of a step, [group, d].
    func queries(step: Int) -> FloatMatrix {
        let matrix = FloatMatrix(rows: groupSize, columns: dimension)
        let size = groupSize * dimension
        for (place, value) in queries[step * size..<(step + 1) * size].enumerated() {
            matrix.all.base[place] = value
        }
        return matrix
    }
}
