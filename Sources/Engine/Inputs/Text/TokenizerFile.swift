import KVFiles

/// Reads `tokenizer.json` and refuses everything that is not Qwen2's kind of tokenizer.
struct TokenizerFile {
    /// Far above every published vocabulary; bounds the id table.
    private static let idLimit = 1 << 21

    private let root: JSONObject

    init(json: [UInt8]) throws(TokenizerError) {
        let value: JSON
        do throws(JSONFailure) {
            value = try JSONReader.parse(json)
        } catch {
            throw .json("tokenizer.json: \(error)")
        }
        guard let object = value.objectValue else {
            throw .malformed(place: "the top level", expected: "an object", found: value.kind)
        }
        root = object
    }

    /// The tokenizer that the file describes. `truncation` and `padding` are the caller's business.
    func tokenizer() throws(TokenizerError) -> Tokenizer {
        let composes = try composesText()
        try checkPreTokenizer()
        try checkByteLevel("decoder", isRequired: true)
        try checkByteLevel("post_processor", isRequired: false)
        let model = try Self.object(root["model"], "model")
        try checkModel(model)
        let vocabulary = try Vocabulary(model)
        let added = try addedTokens()
        let (bytes, starts) = try tokenTable(vocabulary, added)
        return Tokenizer(
            encoder: try encoder(vocabulary, model), composes: composes, added: added,
            tokenBytes: bytes, tokenStarts: starts)
    }

    // MARK: Parts that only have one supported form

    private func composesText() throws(TokenizerError) -> Bool {
        guard let normalizer = root["normalizer"] else { return false }
        let type = try type(of: normalizer, "normalizer")
        if type == "Sequence", normalizer.objectValue?["normalizers"]?.arrayValue?.isEmpty == true {
            return false
        }
        guard type == "NFC" else { throw .unsupported(part: "normalizer", found: type, expected: "NFC") }
        return true
    }

    private func checkPreTokenizer() throws(TokenizerError) {
        guard let value = root["pre_tokenizer"] else {
            throw .malformed(
                place: "pre_tokenizer", expected: "a Sequence of Split and ByteLevel", found: "missing")
        }
        let type = try type(of: value, "pre_tokenizer")
        let steps = value.objectValue?["pretokenizers"]?.arrayValue ?? []
        guard type == "Sequence", steps.count == 2, let split = steps[0].objectValue,
            split["type"]?.stringValue == "Split"
        else {
            throw .unsupported(
                part: "pre_tokenizer", found: type, expected: "a Sequence of Split and ByteLevel")
        }
        let pattern = split["pattern"]?.objectValue?["Regex"]?.stringValue ?? "no Regex"
        guard pattern == PreTokenizer.pattern else {
            throw .unsupported(part: "split pattern", found: pattern, expected: PreTokenizer.pattern)
        }
        guard split["behavior"]?.stringValue == "Isolated", split["invert"]?.boolValue != true else {
            throw .unsupported(part: "split behavior", found: "other than Isolated", expected: "Isolated")
        }
        try checkByteLevelStep(steps[1])
    }

    private func checkByteLevelStep(_ value: JSON) throws(TokenizerError) {
        let step = try Self.object(value, "pre_tokenizer.pretokenizers[1]")
        let type = try type(of: value, "pre_tokenizer.pretokenizers[1]")
        guard type == "ByteLevel" else {
            throw .unsupported(part: "pre_tokenizer", found: type, expected: "ByteLevel")
        }
        // Both default to true in tokenizers.
        for key in ["add_prefix_space", "use_regex"] where step[key]?.boolValue != false {
            throw .unsupported(
                part: "pre_tokenizer", found: "ByteLevel with \(key)", expected: "\(key) false")
        }
    }

    private func checkByteLevel(_ part: String, isRequired: Bool) throws(TokenizerError) {
        guard let value = root[part] else {
            guard isRequired else { return }
            throw .malformed(place: part, expected: "ByteLevel", found: "missing")
        }
        let type = try type(of: value, part)
        guard type == "ByteLevel" else { throw .unsupported(part: part, found: type, expected: "ByteLevel") }
    }

    private func checkModel(_ model: JSONObject) throws(TokenizerError) {
        // Old files do not name the type; then a merge list tells BPE apart.
        if let value = model["type"], value.stringValue != "BPE" {
            throw .unsupported(part: "model", found: value.stringValue ?? value.summary, expected: "BPE")
        }
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            guard let value = model[key], value.stringValue != "" else { continue }
            throw .unsupported(part: key, found: value.summary, expected: "none")
        }
        if let dropout = model["dropout"], dropout.doubleValue != 0 {
            throw .unsupported(part: "dropout", found: dropout.summary, expected: "none")
        }
    }

    // MARK: Vocabulary

    /// `model.vocab`.
    private struct Vocabulary {
        let entries: [(content: String, id: Int32)]
        let ids: [ExactString: Int32]

        init(_ model: JSONObject) throws(TokenizerError) {
            let members = try TokenizerFile.object(model["vocab"], "model.vocab").members
            var entries: [(content: String, id: Int32)] = []
            var ids = [ExactString: Int32](minimumCapacity: members.count)
            entries.reserveCapacity(members.count)
            for (content, value) in members {
                let id = try TokenizerFile.tokenID(value, "model.vocab[\"\(content)\"]")
                entries.append((content, id))
                ids[ExactString(content)] = id
            }
            self.entries = entries
            self.ids = ids
        }
    }

    private func addedTokens() throws(TokenizerError) -> [AddedToken] {
        guard let value = root["added_tokens"] else { return [] }
        guard let list = value.arrayValue else {
            throw .malformed(place: "added_tokens", expected: "an array", found: value.kind)
        }
        var tokens: [AddedToken] = []
        for (index, value) in list.enumerated() {
            let place = "added_tokens[\(index)]"
            let item = try Self.object(value, place)
            guard let content = item["content"]?.stringValue, !content.isEmpty else {
                throw .malformed(
                    place: "\(place).content", expected: "a string",
                    found: item["content"]?.summary ?? "missing")
            }
            func flag(_ key: String) -> Bool { item[key]?.boolValue ?? false }
            tokens.append(
                AddedToken(
                    id: try Self.tokenID(item["id"] ?? .null, "\(place).id"), content: content,
                    isSingleWord: flag("single_word"), stripsLeft: flag("lstrip"),
                    stripsRight: flag("rstrip"),
                    isNormalized: flag("normalized"), isSpecial: flag("special")))
        }
        return tokens
    }

    /// The bytes of all tokens by id, and where each begins.
    private func tokenTable(
        _ vocabulary: Vocabulary, _ added: [AddedToken]
    ) throws(TokenizerError) -> (bytes: [UInt8], starts: [Int32]) {
        let highest = max(vocabulary.entries.map(\.id).max() ?? -1, added.map(\.id).max() ?? -1)
        var contents = [String?](repeating: nil, count: Int(highest) + 1)
        for (content, id) in vocabulary.entries {
            if let other = contents[Int(id)] { throw .duplicateID(id: Int(id), tokens: [other, content]) }
            contents[Int(id)] = content
        }
        for token in added {
            if let other = contents[Int(token.id)], !other.utf8.elementsEqual(token.content.utf8) {
                throw .duplicateID(id: Int(token.id), tokens: [other, token.content])
            }
            contents[Int(token.id)] = token.content
        }
        var bytes: [UInt8] = []
        var starts: [Int32] = [0]
        starts.reserveCapacity(contents.count + 1)
        for content in contents {
            if let content { bytes += ByteAlphabet.bytes(of: content) }
            starts.append(Int32(truncatingIfNeeded: bytes.count))
        }
        return (bytes, starts)
    }

    private func encoder(
        _ vocabulary: Vocabulary, _ model: JSONObject
    ) throws(TokenizerError) -> BytePairEncoder {
        var byteTokens: [Int32] = []
        for (byte, scalar) in ByteAlphabet.scalars.enumerated() {
            guard let id = vocabulary.ids[ExactString(String(scalar))] else {
                throw .missingByte(UInt8(byte))
            }
            byteTokens.append(id)
        }
        guard let list = model["merges"]?.arrayValue else {
            throw .malformed(
                place: "model.merges", expected: "an array", found: model["merges"]?.kind ?? "missing")
        }
        var merges = [UInt64: BytePairEncoder.Merge](minimumCapacity: list.count)
        for (rank, value) in list.enumerated() {
            let (left, right) = try mergeParts(value, rank)
            func token(_ content: String) throws(TokenizerError) -> Int32 {
                guard let id = vocabulary.ids[ExactString(content)] else {
                    throw .unknownMergeToken(merge: rank, token: content)
                }
                return id
            }
            // The last of two equal merges counts, as in tokenizers.
            merges[BytePairEncoder.key(try token(left), try token(right))] = BytePairEncoder.Merge(
                rank: Int32(truncatingIfNeeded: rank), token: try token(left + right))
        }
        var wholeWords: [[UInt8]: Int32] = [:]
        if model["ignore_merges"]?.boolValue == true {
            for (content, id) in vocabulary.entries { wholeWords[ByteAlphabet.bytes(of: content)] = id }
        }
        return BytePairEncoder(byteTokens: byteTokens, merges: merges, wholeWords: wholeWords)
    }

    /// A merge as `["a", "b"]` or, in older files, `"a b"`.
    private func mergeParts(_ value: JSON, _ rank: Int) throws(TokenizerError) -> (String, String) {
        if let parts = value.arrayValue, parts.count == 2, let left = parts[0].stringValue,
            let right = parts[1].stringValue
        {
            return (left, right)
        }
        if let text = value.stringValue {
            let parts = text.split(separator: " ", omittingEmptySubsequences: false)
            if parts.count == 2 { return (String(parts[0]), String(parts[1])) }
        }
        throw .malformed(
            place: "model.merges[\(rank)]", expected: "[\"a\", \"b\"] or \"a b\"", found: value.summary)
    }

    // MARK: Members

    private func type(of value: JSON, _ place: String) throws(TokenizerError) -> String {
        guard let type = value.objectValue?["type"]?.stringValue else {
            throw .malformed(place: place, expected: "an object with a \"type\"", found: value.summary)
        }
        return type
    }

    private static func object(_ value: JSON?, _ place: String) throws(TokenizerError) -> JSONObject {
        guard let object = value?.objectValue else {
            throw .malformed(place: place, expected: "an object", found: value?.kind ?? "missing")
        }
        return object
    }

    private static func tokenID(_ value: JSON, _ place: String) throws(TokenizerError) -> Int32 {
        guard case .integer(let id) = value, (0..<idLimit).contains(id) else {
            throw .malformed(place: place, expected: "an id in 0..<\(idLimit)", found: value.summary)
        }
        return Int32(id)
    }
}
