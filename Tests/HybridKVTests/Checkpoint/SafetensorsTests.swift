import HybridKV
import Testing

@testable import KVFiles

@Suite struct SafetensorsTests {
    /// A file with this header and `dataCount` zero bytes behind it.
    static func file(_ header: String, dataCount: Int, claimed: UInt64? = nil) -> [UInt8] {
        let length = claimed ?? UInt64(header.utf8.count)
        return withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array(header.utf8)
            + [UInt8](repeating: 0, count: dataCount)
    }

    private func header(_ bytes: [UInt8]) throws(SafetensorsProblem) -> SafetensorsHeader {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(SafetensorsProblem) in try SafetensorsHeader(file: buffer) }
        }
        return try result.get()
    }

    @Test func tensorsAreFoundInTheOrderOfTheirData() throws {
        let text = """
            {"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[3],"data_offsets":[8,14]},\
            "a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"c":{"dtype":"BF16","shape":[0,4],"data_offsets":[14,14]}}
            """
        let entries = try header(Self.file(text, dataCount: 14)).entries
        #expect(entries.map(\.name) == ["a", "b", "c"])
        #expect(entries.map(\.format) == [.f32, .f16, .bf16])
        #expect(entries[1].range.count == 6 && entries[1].range.upperBound == 8 + text.utf8.count + 14)
    }

    static func one(_ fields: String) -> String { "{\"t\":{\(fields)}}" }

    static let broken: [(file: [UInt8], problem: SafetensorsProblem)] = [
        ([], .tooShort(bytes: 0)),
        ([1, 2, 3, 4, 5, 6, 7], .tooShort(bytes: 7)),
        (file("{}", dataCount: 0, claimed: .max), .headerTooLong(bytes: .max, limit: 100_000_000)),
        (
            file("{}", dataCount: 0, claimed: 100_000_001),
            .headerTooLong(bytes: 100_000_001, limit: 100_000_000)
        ),
        (file("{}", dataCount: 3, claimed: 6), .headerPastEnd(bytes: 6, available: 5)),
        (file("[]", dataCount: 0), .header("expected an object, found an array")),
        (
            file("{\"__metadata__\":{\"a\":1}}", dataCount: 0),
            .header("__metadata__ must map strings to strings")
        ),
        (
            file("{\"t\":1}", dataCount: 0),
            .entry(tensor: "t", problem: "expected an object, found an integer")
        ),
        (
            file(one(#""shape":[1],"data_offsets":[0,4]"#), dataCount: 4),
            .entry(tensor: "t", problem: "\"dtype\" is missing or not a string")
        ),
        (
            file(one(#""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#), dataCount: 4),
            .entry(tensor: "t", problem: "\"shape\" must be an array of non-negative integers")
        ),
        (
            file(one(#""dtype":"F32","shape":[1],"data_offsets":[4,0]"#), dataCount: 4),
            .entry(tensor: "t", problem: "\"data_offsets\" must be two ascending non-negative integers")
        ),
        (
            file(one(#""dtype":"F32","shape":[1],"data_offsets":[0,4,8]"#), dataCount: 4),
            .entry(tensor: "t", problem: "\"data_offsets\" must be two ascending non-negative integers")
        ),
        (
            file(one(#""dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]"#), dataCount: 4),
            .unsupportedType(tensor: "t", found: "F8_E4M3")
        ),
        (
            file(one(#""dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]"#), dataCount: 4),
            .sizeOverflow(tensor: "t", shape: [4_611_686_018_427_387_904, 4])
        ),
        (
            file(one(#""dtype":"F32","shape":[2],"data_offsets":[0,4]"#), dataCount: 4),
            .sizeMismatch(tensor: "t", expected: 8, found: 4)
        ),
        (
            file(one(#""dtype":"F32","shape":[1],"data_offsets":[4,8]"#), dataCount: 8),
            .notContiguous(tensor: "t", expectedStart: 0, foundStart: 4)
        ),
        (
            file(one(#""dtype":"F32","shape":[2],"data_offsets":[0,8]"#), dataCount: 4),
            .coverage(claimed: 8, found: 4)
        ),
        (
            file(one(#""dtype":"F32","shape":[1],"data_offsets":[0,4]"#), dataCount: 8),
            .coverage(claimed: 4, found: 8)
        ),
        (
            file(
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
                    + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, dataCount: 8),
            .notContiguous(tensor: "b", expectedStart: 8, foundStart: 4)
        ),
        (
            file(
                one(
                    "\"dtype\":\"F16\",\"shape\":[0],\"data_offsets\":[9223372036854775807,9223372036854775807]"
                ),
                dataCount: 0),
            .sizeOverflow(tensor: "t", shape: [0])
        ),
    ]

    @Test(arguments: broken.indices)
    func brokenFilesAreRefusedByName(_ index: Int) {
        #expect(throws: Self.broken[index].problem) { try header(Self.broken[index].file) }
    }

    @Test func aTensorNamedTwiceIsRefused() {
        let entry = #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
        let problem = #expect(throws: SafetensorsProblem.self) {
            try header(Self.file("{\(entry),\(entry)}", dataCount: 4))
        }
        #expect(problem?.description.contains("twice") == true)
    }

    @Test func everyTruncationOfAFileIsRefused() {
        let whole = Self.file(Self.one(#""dtype":"F32","shape":[3],"data_offsets":[0,12]"#), dataCount: 12)
        for count in 0..<whole.count {
            #expect(throws: SafetensorsProblem.self) { try header(Array(whole.prefix(count))) }
        }
    }
}
