import HybridKV
import TestSupport
import Testing

@testable import KVFacts
@testable import KVFiles
@testable import KVInputs
@testable import KVMethods
@testable import KVModel
@testable import KVNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct CheckpointTests {
    @Test func theSampleModelOpens() throws {
        let checkpoint = try Checkpoint(folder: Repository.sampleModel + "/")
        #expect(checkpoint.folder == Repository.sampleModel)
        let family = try Qwen25VLFamily(checkpoint)
        #expect(family.decoder.layers == 6 && family.config.vision.depth == 3)
        #expect(try checkpoint.generation(vocabularySize: 512).eosTokenIDs == [487, 485])
        #expect(family.processor.maxPixels == 401_408)
        #expect(checkpoint.weights.weightBytes == 4 * checkpoint.weights.parameterCount)
        let weight = try checkpoint.weights.tensor(
            "model.layers.0.self_attn.q_proj.weight", shape: [128, 128])
        #expect(weight.elementCount == 128 * 128 && weight.bytes.count == 4 * 128 * 128)
    }

    @Test func bothNamingSchemesFindATensor() throws {
        let checkpoint = try Checkpoint(folder: Repository.sampleModel)
        for (hub, newer) in [
            ("model.norm.weight", "model.language_model.norm.weight"),
            ("visual.patch_embed.proj.weight", "model.visual.patch_embed.proj.weight"),
        ] {
            #expect(checkpoint.weights.hasTensor(hub) && checkpoint.weights.hasTensor(newer))
        }
        #expect(!checkpoint.weights.hasTensor("model.norm.bias"))
    }

    @Test func aWrongShapeOrNameIsNamed() throws {
        let checkpoint = try Checkpoint(folder: Repository.sampleModel)
        #expect(
            throws: CheckpointError.shapeMismatch(tensor: "model.norm.weight", expected: [127], found: [128])
        ) {
            try checkpoint.weights.tensor("model.norm.weight", shape: [127])
        }
        #expect(throws: CheckpointError.missingTensor(name: "x", folder: Repository.sampleModel)) {
            try checkpoint.weights.tensor("x", shape: [])
        }
    }

    // MARK: Made folders

    private static let weights = SafetensorsTests.file(
        #"{"model.language_model.norm.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        dataCount: 8)
    private static let otherWeights = SafetensorsTests.file(
        #"{"model.visual.merger.ln_q.weight":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}"#,
        dataCount: 4)

    private func folder(_ index: String?) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(ConfigTests.flat, "config.json")
        if let index {
            try folder.write(#"{"metadata":{},"weight_map":{\#(index)}}"#, "model.safetensors.index.json")
        }
        return folder
    }

    @Test func shardsAreFoundThroughTheIndex() throws {
        let folder = try folder(
            #""model.language_model.norm.weight":"a.safetensors","model.visual.merger.ln_q.weight":"b.safetensors""#
        )
        try folder.write(Self.weights, "a.safetensors")
        try folder.write(Self.otherWeights, "b.safetensors")
        let checkpoint = try Checkpoint(folder: folder.path)
        #expect(checkpoint.weights.parameterCount == 4 && checkpoint.weights.weightBytes == 12)
        #expect(try checkpoint.weights.tensor("model.norm.weight", shape: [2]).format == .f32)
        #expect(try checkpoint.weights.tensor("visual.merger.ln_q.weight", shape: [2]).format == .bf16)
    }

    @Test(arguments: ["../a.safetensors", "/etc/passwd", "sub/a.safetensors", "..", ""])
    func anIndexCannotReachOutOfItsFolder(_ name: String) throws {
        let folder = try folder("\"t\":\"\(name)\"")
        let index = folder.path + "/model.safetensors.index.json"
        #expect(throws: CheckpointError.shardPath(file: index, name: name)) {
            try Checkpoint(folder: folder.path)
        }
    }

    @Test func missingShardsAndMisplacedTensorsAreNamed() throws {
        let folder = try folder(#""model.norm.weight":"a.safetensors","x":"a.safetensors""#)
        let shard = folder.path + "/a.safetensors"
        #expect(throws: CheckpointError.file(FileFailure(path: shard, reason: "No such file or directory"))) {
            try Checkpoint(folder: folder.path)
        }
        try folder.write(Self.weights, "a.safetensors")
        #expect(throws: CheckpointError.tensorNotInShard(tensor: "x", shard: shard)) {
            try Checkpoint(folder: folder.path)
        }
    }

    @Test func aTensorInTwoShardsIsRefused() throws {
        let folder = try folder(#""model.norm.weight":"a.safetensors","y":"b.safetensors""#)
        try folder.write(Self.weights, "a.safetensors")
        try folder.write(Self.weights, "b.safetensors")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(folder: folder.path) }
        guard case .duplicateTensor = error else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
    }

    @Test func unalignedTensorsAreCopied() throws {
        // Three bytes of header padding put the data at an odd address.
        let header = #"{"model.norm.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
        let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8 + 3)
        var file = SafetensorsTests.file(header + padding, dataCount: 0)
        file += [0, 0, 0x80, 0x3F]
        let folder = try folder(nil)
        try folder.write(file, "model.safetensors")
        let tensor = try Checkpoint(folder: folder.path).weights.tensor("model.norm.weight", shape: [1])
        // The checkpoint is gone by now; the tensor keeps what it needs.
        #expect(tensor.bytes.load(as: Float.self) == 1)
    }

    @Test func foldersThatCannotBeReadAreExplained() throws {
        #expect(
            throws: CheckpointError.file(FileFailure(path: "/nowhere", reason: "No such file or directory"))
        ) {
            try Checkpoint(folder: "/nowhere")
        }
        let empty = try TemporaryFolder()
        let missing = FileFailure(path: empty.path + "/config.json", reason: "No such file or directory")
        #expect(throws: CheckpointError.file(missing)) { try Checkpoint(folder: empty.path) }
        #expect(throws: CheckpointError.file(FileFailure(path: "", reason: "No such file or directory"))) {
            try Checkpoint(folder: "")
        }

        let withoutWeights = try folder(nil)
        #expect(throws: CheckpointError.noWeights(folder: withoutWeights.path)) {
            try Checkpoint(folder: withoutWeights.path)
        }
        try withoutWeights.write([], "model.safetensors")
        let weights = withoutWeights.path + "/model.safetensors"
        #expect(throws: CheckpointError.file(FileFailure(path: weights, reason: "is empty"))) {
            try Checkpoint(folder: withoutWeights.path)
        }
    }

    @Test func aTokenizerWithMoreIDsThanTheModelIsRefused() throws {
        let folder = try folder(nil)
        try folder.write(SafetensorsTests.file("{}", dataCount: 0), "model.safetensors")
        var file = TinyTokenizer()
        try folder.write(file.json, "tokenizer.json")
        let checkpoint = try Checkpoint(folder: folder.path)
        #expect(try checkpoint.tokenizer(vocabularySize: 512).vocabularySize == 306)
        file.extraEntries.append(("hehe", 512))
        try folder.write(file.json, "tokenizer.json")
        #expect(throws: TokenizerError.self) { try checkpoint.tokenizer(vocabularySize: 512) }
    }

    @Test func aPipeInPlaceOfAFileIsRefusedAndNotWaitedFor() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/config.json"
        try #require(mkfifo(path, 0o600) == 0)
        #expect(throws: CheckpointError.file(FileFailure(path: path, reason: "is not a regular file"))) {
            try Checkpoint(folder: folder.path)
        }
    }
}
