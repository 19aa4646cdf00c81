import FoundationEssentials
import HybridKV
import TestSupport

@testable import KVFiles

/// Access to the files that transformers made.
enum InputGoldens {
    static func path(_ name: String) -> String { Repository.path("Tests/Goldens/transformers/" + name) }

    /// A golden file's JSON. Goldens are part of the repository: that one cannot be read is a broken checkout.
    static func decode<T: Decodable>(_ type: T.Type, _ name: String) -> T {
        do {
            let bytes = try InputFile.read(path(name), limit: 1 << 28)
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            preconditionFailure("golden \(name): \(error)")
        }
    }

    /// A whole file.
    static func bytes(_ path: String) throws -> [UInt8] { try InputFile.read(path, limit: 1 << 28) }

    /// A float32 tensor of a golden safetensors file.
    static func floats(_ name: String, tensor: String) throws -> [Float] {
        let file = try MappedFile(path: path(name))
        let entries = try SafetensorsHeader(file: file.bytes).entries
        guard let entry = entries.first(where: { $0.name == tensor }), entry.format == .f32 else {
            return []
        }
        return stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: 4).map { offset in
            Float(
                bitPattern: UInt32(
                    littleEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
    }
}
