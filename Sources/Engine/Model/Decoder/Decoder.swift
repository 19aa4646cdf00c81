import HybridKVKernels
import KVFacts
import KVFiles
import KVNumerics

/// The weights of the language model: embedding, layers, final norm and output head.
package struct Decoder: Sendable {
    package let config: DecoderConfig
    let embedding: Tensor  // [vocabulary, hidden]
    package let layers: [DecoderLayer]
    let finalNorm: RMSNorm
    let head: Linear  // hidden -> vocabulary; the embedding itself when tied
    let rotary: MultimodalRotary

    init(_ weights: any WeightSource, _ config: DecoderConfig) throws(CheckpointError) {
        self.config = config
        embedding = try weights.tensor(
            "model.embed_tokens.weight", shape: [config.vocabularySize, config.hiddenSize])
        var layers: [DecoderLayer] = []
        for index in 0..<config.layers { layers.append(try DecoderLayer(weights, config, index)) }
        self.layers = layers
        finalNorm = try RMSNorm(
            weights, "model.norm", width: config.hiddenSize, epsilon: Float(config.rmsNormEpsilon))
        if config.tiedEmbeddings {
            head = Linear(embedding, bias: nil, inputs: config.hiddenSize, outputs: config.vocabularySize)
        } else {
            head = try Linear(
                weights, "lm_head", inputs: config.hiddenSize, outputs: config.vocabularySize,
                hasBias: false)
        }
        rotary = MultimodalRotary(config)
    }

    /// Writes the embedding of a token, [hidden].
    package func embed(_ token: Int32, into out: UnsafeMutablePointer<Float>, _ compute: Compute) {
        precondition(
            0..<config.vocabularySize ~= Int(token), "token ids are checked when a prompt is prepared")
        let rowBytes = embedding.bytes.count / config.vocabularySize
        let start = embedding.start + Int(token) * rowBytes
        compute.kernels.widen(start, embedding.format.kernelType, config.hiddenSize, out)
    }
}

/// One decoder layer: x + attention(norm x), then + MLP(norm x); Hugging Face's `Qwen2_5_VLDecoderLayer`.
package struct DecoderLayer: Sendable {
    let inputNorm: RMSNorm
    let query: Linear, key: Linear, value: Linear
    package let output: Linear
    let mlpNorm: RMSNorm
    let gate: Linear, up: Linear, down: Linear

    init(_ weights: any WeightSource, _ config: DecoderConfig, _ index: Int) throws(CheckpointError) {
        let name = "model.layers.\(index)."
        let hidden = config.hiddenSize
        let queryWidth = config.queryHeads * config.headDimension
        let kvWidth = config.kvHeads * config.headDimension
        let epsilon = Float(config.rmsNormEpsilon)
        inputNorm = try RMSNorm(weights, name + "input_layernorm", width: hidden, epsilon: epsilon)
        let attention = name + "self_attn."
        query = try Linear(
            weights, attention + "q_proj", inputs: hidden, outputs: queryWidth, hasBias: true)
        key = try Linear(weights, attention + "k_proj", inputs: hidden, outputs: kvWidth, hasBias: true)
        value = try Linear(weights, attention + "v_proj", inputs: hidden, outputs: kvWidth, hasBias: true)
        output = try Linear(
            weights, attention + "o_proj", inputs: queryWidth, outputs: hidden, hasBias: false)
        mlpNorm = try RMSNorm(weights, name + "post_attention_layernorm", width: hidden, epsilon: epsilon)
        let width = config.intermediateSize
        gate = try Linear(weights, name + "mlp.gate_proj", inputs: hidden, outputs: width, hasBias: false)
        up = try Linear(weights, name + "mlp.up_proj", inputs: hidden, outputs: width, hasBias: false)
        down = try Linear(weights, name + "mlp.down_proj", inputs: width, outputs: hidden, hasBias: false)
    }
}
