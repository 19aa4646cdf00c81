import KVFiles

/// Why a tokenizer, a chat template or a file of messages could not be used.
public enum TokenizerError: Error, Sendable, Hashable {
    /// A file could not be read.
    case file(FileFailure)
    /// The text is not JSON.
    case json(String)
    /// A part of `tokenizer.json` is missing or malformed.
    case malformed(place: String, expected: String, found: String)
    /// `tokenizer.json` asks for something that Qwen2's byte-level BPE does not have.
    case unsupported(part: String, found: String, expected: String)
    /// A merge uses or makes a token that the vocabulary lacks.
    case unknownMergeToken(merge: Int, token: String)
    /// Two tokens share an id.
    case duplicateID(id: Int, tokens: [String])
    /// The vocabulary has no token for a byte value, so that some text could not be encoded.
    case missingByte(UInt8)
    /// A file of messages is not in Hugging Face's form.
    case messages(place: String, expected: String, found: String)
}

extension TokenizerError: CustomStringConvertible {
    /// One line: what was found, what was expected, how to mend it.
    public var description: String {
        switch self {
        case .file(let failure):
            "cannot read \(failure)"
        case .json(let problem):
            problem
        case .malformed(let place, let expected, let found):
            "tokenizer.json: \(place) is \(found), expected \(expected)"
        case .unsupported(let part, let found, let expected):
            "tokenizer.json: the \(part) \(found) is not supported; "
                + "Qwen2.5-VL's tokenizer has \(expected)"
        case .unknownMergeToken(let merge, let token):
            "tokenizer.json: merge \(merge) needs the token \"\(token)\", which the vocabulary lacks"
        case .duplicateID(let id, let tokens):
            "tokenizer.json: the tokens \(tokens.map { "\"\($0)\"" }.joined(separator: " and ")) share the id \(id)"
        case .missingByte(let byte):
            "tokenizer.json: the vocabulary has no token for byte \(byte); a byte-level vocabulary has all 256"
        case .messages(let place, let expected, let found):
            "messages: \(place) is \(found), expected \(expected)"
        }
    }
}
