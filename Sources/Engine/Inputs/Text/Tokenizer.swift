import KVFiles

/// Qwen2's byte-level BPE tokenizer, from `tokenizer.json`; gives the ids that Hugging Face tokenizers give.
public struct Tokenizer: Sendable {
    /// Byte-pair merges of one word.
    let encoder: BytePairEncoder
    /// True when text is brought to normalisation form C first.
    let composes: Bool
    /// Added tokens that match in the text as given.
    let rawMatcher: AddedTokenMatcher
    /// Added tokens that match in normalised text.
    let normalizedMatcher: AddedTokenMatcher
    /// Added tokens by id.
    let addedTokens: [Int32: AddedToken]
    /// Ids of added tokens by their exact content.
    let addedIDs: [ExactString: Int32]
    /// The bytes of all tokens, one after another by id.
    let tokenBytes: [UInt8]
    /// Where the bytes of token `id` begin in `tokenBytes`; one more entry than ids.
    let tokenStarts: [Int32]

    /// Reads the bytes of a `tokenizer.json`.
    ///
    /// - Throws: `TokenizerError`, naming the part that is broken or that asks for another kind of tokenizer.
    public init(json: [UInt8]) throws(TokenizerError) {
        self = try TokenizerFile(json: json).tokenizer()
    }

    init(
        encoder: BytePairEncoder, composes: Bool, added: [AddedToken], tokenBytes: [UInt8],
        tokenStarts: [Int32]
    ) {
        self.encoder = encoder
        self.composes = composes
        rawMatcher = AddedTokenMatcher(added.filter { !$0.isNormalized })
        normalizedMatcher = AddedTokenMatcher(added.filter(\.isNormalized))
        addedTokens = Dictionary(added.map { ($0.id, $0) }) { _, last in last }
        addedIDs = Dictionary(added.map { (ExactString($0.content), $0.id) }) { _, last in last }
        self.tokenBytes = tokenBytes
        self.tokenStarts = tokenStarts
    }

    /// One more than the highest id; ids in between may be unused. A model's embedding table can have more rows.
    public var vocabularySize: Int { tokenStarts.count - 1 }

    // MARK: Text to tokens

    /// The tokens of `text`. Added tokens such as `<|im_end|>` inside the text become their ids, as with
    /// Hugging Face's `tokenizer(text)`; nothing is put before or after.
    /// - Complexity: O(n log n) in the length of the text.
    public func encode(_ text: String) -> [Int32] {
        var tokens: [Int32] = []
        for part in rawMatcher.parts(of: Array(text.unicodeScalars)[...]) {
            switch part {
            case .token(let id): tokens.append(id)
            case .text(let scalars): encodePlain(scalars, into: &tokens)
            }
        }
        return tokens
    }

    private func encodePlain(_ scalars: ArraySlice<Unicode.Scalar>, into tokens: inout [Int32]) {
        let normalized = composes ? CanonicalComposition.compose(scalars)[...] : scalars
        for part in normalizedMatcher.parts(of: normalized) {
            switch part {
            case .token(let id): tokens.append(id)
            case .text(let scalars):
                var word: [UInt8] = []
                PreTokenizer(scalars).forEachWord { scalars in
                    word.removeAll(keepingCapacity: true)
                    for scalar in scalars { word.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
                    encoder.encode(word, into: &tokens)
                }
            }
        }
    }

    // MARK: Tokens to text

    /// The bytes that a token stands for: a special token's content in UTF-8, nothing for an unknown id. A
    /// character's UTF-8 bytes may be spread over several tokens.
    public func bytes(of token: Int32) -> [UInt8] { Array(byteSlice(of: token)) }

    /// True for control tokens such as `<|im_start|>`, which `decode` can skip.
    public func isSpecial(_ token: Int32) -> Bool { addedTokens[token]?.isSpecial ?? false }

    /// The id of the added token that is written exactly so, for example `<|image_pad|>`.
    public func id(of content: String) -> Int32? { addedIDs[ExactString(content)] }

    /// The text of `tokens`; bytes that are not UTF-8 become U+FFFD as in Hugging Face's decoder.
    public func decode(_ tokens: [Int32], skipSpecial: Bool) -> String {
        var bytes: [UInt8] = []
        for token in tokens where !(skipSpecial && isSpecial(token)) { bytes += byteSlice(of: token) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func byteSlice(of token: Int32) -> ArraySlice<UInt8> {
        guard token >= 0, token < vocabularySize else { return [] }
        return tokenBytes[Int(tokenStarts[Int(token)])..<Int(tokenStarts[Int(token) + 1])]
    }
}
