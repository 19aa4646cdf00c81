import KVNumerics

/// The weights of a Hugging Face folder: one safetensors file, or shards with an index, mapped.
///
/// Tensors are looked up by Hugging Face's names. Folders spell them in two ways, `model.layers.0…` with
/// `visual.…` (the hub's) and `model.language_model.layers.0…` with `model.visual.…` (newer transformers);
/// either spelling finds the tensor of either folder.
public struct SafetensorsFolder: WeightSource {
    private let folder: String
    /// Tensors by their canonical name.
    private let places: [String: Place]

    private struct Place: Sendable {
        let file: MappedFile
        let path: String
        let entry: SafetensorsHeader.Entry
    }

    /// Maps the weights of a folder and checks their headers; values are neither read nor checked.
    /// - Throws: `CheckpointError`, for the first thing found wrong.
    public init(folder: String) throws(CheckpointError) {
        self.folder = folder
        places = try Self.places(in: folder)
    }

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
            name: name, format: place.entry.format, shape: shape,
            bytes: UnsafeRawBufferPointer(rebasing: place.file.bytes[place.entry.range]), owner: place.file)
    }

    /// True when the folder holds a tensor of that name.
    public func hasTensor(_ name: String) -> Bool { places[Self.canonical(name)] != nil }

    /// Elements of all stored tensors; tied tensors count once.
    /// - Complexity: O(tensors).
    public var parameterCount: Int {
        places.values.reduce(0) { $0 + $1.entry.shape.reduce(1, *) }
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

    private static func places(in folder: String) throws(CheckpointError) -> [String: Place] {
        let single = folder + "/model.safetensors"
        if InputFile.exists(single) {
            return try places(files: ["model.safetensors"], in: folder)
        }
        let indexPath = folder + "/model.safetensors.index.json"
        guard InputFile.exists(indexPath) else { throw .noWeights(folder: folder) }
        let index = try ShardIndex(json: try Checkpoint.read(indexPath), file: indexPath)
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
