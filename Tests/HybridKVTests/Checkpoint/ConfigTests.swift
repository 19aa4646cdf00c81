import HybridKV
import Testing

@testable import KVFiles
@testable import KVInputs

@Suite struct ConfigTests {
    /// The flat form of the published checkpoints, small.
    static let flat = """
        {"model_type":"qwen2_5_vl","hidden_act":"silu","hidden_size":64,"intermediate_size":128,
        "num_hidden_layers":3,"num_attention_heads":4,"num_key_value_heads":2,"vocab_size":512,
        "rms_norm_eps":1e-06,"rope_theta":1000000.0,"max_position_embeddings":512,"tie_word_embeddings":true,
        "rope_scaling":{"type":"mrope","mrope_section":[2,3,3]},
        "image_token_id":500,"video_token_id":501,"vision_start_token_id":502,"vision_end_token_id":503,
        "vision_config":{"depth":3,"hidden_size":32,"intermediate_size":64,"num_heads":2,"in_chans":3,
        "patch_size":14,"spatial_merge_size":2,"temporal_patch_size":2,"window_size":112,"out_hidden_size":64,
        "fullatt_block_indexes":[2,1,1],"tokens_per_second":2}}
        """

    /// The same model as newer transformers releases write it.
    static let nested = """
        {"model_type":"qwen2_5_vl","tie_word_embeddings":true,
        "text_config":{"model_type":"qwen2_5_vl_text","hidden_act":"silu","hidden_size":64,
        "intermediate_size":128,"num_hidden_layers":3,"num_attention_heads":4,"num_key_value_heads":2,
        "vocab_size":512,"rms_norm_eps":1e-06,"max_position_embeddings":512,"tie_word_embeddings":false,
        "rope_parameters":{"rope_type":"default","rope_theta":1000000.0,"mrope_section":[2,3,3]}},
        "image_token_id":500,"video_token_id":501,"vision_start_token_id":502,"vision_end_token_id":503,
        "vision_config":{"depth":3,"hidden_size":32,"intermediate_size":64,"num_heads":2,"in_channels":3,
        "patch_size":14,"spatial_merge_size":2,"temporal_patch_size":2,"window_size":112,"out_hidden_size":64,
        "fullatt_block_indexes":[1,2],"tokens_per_second":2.0}}
        """

    private func config(_ text: String) throws(CheckpointError) -> Qwen25VLConfig {
        try Qwen25VLConfig(json: Array(text.utf8))
    }

    @Test func bothFormsGiveTheSameModel() throws {
        let config = try config(Self.flat)
        #expect(try self.config(Self.nested) == config)
        #expect(config.text.headDimension == 16 && config.text.tiedEmbeddings && config.text.ropeTheta == 1e6)
        #expect(config.vision.fullAttentionBlocks == [1, 2] && config.vision.patchElements == 1176)
    }

    @Test(arguments: [
        ("\"hidden_size\":64", "\"hidden_size\":65", "num_attention_heads"),
        ("\"num_attention_heads\":4", "\"num_attention_heads\":0", "num_attention_heads"),
        ("\"num_attention_heads\":4", "\"num_attention_heads\":\"4\"", "num_attention_heads"),
        ("\"num_key_value_heads\":2", "\"num_key_value_heads\":3", "num_key_value_heads"),
        ("\"num_hidden_layers\":3", "\"num_hidden_layers\":1000000000000", "num_hidden_layers"),
        ("\"num_hidden_layers\":3,", "", "num_hidden_layers"),
        ("[2,3,3]", "[2,3,4]", "rope_scaling.mrope_section"),
        ("[2,3,3]", "[8]", "rope_scaling.mrope_section"),
        ("\"mrope_section\":[2,3,3]", "\"type2\":1", "rope_scaling.mrope_section"),
        ("\"type\":\"mrope\"", "\"type\":\"yarn\"", "rope_scaling.type"),
        ("\"vocab_size\":512", "\"vocab_size\":500", "image_token_id"),
        ("\"video_token_id\":501", "\"video_token_id\":500", "video_token_id"),
        ("\"out_hidden_size\":64", "\"out_hidden_size\":32", "vision_config.out_hidden_size"),
        ("\"num_heads\":2", "\"num_heads\":3", "vision_config.num_heads"),
        ("[2,1,1]", "[3]", "vision_config.fullatt_block_indexes"),
        ("\"window_size\":112", "\"window_size\":27", "vision_config.window_size"),
        ("\"in_chans\":3", "\"in_chans\":4", "vision_config.in_chans"),
        ("\"model_type\":\"qwen2_5_vl\"", "\"model_type\":\"qwen3_vl\"", "model_type"),
        ("\"hidden_act\":\"silu\"", "\"hidden_act\":\"gelu\"", "hidden_act"),
        ("\"hidden_act\":\"silu\"", "\"use_sliding_window\":true", "use_sliding_window"),
        ("\"hidden_act\":\"silu\"", "\"quantization_config\":{}", "quantization_config"),
        ("\"rms_norm_eps\":1e-06", "\"rms_norm_eps\":-1", "rms_norm_eps"),
        ("\"vision_config\":{", "\"vision\":{", "vision_config"),
    ])
    func badSettingsAreNamed(_ found: String, _ replacement: String, _ key: String) throws {
        let text = Self.flat.replacing(found, with: replacement)
        let error = #expect(throws: CheckpointError.self) { try config(text) }
        guard case .setting(_, let named, _, _) = try #require(error) else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(named == key)
    }

    private func generation(_ json: String?, config: String = flat) throws(CheckpointError)
        -> GenerationConfig
    {
        try GenerationConfig(
            json: json.map { Array($0.utf8) }, file: "generation_config.json",
            config: try Settings(json: Array(config.utf8), file: "config.json"), vocabularySize: 512)
    }

    @Test func generationSettingsHaveDefaults() throws {
        #expect(try generation(nil).eosTokenIDs == [])
        #expect(try generation(nil).maxNewTokens == nil)
        let withEnd = Self.flat.replacing("\"hidden_act\"", with: "\"eos_token_id\":7,\"hidden_act\"")
        #expect(try generation("{}", config: withEnd).eosTokenIDs == [7])
        let full = try generation(
            #"{"eos_token_id":[3,4],"do_sample":true,"temperature":0.1,"top_k":1,"top_p":0.001,"max_new_tokens":9}"#
        )
        #expect(full.eosTokenIDs == [3, 4] && full.doSample && full.temperature == 0.1)
        #expect(full.topK == 1 && full.topP == 0.001 && full.maxNewTokens == 9)
        #expect(throws: CheckpointError.self) { try generation(#"{"eos_token_id":512}"#) }
        #expect(throws: CheckpointError.self) { try generation(#"{"temperature":"hot"}"#) }
    }

    private func preprocessor(_ json: String?) throws -> PreprocessorConfig {
        try PreprocessorConfig(
            json: json.map { Array($0.utf8) }, file: "preprocessor_config.json",
            patches: PatchSizes(patchSize: 14, temporalPatchSize: 2, spatialMergeSize: 2))
    }

    @Test func pixelLimitsHaveTwoSpellings() throws {
        let missing = try preprocessor(nil)
        #expect(missing.minPixels == 3136 && missing.maxPixels == 1_003_520 && missing.factor == 28)
        let newer = try preprocessor(#"{"size":{"shortest_edge":784,"longest_edge":7840}}"#)
        #expect(newer.minPixels == 784 && newer.maxPixels == 7840)
        let older = try preprocessor(#"{"min_pixels":1568,"size":{"shortest_edge":784,"longest_edge":7840}}"#)
        #expect(older.minPixels == 1568 && older.maxPixels == 7840)
    }

    @Test(arguments: [
        #"{"patch_size":16}"#, #"{"max_pixels":100}"#, #"{"min_pixels":0}"#, #"{"image_std":[0,1,1]}"#,
        #"{"image_mean":[0.5]}"#, #"{"min_pixels":5000,"max_pixels":4000}"#, "[]", "",
    ])
    func badPreprocessorsAreRefused(_ json: String) {
        #expect(throws: CheckpointError.self) { try preprocessor(json) }
    }
}
