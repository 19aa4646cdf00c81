import ArgumentParser
import HybridKV

/// Which checkpoint, and how it is computed.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A Qwen2.5-VL folder as Hugging Face publishes it. Default: the bundled sample.",
            valueName: "folder"))
    var model: String?

    @Option(help: ArgumentHelp("How cached rows are stored: f16 or f32.", valueName: "type"))
    var kv: RowElement = .f16

    @Option(
        help: ArgumentHelp("Threads; the results do not depend on it. Default: all cores.", valueName: "n"))
    var threads: Int?

    func validate() throws {
        if let threads, !(1...1024 ~= threads) {
            throw ValidationError("--threads cannot be \(threads); expected 1...1024")
        }
    }

    /// The folder that was named, or the sample beside the executable or the working folder.
    func folder() throws -> String {
        if let model {
            // Before anything else is asked of the folder, whose absence would be told as something else.
            guard ThisProcess.canRead(model + "/config.json") else {
                throw Failure.run(
                    "cannot read \(model)/config.json; expected a Qwen2.5-VL folder as Hugging Face publishes it"
                )
            }
            return model
        }
        if let found = BundledSample.folder { return found }
        throw Failure.usage(
            "no model was named and the bundled sample was not found beside the program; name a folder: --model DIR"
        )
    }
}

/// How cached rows may be stored.
enum RowElement: String, ExpressibleByArgument, CaseIterable {
    case f16, f32

    var format: RowFormat { self == .f16 ? .f16 : .f32 }
}

/// The sample that comes with the source.
enum BundledSample {
    /// Its folder, found from the executable or the working folder upwards.
    static var folder: String? {
        var places: [String] = []
        if let executable = ThisProcess.executable {
            var parts = executable.split(separator: "/")
            for _ in 0..<6 where !parts.isEmpty {
                parts.removeLast()
                places.append("/" + parts.joined(separator: "/"))
            }
        }
        return (places + ["."]).map { $0 + "/samples/tiny-vl" }.first {
            ThisProcess.canRead($0 + "/config.json")
        }
    }
}
