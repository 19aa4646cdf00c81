import KVFacts
import KVFiles

/// What a model folder may carry for people who open it: recommended settings, and prompts worth looking at.
///
/// The file is `kvscope.json`; pictures are named relative to it.
public struct SampleFile: Sendable {
    /// The name of the file in a model folder.
    public static let name = "kvscope.json"

    /// The settings that the folder recommends.
    public let settings: MethodSettings?
    /// Prompts, the most telling first.
    public let prompts: [PromptRequest]

    /// Reads the file of a folder; nil when there is none.
    /// - Throws: `CheckpointError.badConfig` or an error of the file system, naming the place.
    public static func load(folder: String) throws(SampleError) -> SampleFile? {
        let path = folder + "/" + name
        guard InputFile.exists(path) else { return nil }
        do {
            return try SampleFile(
                try JSONReader.parse(try InputFile.read(path, limit: 1 << 24)), folder: folder)
        } catch let error as SampleError {
            throw error
        } catch {
            throw SampleError(path: path, problem: "\(error)")
        }
    }

    init(_ json: JSON, folder: String) throws {
        let path = folder + "/" + Self.name
        func fail(_ problem: String) -> SampleError { SampleError(path: path, problem: problem) }
        guard let object = json.objectValue, object["schema"]?.stringValue == "kvscope.sample/1" else {
            throw fail("\"schema\" must be \"kvscope.sample/1\"")
        }
        settings = try object["settings"].map { value in
            guard let method = value.objectValue?["method"]?.stringValue,
                let budget = value.objectValue?["budget"]?.doubleValue
            else { throw fail("\"settings\" must name a \"method\" and a \"budget\" such as 0.2") }
            var parameters: [String: String] = [:]
            for (key, value) in value.objectValue?["set"]?.objectValue?.members ?? [] {
                parameters[key] = value.stringValue ?? value.summary
            }
            return MethodSettings(name: method, budget: budget, parameters: parameters)
        }
        prompts = try (object["prompts"]?.arrayValue ?? []).enumerated().map { index, value in
            guard let prompt = value.objectValue, let messages = prompt["messages"] else {
                throw fail("prompt \(index + 1) has no \"messages\"")
            }
            return PromptRequest(
                title: prompt["title"]?.stringValue ?? prompt["name"]?.stringValue ?? "",
                messages: try MessagesFile.parse(json: messages).map { $0.resolvingImages(in: folder) },
                expectedAnswer: prompt["answer"]?.stringValue)
        }
    }
}

/// A `kvscope.json` that cannot be read.
public struct SampleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with it, and what was expected.
    public let problem: String

    /// One sentence.
    public var description: String { "\(path): \(problem)" }
}

extension Message {
    /// The same message with relative picture paths taken from a folder.
    public func resolvingImages(in folder: String) -> Message {
        Message(
            role: role,
            content: content.map { item in
                guard case .image(let path) = item, !path.hasPrefix("/") else { return item }
                return .image(folder + "/" + path)
            })
    }
}
