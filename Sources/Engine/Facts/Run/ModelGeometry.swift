/// The sizes of an opened checkpoint that a front end shows.
public struct ModelGeometry: Sendable, Hashable, Codable {
    /// The checkpoint folder's last path component.
    public let name: String
    /// The `model_type` of config.json.
    public let type: String
    /// Decoder layers.
    public let layers: Int
    /// Query heads of a layer.
    public let queryHeads: Int
    /// KV heads of a layer.
    public let kvHeads: Int
    /// Channels of a head.
    public let headDimension: Int
    /// Width of the hidden state.
    public let hiddenSize: Int
    /// Entries of the vocabulary.
    public let vocabularySize: Int
    /// Weights in the checkpoint.
    public let parameterCount: Int
    /// Bytes of the weights as stored.
    public let weightBytes: Int
    /// How cached keys and values are stored.
    public let kvElement: RowFormat

    /// States the sizes.
    public init(
        name: String, type: String, layers: Int, queryHeads: Int, kvHeads: Int, headDimension: Int,
        hiddenSize: Int,
        vocabularySize: Int, parameterCount: Int, weightBytes: Int, kvElement: RowFormat
    ) {
        self.name = name
        self.type = type
        self.layers = layers
        self.queryHeads = queryHeads
        self.kvHeads = kvHeads
        self.headDimension = headDimension
        self.hiddenSize = hiddenSize
        self.vocabularySize = vocabularySize
        self.parameterCount = parameterCount
        self.weightBytes = weightBytes
        self.kvElement = kvElement
    }

    /// All KV heads of the model.
    public var headCount: Int { layers * kvHeads }

    /// Query heads that share one KV head.
    public var groupSize: Int { queryHeads / kvHeads }

    /// Bytes of one row: the key and the value of one token in one head.
    public var rowBytes: Int { 2 * kvElement.bytes(channels: headDimension) }

    /// Bytes that one token costs in an uncompressed cache.
    public var kvBytesPerToken: Int { headCount * rowBytes }

    /// Position of a head in arrays that list all heads layer by layer.
    public func index(of id: HeadID) -> Int { id.layer * kvHeads + id.head }

    /// The head at a position of such an array.
    public func head(at index: Int) -> HeadID { HeadID(layer: index / kvHeads, head: index % kvHeads) }
}
