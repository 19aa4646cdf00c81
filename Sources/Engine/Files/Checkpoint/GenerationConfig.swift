/// How the checkpoint's authors decode, from `generation_config.json`.
public struct GenerationConfig: Sendable, Hashable {
    /// Tokens that end the answer; empty when the folder names none.
    public let eosTokenIDs: [Int32]
    /// Sampling (true) or the most likely token (false, also when the file is missing).
    public let doSample: Bool
    /// Divides the logits; positive.
    public let temperature: Double
    /// Sampling looks at this many best tokens; 0 means all.
    public let topK: Int
    /// Sampling looks at the best tokens up to this probability mass, in (0, 1].
    public let topP: Double
    /// The authors' limit of generated tokens, if they give one.
    public let maxNewTokens: Int?

    /// Reads `generation_config.json`; a missing file or key takes transformers' default.
    ///
    /// - Parameters:
    ///   - json: the file's bytes, or `nil` when there is none.
    ///   - config: the bytes of `config.json`, whose `eos_token_id` stands in for a missing one.
    ///   - vocabularySize: every token id must be below.
    package init(
        json: [UInt8]?, file: String, config: Settings, vocabularySize: Int
    ) throws(CheckpointError) {
        let settings = try Settings(json: json ?? Array("{}".utf8), file: file)
        var ids = try Self.tokenIDs(settings, vocabularySize)
        if ids == nil { ids = try Self.tokenIDs(config, vocabularySize) }
        if ids == nil, let text = try config.nested("text_config") {
            ids = try Self.tokenIDs(text, vocabularySize)
        }
        eosTokenIDs = ids ?? []
        doSample = try settings.bool("do_sample", default: false)
        // 0 is found in files that never sample; transformers refuses it only when it would be used.
        let written = try settings.double("temperature", 0...1000, default: 1)
        temperature = written > 0 ? written : 1
        topK = try settings.integer("top_k", 0...Int(Int32.max), default: 50)
        let mass = try settings.double("top_p", 0...1, default: 1)
        topP = mass > 0 ? mass : 1
        let limit = try settings.integer("max_new_tokens", 0...Int(Int32.max), default: 0)
        maxNewTokens = limit > 0 ? limit : nil
    }

    /// `eos_token_id` as one id or a list; `nil` when absent.
    private static func tokenIDs(
        _ settings: Settings, _ vocabularySize: Int
    ) throws(CheckpointError) -> [Int32]? {
        let ids = 0...(vocabularySize - 1)
        if settings.object["eos_token_id"]?.arrayValue != nil {
            return try settings.integers("eos_token_id", ids)?.map(Int32.init)
        }
        guard settings.object["eos_token_id"] != nil else { return nil }
        return [Int32(try settings.integer("eos_token_id", ids))]
    }
}

extension Checkpoint {
    /// How the folder's authors decode.
    /// - Parameter vocabularySize: every token id must be below.
    /// - Throws: `CheckpointError` when the file is there and broken.
    public func generation(vocabularySize: Int) throws(CheckpointError) -> GenerationConfig {
        let name = "generation_config.json"
        return try GenerationConfig(
            json: try file(name), file: folder + "/" + name, config: config, vocabularySize: vocabularySize)
    }
}
