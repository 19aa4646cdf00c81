import KVFacts
import KVFiles

/// How much each query head of a checkpoint looks at the part of a picture that its answer is about.
public struct VisualHeadScores: Sendable {
    /// The file that a model's folder may carry.
    public static let fileName = "visual-heads.json"
    /// The schema of the file.
    public static let schema = "kvscope.visual-heads/1"

    /// [layers][queryHeads], each at least 0.
    public let scores: [[Double]]

    /// States scores.
    public init(scores: [[Double]]) {
        self.scores = scores
    }

    /// Reads a file that `kvscope heads` wrote.
    /// - Throws: `.badScores`.
    public static func load(path: String) throws(PolicyError) -> VisualHeadScores {
        guard InputFile.exists(path) else { throw .badScores(path: path, problem: "there is no such file") }
        let bytes: [UInt8]
        do {
            bytes = try InputFile.read(path, limit: 1 << 24)
        } catch {
            throw .badScores(path: path, problem: "\(error)")
        }
        return try VisualHeadScores(json: bytes, path: path)
    }

    /// Reads the file's bytes; `path` is named in errors.
    init(json: [UInt8], path: String) throws(PolicyError) {
        let object: JSONObject?
        do {
            object = try JSONReader.parse(json).objectValue
        } catch {
            throw .badScores(path: path, problem: "\(error)")
        }
        guard let object, object["schema"]?.stringValue == Self.schema else {
            throw .badScores(path: path, problem: "\"schema\" must be \"\(Self.schema)\"")
        }
        let layers = object["scores"]?.arrayValue ?? []
        scores = layers.map { $0.arrayValue?.map { $0.doubleValue ?? -1 } ?? [] }
        guard let first = scores.first, !first.isEmpty, scores.allSatisfy({ $0.count == first.count }),
            scores.joined().allSatisfy({ $0.isFinite && $0 >= 0 })
        else {
            throw .badScores(
                path: path, problem: "\"scores\" must be a list of numbers of at least 0 for every layer")
        }
    }
}
