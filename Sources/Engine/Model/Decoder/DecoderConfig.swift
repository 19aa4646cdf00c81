/// The sizes and settings of a language model, whichever family it belongs to.
public struct DecoderConfig: Sendable, Hashable {
    /// Width of the residual stream (`hidden_size`).
    public let hiddenSize: Int
    /// Width inside the MLP (`intermediate_size`).
    public let intermediateSize: Int
    /// Decoder layers (`num_hidden_layers`).
    public let layers: Int
    /// Query heads per layer (`num_attention_heads`).
    public let queryHeads: Int
    /// KV heads per layer (`num_key_value_heads`); divides `queryHeads`.
    public let kvHeads: Int
    /// Width of one head: `hiddenSize / queryHeads`; even.
    public let headDimension: Int
    /// Rows of the embedding table (`vocab_size`).
    public let vocabularySize: Int
    /// Added to the mean square (`rms_norm_eps`).
    public let rmsNormEpsilon: Double
    /// The base of the rotary frequencies (`rope_theta`).
    public let ropeTheta: Double
    /// How many frequencies rotate by t, h and w (`mrope_section`); sums to `headDimension / 2`.
    public let mropeSection: [Int]
    /// True when the output layer is the embedding table (`tie_word_embeddings`).
    public let tiedEmbeddings: Bool
    /// The longest sequence that the model was made for (`max_position_embeddings`).
    public let maxPositions: Int
}
