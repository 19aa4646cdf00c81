import HybridKV

/// Reads tensors of any type out of a golden file; the engine's own reader takes weights only.
struct SafetensorsFixture {
    private let bytes: [UInt8]
    private let header: JSONObject
    private let start: Int

    init(path: String) throws {
        let bytes = try InputFile.read(path, limit: 1 << 26)
        let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        header = try Golden.unwrap(try JSONReader.parse(Array(bytes[8..<8 + length])).objectValue)
        start = 8 + length
        self.bytes = bytes
    }

    func floats(_ name: String) throws -> [Float] {
        try slice(name, "F32") { $0.loadUnaligned(fromByteOffset: $1, as: Float.self) }
    }

    func doubles(_ name: String) throws -> [Double] {
        try slice(name, "F64") { $0.loadUnaligned(fromByteOffset: $1, as: Double.self) }
    }

    func bytes(_ name: String) throws -> [UInt8] {
        try slice(name, "U8") { $0.loadUnaligned(fromByteOffset: $1, as: UInt8.self) }
    }

    func integers(_ name: String) throws -> [Int] {
        try slice(name, "I64") { Int($0.loadUnaligned(fromByteOffset: $1, as: Int64.self)) }
    }

    func shape(_ name: String) throws -> [Int] {
        try Golden.integers(header[name]?.objectValue?["shape"])
    }

    private func slice<Element>(
        _ name: String, _ type: String, _ load: (UnsafeRawBufferPointer, Int) -> Element
    ) throws -> [Element] {
        let entry = try Golden.unwrap(header[name]?.objectValue)
        guard entry["dtype"]?.stringValue == type else { throw Golden.Malformed() }
        let range = try Golden.integers(entry["data_offsets"])
        return bytes.withUnsafeBytes { raw in
            stride(from: start + range[0], to: start + range[1], by: MemoryLayout<Element>.stride).map {
                load(raw, $0)
            }
        }
    }
}
