import ArgumentParser
import Logging

/// The command line: `kvscope inspect | run | compare | methods | heads | model | config`; without a word it inspects.
@main
struct Kvscope: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kvscope",
        abstract: "A terminal inspector for the KV caches of vision-language models.",
        discussion: """
            Opens a Qwen2.5-VL checkpoint, reads pictures and text, decodes on the CPU with a compressed KV cache, and \
            shows what the compression does to every head. Without arguments it opens the bundled sample.
            """,
        version: "kvscope 0.1.0",
        subcommands: [
            InspectCommand.self, RunCommand.self, CompareCommand.self, MethodsCommand.self, HeadsCommand.self,
            ModelCommand.self, ConfigCommand.self,
        ],
        defaultSubcommand: InspectCommand.self)

    /// Exit codes: 0 done, 1 the run failed, 2 wrong usage; what is wrong stands in one line on standard error.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            Log.logger("kvscope").error("\(failure.message)")
            StandardError.print("kvscope: \(failure.message)")
            leave(failure.code)
        } catch {
            let code = exitCode(for: error)
            if code.isSuccess {
                print(fullMessage(for: error))
                leave(0)
            }
            let problem = message(for: error).split(separator: "\n").joined(separator: " ")
            StandardError.print("kvscope: \(problem) (kvscope --help lists what there is)")
            leave(2)
        }
    }
}

/// Ends a command with a sentence and an exit code.
struct Failure: Error {
    /// What was found, what was expected and how to mend it.
    let message: String
    /// 1 when the run failed, 2 when it was asked for wrongly.
    let code: Int32

    /// The run failed.
    static func run(_ message: String) -> Failure { Failure(message: message, code: 1) }

    /// The run was asked for wrongly.
    static func usage(_ message: String) -> Failure { Failure(message: message, code: 2) }
}
