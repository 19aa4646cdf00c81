import KVFacts
import KVNumerics

/// A Hugging Face checkpoint folder of Qwen2.5-VL: configuration and mapped weights.
///
/// Tensors are looked up by Hugging Face's names. Folders spell them in two ways, `model.layers.0…` with
/// `visual.…` (the hub's) and `model.language_model.layers.0…` with `model.visual.…` (newer transformers);
/// either spelling finds the tensor of either folder.
public final class Checkpoint: Sendable {
    /// The folder as it was given, without a trailing slash.
    public let folder: String
    /// `config.json`.
    public let config: Qwen25VLConfig
    /// `generation_config.json`.
    public let generation: GenerationConfig
    /// `preprocessor_config.json`.
    public let preprocessor: PreprocessorConfig

    /// Tensors by their canonical name.
    private let places: [String: Place]

    private struct Place: Sendable {
        let file: MappedFile
        let path: String
        let entry: SafetensorsHeader.Entry
    }

    /// Opens a folder: reads the configuration, maps the weights and checks their headers. Weight values are
    /// neither read nor checked.
    ///
    /// - Throws: `CheckpointError`, for the first thing found wrong.
    public init(folder: String) throws(CheckpointError) {
        let folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        self.folder = folder
        do throws(FileFailure) { try InputFile.requireFolder(folder) } catch { throw .file(error) }

        let configPath = folder + "/config.json"
        let configBytes = try Self.read(configPath)
        config = try Qwen25VLConfig(json: configBytes, file: configPath)
        let generationPath = folder + "/generation_config.json"
        generation = try GenerationConfig(
            json: try Self.readIfPresent(generationPath), file: generationPath,
            config: try Settings(json: configBytes, file: configPath),
            vocabularySize: config.text.vocabularySize)
        let preprocessorPath = folder + "/preprocessor_config.json"
        preprocessor = try PreprocessorConfig(
            json: try Self.readIfPresent(preprocessorPath), file: preprocessorPath, vision: config.vision)
        places = try Self.places(in: folder)
    }

    // MARK: Tensors

    /// The tensor of that name, which must have that shape.
    ///
    /// - Throws: `CheckpointError.missingTensor` or `.shapeMismatch`.
    public func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> Tensor {
        guard let place = places[Self.canonical(name)] else {
            throw .missingTensor(name: name, folder: folder)
        }
        guard place.entry.shape == shape else {
            throw .shapeMismatch(tensor: name, expected: shape, found: place.entry.shape)
        }
        return Tensor(
            name: name, elementType: place.entry.elementType, shape: shape,
            bytes: UnsafeRawBufferPointer(rebasing: place.file.bytes[place.entry.range]), owner: place.file)
    }

    /// True when the folder holds a tensor of that name.
    public func hasTensor(_ name: String) -> Bool { places[Self.canonical(name)] != nil }

    /// Elements of all stored tensors; tied tensors count once.
    /// - Complexity: O(tensors).
    public var parameterCount: Int {
        places.values.reduce(0) { $0 + $1.entry.range.count / $1.entry.elementType.byteCount }
    }

    /// Bytes of all stored tensors.
    /// - Complexity: O(tensors).
    public var weightBytes: Int { places.values.reduce(0) { $0 + $1.entry.range.count } }

    /// One spelling for both naming schemes: the hub's.
    private static func canonical(_ name: String) -> String {
        for (newer, hub) in [("model.language_model.", "model."), ("model.visual.", "visual.")]
        where name.hasPrefix(newer) {
            return hub + name.dropFirst(newer.count)
        }
        return name
    }

    // MARK: Files

    /// Bytes that no sensible configuration file exceeds.
    package static let textFileLimit = 64 << 20

    private static func read(_ path: String) throws(CheckpointError) -> [UInt8] {
        do throws(FileFailure) {
            return try InputFile.read(path, limit: textFileLimit)
        } catch {
            throw .file(error)
        }
    }

    private static func readIfPresent(_ path: String) throws(CheckpointError) -> [UInt8]? {
        InputFile.exists(path) ? try read(path) : nil
    }

    private static func places(in folder: String) throws(CheckpointError) -> [String: Place] {
        let single = folder + "/model.safetensors"
        if InputFile.exists(single) {
            return try places(files: ["model.safetensors"], in: folder)
        }
        let indexPath = folder + "/model.safetensors.index.json"
        guard InputFile.exists(indexPath) else { throw .noWeights(folder: folder) }
        let index = try ShardIndex(json: try read(indexPath), file: indexPath)
        let places = try places(files: index.shards, in: folder)
        for line in index.places {
            guard let place = places[canonical(line.tensor)], place.path == folder + "/" + line.shard else {
                throw .tensorNotInShard(tensor: line.tensor, shard: folder + "/" + line.shard)
            }
        }
        return places
    }

    private static func places(files: [String], in folder: String) throws(CheckpointError) -> [String: Place]
    {
        var places: [String: Place] = [:]
        for name in files {
            let path = folder + "/" + name
            let file: MappedFile
            do throws(FileFailure) { file = try MappedFile(path: path) } catch { throw .file(error) }
            let header: SafetensorsHeader
            do throws(SafetensorsProblem) {
                header = try SafetensorsHeader(file: file.bytes)
            } catch {
                throw .safetensors(file: path, problem: error)
            }
            for entry in header.entries {
                let key = canonical(entry.name)
                if let other = places[key] {
                    throw .duplicateTensor(name: entry.name, files: Set([other.path, path]).sorted())
                }
                places[key] = Place(file: file, path: path, entry: entry)
            }
        }
        return places
    }
}
