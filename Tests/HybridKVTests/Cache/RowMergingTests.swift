import HybridKV
import Testing

@testable import KVDecode
@testable import KVNumerics

/// LOOK-M's merging against the independent NumPy implementation.
@Suite struct RowMergingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let data: String
        let merging: RowMerging?
        let kept: [Int32]
        var testDescription: String { name }
    }

    static let cases: [Case] = {
        do {
            let root = try Golden.unwrap(try Golden.json("rivals/merges.json").objectValue)
            let data = try Golden.unwrap(root["data"]?.objectValue)
            return try Golden.unwrap(root["cases"]?.arrayValue).map { value in
                let object = try Golden.unwrap(value.objectValue)
                let name = try Golden.unwrap(object["data"]?.stringValue)
                return Case(
                    name: try Golden.unwrap(object["name"]?.stringValue), data: name,
                    merging: RowMerging(rawValue: try Golden.unwrap(object["merge"]?.stringValue)),
                    kept: try Golden.integers(data[name]?.objectValue?["kept"]).map(Int32.init))
            }
        } catch {
            return []
        }
    }()

    @Test func goldensAreThere() {
        #expect(Self.cases.count >= 40)
        #expect(RowMerging.allCases.allSatisfy { kind in Self.cases.contains { $0.merging == kind } })
    }

    @Test(arguments: cases)
    func mergedRowsAgree(golden: Case) throws {
        let file = try SafetensorsFixture(path: Golden.path("rivals/merges.safetensors"))
        let keys = try file.floats(golden.data + ".keys")
        let values = try file.floats(golden.data + ".values")
        let shape = try file.shape(golden.data + ".keys")
        let source = RowStore(capacity: shape[0], dimension: shape[1], format: .f32)
        fill(source.keys, keys)
        fill(source.values, values)
        let plan = HeadPlan(
            id: HeadID(layer: 0, head: 0), headClass: .static, score: nil, budget: golden.kept.count,
            kept: golden.kept,
            merging: golden.merging)
        let head = HeadCache(
            plan: plan, source: source, maxGenerated: 1, groupSize: 1, compute: Compute(threads: 2))
        let kind = golden.merging?.rawValue ?? "none"
        // Sums of at most 64 rows around 1 in f32 against f64.
        for (name, rows) in [("keys", head.resident.keys), ("values", head.resident.values)] {
            let expected = try file.doubles("\(golden.data).\(kind).\(name)")
            let found = (0..<expected.count).map { rows.assumingMemoryBound(to: Float.self)[$0] }
            for (value, wanted) in zip(found, expected) {
                #expect(abs(Double(value) - wanted) < 2e-6 * max(1, abs(wanted)))
            }
        }
        // The prefill's rows stay as they are: other sessions share them.
        #expect(keys == (0..<keys.count).map { source.keys.assumingMemoryBound(to: Float.self)[$0] })
    }

    private func fill(_ memory: UnsafeMutableRawPointer, _ values: [Float]) {
        for (place, value) in values.enumerated() {
            memory.storeBytes(of: value, toByteOffset: 4 * place, as: Float.self)
        }
    }
}
