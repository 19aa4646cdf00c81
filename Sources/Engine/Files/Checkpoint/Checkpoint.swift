/// A Hugging Face checkpoint folder: its configuration, and its weights, mapped.
///
/// What the configuration means is the model family's business (`ModelFamily`); a folder knows none.
public final class Checkpoint: Sendable {
    /// The folder as it was given, without a trailing slash.
    public let folder: String
    /// `config.json`.
    package let config: Settings
    /// Where the weights come from.
    public let weights: any WeightSource

    /// Opens a folder: reads the configuration, maps the weights and checks their headers. Weight values are
    /// neither read nor checked.
    ///
    /// - Throws: `CheckpointError`, for the first thing found wrong.
    public init(folder: String) throws(CheckpointError) {
        let folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        self.folder = folder
        do throws(FileFailure) { try InputFile.requireFolder(folder) } catch { throw .file(error) }
        let path = folder + "/config.json"
        config = try Settings(json: try Self.read(path), file: path)
        weights = try SafetensorsFolder(folder: folder)
    }

    /// The folder's last path component.
    public var name: String { folder.split(separator: "/").last.map(String.init) ?? folder }

    /// The bytes of a file of the folder; nil when there is none of that name.
    /// - Throws: `CheckpointError.file` when it is there and cannot be read.
    package func file(_ name: String) throws(CheckpointError) -> [UInt8]? {
        let path = folder + "/" + name
        return InputFile.exists(path) ? try Self.read(path) : nil
    }

    /// Bytes that no sensible configuration file exceeds.
    package static let textFileLimit = 64 << 20

    static func read(_ path: String) throws(CheckpointError) -> [UInt8] {
        do throws(FileFailure) {
            return try InputFile.read(path, limit: textFileLimit)
        } catch {
            throw .file(error)
        }
    }
}
