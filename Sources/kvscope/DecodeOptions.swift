import ArgumentParser
import HybridKV

/// How the answer is generated.
struct DecodeOptions: ParsableArguments {
    @Option(
        name: .customLong("max-tokens"),
        help: ArgumentHelp("Tokens after which the answer ends.", valueName: "n"))
    var maxTokens = 256

    @Option(help: ArgumentHelp("0 takes the most probable token; above 0 draws.", valueName: "t"))
    var temperature = 0.0

    @Option(
        name: .customLong("top-k"),
        help: ArgumentHelp("Draw among this many of the most probable tokens; 0 for all.", valueName: "k"))
    var topK = 0

    @Option(
        name: .customLong("top-p"),
        help: ArgumentHelp("Draw among the most probable tokens that reach this probability.", valueName: "p")
    )
    var topP = 1.0

    @Option(help: ArgumentHelp("Where the random numbers start.", valueName: "n"))
    var seed: UInt64 = 0

    @Flag(
        name: .customLong("ignore-eos"),
        help: "Go on past the end of the answer, up to --max-tokens: for measuring.")
    var ignoresEnd = false

    func validate() throws {
        guard maxTokens >= 1 else {
            throw ValidationError("--max-tokens cannot be \(maxTokens); expected at least 1")
        }
        guard temperature >= 0, temperature <= 100 else {
            throw ValidationError("--temperature cannot be \(temperature); expected 0...100")
        }
        guard topK >= 0 else { throw ValidationError("--top-k cannot be \(topK); expected at least 0") }
        guard topP > 0, topP <= 1 else {
            throw ValidationError("--top-p cannot be \(topP); expected above 0 and at most 1")
        }
    }

    var sampling: SamplingOptions {
        SamplingOptions(temperature: temperature, topK: topK, topP: topP, seed: seed)
    }
}
