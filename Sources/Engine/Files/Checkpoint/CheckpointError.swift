/// Why a checkpoint folder could not be used.
public enum CheckpointError: Error, Sendable, Hashable {
    /// A file or the folder itself could not be read.
    case file(FileFailure)
    /// The folder has neither `model.safetensors` nor `model.safetensors.index.json`.
    case noWeights(folder: String)
    /// A file is not the JSON that it should be.
    case json(file: String, problem: String)
    /// A setting is missing, malformed or not supported.
    case setting(file: String, key: String, expected: String, found: String)
    /// A safetensors file breaks the format.
    case safetensors(file: String, problem: SafetensorsProblem)
    /// The shard index names a file outside the folder.
    case shardPath(file: String, name: String)
    /// The shard index places a tensor in a file that does not hold it.
    case tensorNotInShard(tensor: String, shard: String)
    /// Two files, or two spellings of one name, hold the same tensor.
    case duplicateTensor(name: String, files: [String])
    /// The checkpoint has no tensor of that name.
    case missingTensor(name: String, folder: String)
    /// A tensor has another shape than the configuration implies.
    case shapeMismatch(tensor: String, expected: [Int], found: [Int])
}

/// The ways in which a safetensors file can be broken.
public enum SafetensorsProblem: Error, Sendable, Hashable {
    /// Fewer than the 8 bytes that give the header's length.
    case tooShort(bytes: Int)
    /// The header claims more than the format allows.
    case headerTooLong(bytes: UInt64, limit: Int)
    /// The header claims more bytes than the file has.
    case headerPastEnd(bytes: Int, available: Int)
    /// The header is not JSON, or names a tensor twice.
    case header(String)
    /// An entry of the header lacks a field or has one of the wrong kind.
    case entry(tensor: String, problem: String)
    /// The elements have a type that the engine does not read.
    case unsupportedType(tensor: String, found: String)
    /// The product of shape and element size does not fit in 64 bits.
    case sizeOverflow(tensor: String, shape: [Int])
    /// Shape and element size do not give the length of the byte range.
    case sizeMismatch(tensor: String, expected: Int, found: Int)
    /// The byte ranges leave a gap or overlap.
    case notContiguous(tensor: String, expectedStart: Int, foundStart: Int)
    /// The byte ranges do not cover the data exactly: a truncated file, or bytes left over.
    case coverage(claimed: Int, found: Int)
}

extension CheckpointError: CustomStringConvertible {
    /// One line: what was found, what was expected, how to mend it.
    public var description: String {
        switch self {
        case .file(let failure):
            "cannot read \(failure)"
        case .noWeights(let folder):
            "\(folder) has no model.safetensors and no model.safetensors.index.json; "
                + "give the folder of a Hugging Face checkpoint in safetensors format"
        case .json(let file, let problem):
            "\(file): \(problem)"
        case .setting(let file, let key, let expected, let found):
            "\(file): \"\(key)\" is \(found), expected \(expected)"
        case .safetensors(let file, let problem):
            "\(file): \(problem)"
        case .shardPath(let file, let name):
            "\(file) names the shard \"\(name)\"; a shard must be a file name inside the same folder"
        case .tensorNotInShard(let tensor, let shard):
            "\(shard) does not hold \(tensor), though the shard index says so; download the shard again"
        case .duplicateTensor(let name, let files):
            "tensor \(name) is stored twice, in \(files.joined(separator: " and "))"
        case .missingTensor(let name, let folder):
            "\(folder) has no tensor \(name); is it a complete Qwen2.5-VL checkpoint?"
        case .shapeMismatch(let tensor, let expected, let found):
            "tensor \(tensor) has shape \(found), config.json implies \(expected)"
        }
    }
}

extension SafetensorsProblem: CustomStringConvertible {
    /// What is wrong with the file.
    public var description: String {
        switch self {
        case .tooShort(let bytes):
            "\(bytes) bytes are too few for a safetensors file"
        case .headerTooLong(let bytes, let limit):
            "the header claims \(bytes) bytes, more than the format's limit of \(limit)"
        case .headerPastEnd(let bytes, let available):
            "the header claims \(bytes) bytes but \(available) follow; the file is truncated or not safetensors"
        case .header(let problem):
            "the header is broken: \(problem)"
        case .entry(let tensor, let problem):
            "the header's entry for \(tensor) is broken: \(problem)"
        case .unsupportedType(let tensor, let found):
            "tensor \(tensor) has type \(found); F32, F16 and BF16 can be read"
        case .sizeOverflow(let tensor, let shape):
            "tensor \(tensor) has an impossible shape \(shape)"
        case .sizeMismatch(let tensor, let expected, let found):
            "tensor \(tensor) needs \(expected) bytes for its shape, but its range has \(found)"
        case .notContiguous(let tensor, let expectedStart, let foundStart):
            "tensor \(tensor) starts at data byte \(foundStart), expected \(expectedStart): gap or overlap"
        case .coverage(let claimed, let found):
            "the tensors cover \(claimed) data bytes but the file has \(found); "
                + (claimed > found ? "it is truncated" : "bytes are left over")
        }
    }
}
