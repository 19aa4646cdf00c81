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
        let object: JSONObject?
        do {
            guard InputFile.exists(path) else {
                throw PolicyError.badScores(path: path, problem: "there is no such file")
            }
            object = try JSONReader.parse(try InputFile.read(path, limit: 1 << 24)).objectValue
        } catch let error as PolicyError {
            throw error
        } catch {
            throw .badScores(path: path, problem: "\(error)")
        }
        guard let object, object["schema"]?.stringValue == schema else {
            throw .badScores(path: path, problem: "\"schema\" must be \"\(schema)\"")
        }
        let scores =
            object["scores"]?.arrayValue?.map { $0.arrayValue?.compactMap(\.doubleValue) ?? [] } ?? []
        guard let first = scores.first, !first.isEmpty, scores.allSatisfy({ $0.count == first.count }),
            scores.joined().allSatisfy({ $0.isFinite && $0 >= 0 })
        else {
            throw .badScores(
                path: path, problem: "\"scores\" must be a list of numbers of at least 0 for every layer")
        }
        return VisualHeadScores(scores: scores)
    }
}
