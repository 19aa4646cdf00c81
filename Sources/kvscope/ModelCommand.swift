import ArgumentParser
import HybridKV
import InspectorWords
import KVConfiguration

/// `kvscope model`: the checkpoint's sizes, and what fits into memory.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Show a checkpoint's geometry, bytes per token, and what fits.")

    @OptionGroup var model: ModelOptions

    func run() throws {
        let choices = try Choices([model])
        let folder = try choices.folder()
        do {
            let bench = try Workbench(folder: folder, rowFormat: choices.kvElement)
            let geometry = bench.geometry
            sizes(geometry, bench.model).forEach { print($0) }
            print("")
            fits(geometry, limit: bench.model.maxPositions).forEach { print($0) }
            if let note = bench.preparer.template.note { print("\nnote     \(note)") }
            if let sample = try SampleFile.load(folder: folder) {
                print("\nsample   \(sample.prompts.count) prompts in \(SampleFile.name)")
            }
        } catch {
            throw Failure.run("\(error)")
        }
    }

    private func sizes(_ geometry: ModelGeometry, _ network: VisionLanguageModel) -> [String] {
        return [
            "model    \(geometry.name) (\(geometry.type)), \(geometry.parameterCount) weights, "
                + "\(NumberText.bytes(geometry.weightBytes))",
            "text     \(geometry.layers) layers, \(geometry.queryHeads) query heads and \(geometry.kvHeads) KV heads of "
                + "\(geometry.headDimension), hidden \(geometry.hiddenSize), vocabulary \(geometry.vocabularySize)",
            "vision   \(network.visionSummary)",
            "heads    \(geometry.headCount) KV heads are classified; \(geometry.groupSize) query heads vote in each",
            "cache    \(geometry.kvBytesPerToken) bytes per token in \(geometry.kvElement.rawValue), "
                + "\(geometry.rowBytes) per row of one head",
        ]
    }

    /// Prompt lengths that fit, uncompressed and with a tenth resident.
    private func fits(_ geometry: ModelGeometry, limit: Int) -> [String] {
        var lines = ["tokens that fit into the cache (the model has positions for \(limit))"]
        var sizes = [1, 4, 16, 64].map { ("\($0) GiB", $0 << 30) }
        if let free = ThisProcess.availableMemory {
            sizes.insert(("free now, \(NumberText.bytes(free))", free), at: 0)
        }
        for (name, bytes) in sizes {
            let full = bytes / geometry.kvBytesPerToken
            lines.append("  \(name): \(full) full, \(full * 10) with 10% resident and the rest pruned")
        }
        return lines
    }
}
