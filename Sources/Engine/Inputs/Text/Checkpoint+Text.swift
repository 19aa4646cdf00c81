import KVFiles

extension Checkpoint {
    /// Reads the folder's `tokenizer.json`. Every id that it can give has a row in the embedding table.
    ///
    /// - Parameter vocabularySize: rows of the embedding table.
    /// - Throws: `TokenizerError`.
    public func tokenizer(vocabularySize: Int) throws(TokenizerError) -> Tokenizer {
        let tokenizer = try Tokenizer(json: try textFile("tokenizer.json"))
        guard tokenizer.vocabularySize <= vocabularySize else {
            throw .malformed(
                place: "the highest id",
                expected: "below vocab_size \(vocabularySize) of config.json",
                found: "\(tokenizer.vocabularySize - 1)")
        }
        return tokenizer
    }

    /// The Jinja text of the folder's chat template, or nil when it has none: `chat_template.jinja`,
    /// `chat_template.json` or the `chat_template` of `tokenizer_config.json`, the first that exists, in transformers'
    /// order.
    ///
    /// - Throws: `TokenizerError` when a file is unreadable or not JSON; a missing template is no error.
    public func chatTemplate() throws(TokenizerError) -> String? {
        if InputFile.exists(folder + "/chat_template.jinja") {
            return String(decoding: try textFile("chat_template.jinja"), as: UTF8.self)
        }
        for name in ["chat_template.json", "tokenizer_config.json"]
        where InputFile.exists(folder + "/" + name) {
            let bytes = try textFile(name)
            let root: JSON
            do throws(JSONFailure) {
                root = try JSONReader.parse(bytes)
            } catch {
                throw .json("\(folder)/\(name): \(error)")
            }
            if let template = Self.template(in: root) { return template }
        }
        return nil
    }

    /// `chat_template` as a string, or as a list of named templates of which "default" counts.
    private static func template(in root: JSON) -> String? {
        let value = root.objectValue?["chat_template"]
        if let text = value?.stringValue { return text }
        let named = value?.arrayValue?.compactMap(\.objectValue) ?? []
        return named.first { $0["name"]?.stringValue == "default" }?["template"]?.stringValue
    }

    private func textFile(_ name: String) throws(TokenizerError) -> [UInt8] {
        do throws(FileFailure) {
            return try InputFile.read(folder + "/" + name, limit: Self.textFileLimit)
        } catch {
            throw .file(error)
        }
    }
}
