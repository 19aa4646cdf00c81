import KVFacts
import KVNumerics

/// The table of contents of a safetensors file, checked as the reference implementation checks it.
///
/// Layout: 8 bytes header length (little endian), a JSON header, then the data. The byte ranges of the
/// tensors must cover the data exactly, without gap or overlap.
struct SafetensorsHeader: Sendable {
    /// One tensor's place in the file.
    struct Entry: Sendable, Hashable {
        let name: String
        let format: WeightFormat
        let shape: [Int]
        /// Byte range in the file (not in the data part).
        let range: Range<Int>
    }

    /// The format's limit for the JSON header.
    static let headerLimit = 100_000_000

    /// The tensors in the order of their data.
    let entries: [Entry]

    /// Reads the header of a whole file.
    init(file bytes: UnsafeRawBufferPointer) throws(SafetensorsProblem) {
        guard bytes.count >= 8 else { throw .tooShort(bytes: bytes.count) }
        let claimed = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard let length = Int(exactly: claimed), length <= Self.headerLimit else {
            throw .headerTooLong(bytes: claimed, limit: Self.headerLimit)
        }
        guard length <= bytes.count - 8 else {
            throw .headerPastEnd(bytes: length, available: bytes.count - 8)
        }
        let object = try Self.object(in: UnsafeRawBufferPointer(rebasing: bytes[8..<8 + length]))
        var entries: [Entry] = []
        for (name, value) in object.members where name != "__metadata__" {
            entries.append(try Self.entry(name, value, dataStart: 8 + length))
        }
        entries.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        try Self.checkCoverage(entries, data: (8 + length)..<bytes.count)
        self.entries = entries
    }

    private static func object(in header: UnsafeRawBufferPointer) throws(SafetensorsProblem) -> JSONObject {
        let value: JSON
        do throws(JSONFailure) {
            let text = header.bindMemory(to: UInt8.self)
            value = try JSONReader.parse(text)
        } catch {
            throw .header("\(error)")
        }
        guard let object = value.objectValue else { throw .header("expected an object, found \(value.kind)") }
        if let metadata = object["__metadata__"] {
            let isStringMap =
                metadata.objectValue?.members.allSatisfy { $0.value.stringValue != nil } ?? false
            guard isStringMap else { throw .header("__metadata__ must map strings to strings") }
        }
        return object
    }

    private static func entry(_ name: String, _ value: JSON, dataStart: Int) throws(SafetensorsProblem)
        -> Entry
    {
        guard let object = value.objectValue else {
            throw .entry(tensor: name, problem: "expected an object, found \(value.kind)")
        }
        guard let typeName = object["dtype"]?.stringValue else {
            throw .entry(tensor: name, problem: "\"dtype\" is missing or not a string")
        }
        guard let shape = naturals(object["shape"]) else {
            throw .entry(tensor: name, problem: "\"shape\" must be an array of non-negative integers")
        }
        guard let offsets = naturals(object["data_offsets"]), offsets.count == 2, offsets[0] <= offsets[1]
        else {
            throw .entry(
                tensor: name, problem: "\"data_offsets\" must be two ascending non-negative integers")
        }
        guard let format = WeightFormat(safetensorsName: typeName) else {
            throw .unsupportedType(tensor: name, found: typeName)
        }
        guard let size = byteCount(shape: shape, format) else {
            throw .sizeOverflow(tensor: name, shape: shape)
        }
        guard size == offsets[1] - offsets[0] else {
            throw .sizeMismatch(tensor: name, expected: size, found: offsets[1] - offsets[0])
        }
        let (start, startOverflow) = offsets[0].addingReportingOverflow(dataStart)
        let (end, endOverflow) = offsets[1].addingReportingOverflow(dataStart)
        guard !startOverflow, !endOverflow else { throw .sizeOverflow(tensor: name, shape: shape) }
        return Entry(name: name, format: format, shape: shape, range: start..<end)
    }

    private static func naturals(_ value: JSON?) -> [Int]? {
        guard let values = value?.arrayValue else { return nil }
        var result: [Int] = []
        for value in values {
            guard case .integer(let number) = value, number >= 0 else { return nil }
            result.append(number)
        }
        return result
    }

    private static func byteCount(shape: [Int], _ format: WeightFormat) -> Int? {
        var elements = 1
        for dimension in shape {
            let (product, overflows) = elements.multipliedReportingOverflow(by: dimension)
            guard !overflows else { return nil }
            elements = product
        }
        return format.bytes(elements: elements)
    }

    private static func checkCoverage(_ entries: [Entry], data: Range<Int>) throws(SafetensorsProblem) {
        var position = data.lowerBound
        for entry in entries {
            guard entry.range.lowerBound == position else {
                throw .notContiguous(
                    tensor: entry.name, expectedStart: position - data.lowerBound,
                    foundStart: entry.range.lowerBound - data.lowerBound)
            }
            position = entry.range.upperBound
        }
        guard position == data.upperBound else {
            throw .coverage(claimed: position - data.lowerBound, found: data.count)
        }
    }
}

extension WeightFormat {
    /// The format that safetensors spells `F32`, `F16` or `BF16`.
    init?(safetensorsName: String) {
        switch safetensorsName {
        case "F32": self = .f32
        case "F16": self = .f16
        case "BF16": self = .bf16
        default: return nil
        }
    }
}
