import KVFacts
import KVFiles

/// Reads conversations in Hugging Face's JSON form.
///
///     [{"role": "user", "content": [{"type": "image", "image": "a.png"}, {"type": "text", "text": "What?"}]}]
///
/// `content` may also be a string, and the list may stand under `"messages"` of an object. A picture may be
/// given as `image`, `path` or `url`, or as `image_url` with a string or `{"url": …}`; it must be a file, with
/// or without `file://`.
public enum MessagesFile {
    /// The messages of a JSON text.
    ///
    /// - Throws: `TokenizerError.json` or `.messages`, naming the place.
    public static func parse(json: [UInt8]) throws(TokenizerError) -> [Message] {
        let root: JSON
        do throws(JSONFailure) {
            root = try JSONReader.parse(json)
        } catch {
            throw .json("messages: \(error)")
        }
        return try parse(json: root)
    }

    /// The messages of a file; pictures are named relative to it.
    ///
    /// - Throws: as `parse`, and `.file` when it cannot be read.
    public static func load(path: String) throws(TokenizerError) -> [Message] {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try InputFile.read(path, limit: 1 << 24)
        } catch {
            throw .file(error)
        }
        let messages = try parse(json: bytes)
        guard let slash = path.lastIndex(of: "/") else { return messages }
        return messages.map { $0.resolvingImages(in: String(path[..<slash])) }
    }

    /// The messages of a JSON value that is part of a larger file.
    package static func parse(json root: JSON) throws(TokenizerError) -> [Message] {
        guard let list = (root.objectValue?["messages"] ?? root).arrayValue else {
            throw failure("the top level", "an array of messages", root)
        }
        guard !list.isEmpty else { throw failure("the list of messages", "at least one message", root) }
        var messages: [Message] = []
        for (index, value) in list.enumerated() {
            messages.append(try message(value, "message \(index + 1)"))
        }
        return messages
    }

    private static func message(_ value: JSON, _ place: String) throws(TokenizerError) -> Message {
        guard let object = value.objectValue else { throw failure(place, "an object", value) }
        guard let role = object["role"]?.stringValue.flatMap(Role.init) else {
            let known = Role.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw failure("\(place)'s role", "one of \(known)", object["role"])
        }
        let content = object["content"]
        if let text = content?.stringValue { return Message(role: role, text: text) }
        guard let items = content?.arrayValue else {
            throw failure("\(place)'s content", "a string or an array", content)
        }
        var result: [ContentItem] = []
        for (index, value) in items.enumerated() {
            result.append(try item(value, "\(place)'s content item \(index + 1)"))
        }
        return Message(role: role, content: result)
    }

    private static func item(_ value: JSON, _ place: String) throws(TokenizerError) -> ContentItem {
        guard let object = value.objectValue else { throw failure(place, "an object", value) }
        // The template goes by the members when there is no type.
        let type = object["type"]?.stringValue ?? (object["text"] != nil ? "text" : "image")
        switch type {
        case "text":
            guard let text = object["text"]?.stringValue else {
                throw failure("\(place)'s text", "a string", object["text"])
            }
            return .text(text)
        case "image", "image_url":
            let source = object["image"] ?? object["image_url"] ?? object["path"] ?? object["url"]
            guard let name = source?.stringValue ?? source?.objectValue?["url"]?.stringValue, !name.isEmpty
            else {
                throw failure("\(place)'s image", "a file path", source)
            }
            return .image(try filePath(name, place))
        default:
            throw failure("\(place)'s type", "\"text\" or \"image\"", object["type"])
        }
    }

    private static func filePath(_ name: String, _ place: String) throws(TokenizerError) -> String {
        if name.hasPrefix("file://") { return String(name.dropFirst("file://".count)) }
        for scheme in ["http://", "https://", "data:"] where name.hasPrefix(scheme) {
            throw .messages(
                place: "\(place)'s image", expected: "the path of a file; save the picture first",
                found: "a \(scheme) address")
        }
        return name
    }

    private static func failure(_ place: String, _ expected: String, _ found: JSON?) -> TokenizerError {
        .messages(place: place, expected: expected, found: found?.summary ?? "missing")
    }
}
