import HybridKV
import TestSupport
import Testing

@testable import KVFiles

/// One prompt that Hugging Face transformers answered, of Tests/Goldens/transformers/prompts.json.
struct PromptGolden: Sendable, CustomTestStringConvertible {
    let name: String
    let messages: [Message]
    let labels: PictureLabels
    let tokens: [Int32]
    let positions: [RopePosition]
    let ropeDelta: Int
    let greedy: [Int32]
    let answer: String

    var testDescription: String { name }

    static let all: [PromptGolden] = {
        do {
            let text = try InputFile.read(Golden.path("transformers/prompts.json"), limit: 1 << 26)
            let list = try JSONReader.parse(text).objectValue?["prompts"]?.arrayValue ?? []
            return try list.map(PromptGolden.init)
        } catch {
            return []
        }
    }()

    static func named(_ name: String) -> PromptGolden? { all.first { $0.name == name } }

    init(_ json: JSON) throws {
        let object = try Golden.unwrap(json.objectValue)
        name = try Golden.unwrap(object["name"]?.stringValue)
        let given = try MessagesFile.parse(json: try Golden.unwrap(object["messages"]))
        messages = given.map { message in
            Message(
                role: message.role,
                content: message.content.map {
                    if case .image(let path) = $0 { .image(Repository.path(path)) } else { $0 }
                })
        }
        labels =
            switch object["picture_labels"] {
            case .bool(true): .on
            case .bool(false): .off
            default: .auto
            }
        tokens = try Golden.integers(object["token_ids"]).map(Int32.init)
        let axes = try Golden.unwrap(object["positions"]?.arrayValue).map { try Golden.integers($0) }
        positions = tokens.indices.map {
            RopePosition(t: Int32(axes[0][$0]), h: Int32(axes[1][$0]), w: Int32(axes[2][$0]))
        }
        ropeDelta = try Golden.unwrap(object["rope_delta"]?.intValue)
        let result = try Golden.unwrap(object["greedy"]?.objectValue)
        greedy = try Golden.integers(result["ids"]).map(Int32.init)
        answer = try Golden.unwrap(result["answer"]?.stringValue)
    }
}

/// Reading of golden files.
enum Golden {
    struct Malformed: Error {}

    static func path(_ relative: String) -> String { Repository.path("Tests/Goldens/" + relative) }

    static func unwrap<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Malformed() }
        return value
    }

    static func integers(_ json: JSON?) throws -> [Int] {
        try unwrap(json?.arrayValue).map { try unwrap($0.intValue) }
    }

    static func boolean(_ json: JSON?) throws -> Bool {
        guard case .bool(let value)? = json else { throw Malformed() }
        return value
    }

    static func json(_ relative: String) throws -> JSON {
        try JSONReader.parse(try InputFile.read(path(relative), limit: 1 << 26))
    }
}
