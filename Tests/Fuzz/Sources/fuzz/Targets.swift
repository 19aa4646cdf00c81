import HybridKV

@testable import KVFacts
@testable import KVFiles
@testable import KVInputs
@testable import KVMethods
@testable import KVModel
@testable import KVNumerics

/// What one fuzz target does with its bytes. Errors are answers; only traps and broken promises are findings.
typealias Body = @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32

/// The targets by name; `seeds` has a folder for each.
let targets: [String: Body] = [
    "safetensors": { bytes, count in
        let file = UnsafeRawBufferPointer(start: bytes, count: count)
        guard let header = try? SafetensorsHeader(file: file) else { return 0 }
        for entry in header.entries {
            precondition(entry.range.lowerBound >= 8 && entry.range.upperBound <= count)
            precondition(entry.range.count == entry.format.bytes(elements: entry.shape.reduce(1, *)))
        }
        return 0
    },
    "shard-index": { bytes, count in
        guard let index = try? ShardIndex(json: array(bytes, count), file: "index") else { return 0 }
        precondition(!index.shards.isEmpty && index.shards.allSatisfy { !$0.contains("/") && $0 != ".." })
        return 0
    },
    "config": { bytes, count in
        let json = array(bytes, count)
        guard let settings = try? Settings(json: json, file: "config") else { return 0 }
        _ = try? GenerationConfig(json: json, file: "generation", config: settings, vocabularySize: 512)
        guard let config = try? Qwen25VLConfig(json: json) else { return 0 }
        let text = config.text
        precondition(text.mropeSection.reduce(0, +) * 2 == text.headDimension)
        precondition(
            text.headDimension * text.queryHeads == text.hiddenSize && text.queryHeads % text.kvHeads == 0)
        precondition(config.vision.fullAttentionBlocks.allSatisfy { $0 < config.vision.depth })
        let patches = PatchSizes(
            patchSize: config.vision.patchSize, temporalPatchSize: config.vision.temporalPatchSize,
            spatialMergeSize: config.vision.spatialMergeSize)
        if let preprocessor = try? PreprocessorConfig(json: json, file: "preprocessor", patches: patches) {
            precondition(preprocessor.minPixels <= preprocessor.maxPixels && preprocessor.factor > 0)
        }
        return 0
    },
    "tokenizer": { bytes, count in
        let json = array(bytes, count)
        guard let tokenizer = try? Tokenizer(json: json) else { return 0 }
        roundTrip(tokenizer, "Hello, world! e\u{301} 123 <|im_start|> <|endoftext|>\n\n  \u{1F600}")
        return 0
    },
    "text": { bytes, count in
        roundTrip(sampleTokenizer, String(decoding: array(bytes, count), as: UTF8.self), isSample: true)
        return 0
    },
    "messages": { bytes, count in
        guard let messages = try? MessagesFile.parse(json: array(bytes, count)) else { return 0 }
        for labels in PictureLabels.allCases {
            let pieces = ChatTemplate(jinja: nil).render(messages, labels: labels)
            let images = pieces.count { if case .image = $0 { true } else { false } }
            precondition(images == messages.images.count)
        }
        return 0
    },
    "sample": { bytes, count in
        guard let json = try? JSONReader.parse(array(bytes, count)),
            let sample = try? SampleFile(json, folder: "folder")
        else { return 0 }
        for prompt in sample.prompts {
            precondition(prompt.messages.images.allSatisfy { $0.hasPrefix("/") || $0.hasPrefix("folder/") })
        }
        return 0
    },
    "visual-heads": { bytes, count in
        guard let heads = try? VisualHeadScores(json: array(bytes, count), path: "heads") else { return 0 }
        precondition(!heads.scores.isEmpty && heads.scores.joined().allSatisfy { $0 >= 0 && $0.isFinite })
        return 0
    },
    "png": { bytes, count in
        decode(withChunkChecksums(array(bytes, count)))
        return 0
    },
    "jpeg": picture,
    "webp": picture,
]

private let picture: Body = { bytes, count in
    decode(array(bytes, count))
    return 0
}

/// Decodes a picture, whatever its format, and takes it through to patches.
private func decode(_ file: [UInt8]) {
    // Small pictures keep the fuzzer fast; the limit's own check runs either way.
    guard let image = try? ImageFile.decode(file, name: "input", pixelLimit: 1 << 18) else { return }
    precondition(image.pixels.count == 3 * image.width * image.height)
    guard let config = try? PreprocessorConfig(minPixels: 784, maxPixels: 3136),
        let patched = try? ImageProcessor(config).process(image)
    else { return }
    precondition(patched.patches.count == patched.grid.count * 1176)
}

/// Encodes and decodes; streaming must agree with decoding at once.
private func roundTrip(_ tokenizer: Tokenizer, _ text: String, isSample: Bool = false) {
    let ids = tokenizer.encode(text)
    let decoded = tokenizer.decode(ids, skipSpecial: false)
    var stream = StreamingDetokenizer(tokenizer, skipSpecial: false)
    let streamed = ids.map { stream.append($0) }.joined() + stream.finish()
    precondition(decoded.utf8.elementsEqual(streamed.utf8), "streaming differs")
    // The sample strips nothing, so that nothing is lost. String equality is canonical: NFC does not matter.
    if isSample { precondition(decoded == text, "decoding differs") }
}

/// A small tokenizer of Qwen2's kind, from the seeds.
private let sampleTokenizer: Tokenizer = {
    do {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = folder.joined(separator: "/") + "/seeds/tokenizer/small.json"
        return try Tokenizer(json: try InputFile.read(path, limit: 1 << 20))
    } catch {
        preconditionFailure("\(error)")
    }
}()

private func array(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: bytes, count: count))
}
