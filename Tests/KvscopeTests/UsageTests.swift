import HybridKV
import TestSupport
import Testing

@testable import KVMethods

/// Exit codes, help, and what is said about wrong usage.
@Suite struct UsageTests {
    /// Arguments that are wrong, the exit code, and what the one line must name.
    static let wrong: [([String], Int32, [String])] = [
        (["fly"], 2, ["fly"]),
        (["--fly"], 2, ["--fly"]),
        (["run", "--budget", "lots"], 2, ["\"lots\"", "expected"]),
        (["run", "--budget", "300"], 2, ["\"300\"", "at most 100%"]),
        (
            ["compare", "--methods", "snapkv,adakv", "--set", "kernel=3"], 2,
            ["snapkv and of adakv", "brackets"]
        ),
        (["run", "--budget", "0"], 2, ["expected"]),
        (["run", "--method", "foo"], 2, ["\"foo\"", "hybridkv"]),
        (["run", "--set", "nothing=1"], 2, ["\"nothing\"", "theta"]),
        (["run", "--set", "theta"], 2, ["theta", "key=value"]),
        (["run", "--max-tokens", "0"], 2, ["0", "at least 1"]),
        (["run", "--max-tokens", "many"], 2, ["many"]),
        (["run", "--top-p", "2"], 2, ["--top-p", "2"]),
        (["run", "--temperature=-1"], 2, ["-1"]),
        (["run", "--threads", "0"], 2, ["--threads", "1...1024"]),
        (["run", "--kv", "f8"], 2, ["f8"]),
        (["run", "--detail"], 2, ["--json"]),
        (["run", "--example", "99"], 2, ["99", "1...10"]),
        (["run", "--example", "1", "--prompt", "x"], 2, ["three ways"]),
        (["run", "--image", "a.png"], 2, ["--prompt"]),
        (["run", "--messages", "/nonexistent.json"], 2, ["/nonexistent.json"]),
        (["--pace=-1"], 2, ["-1"]),
        (["--color", "256", "--no-color"], 2, ["contradict"]),
        (["--theme", "pink"], 2, ["pink"]),
        (["--model", "/nonexistent"], 1, ["/nonexistent/config.json", "expected"]),
        (["run", "--model", "/nonexistent"], 1, ["/nonexistent/config.json"]),
        (["model", "--model", "/nonexistent"], 1, ["/nonexistent/config.json"]),
        (["run", "--image", "/nonexistent.png", "--prompt", "x"], 1, ["/nonexistent.png", "No such file"]),
        (["run", "--image", Repository.path("README.md"), "--prompt", "x"], 1, ["README.md"]),
        (["--plain", "--image", "/nonexistent.png", "--prompt", "x"], 1, ["/nonexistent.png"]),
    ]

    @Test func wrongUsageIsOneLineAndACode() throws {
        for (arguments, code, words) in Self.wrong {
            let found = try Executable.run(arguments)
            #expect(found.code == code, "\(arguments): \(found.error)")
            #expect(found.errorLines.count == 1, "\(arguments): \(found.error)")
            #expect(found.error.hasPrefix("kvscope: "))
            for word in words { #expect(found.error.contains(word), "\(arguments): \(found.error)") }
        }
    }

    @Test func helpAndVersionNeedNoTerminal() throws {
        for arguments in [["--help"], ["help"], ["run", "--help"], ["help", "inspect"], ["--version"]] {
            let found = try Executable.run(arguments)
            #expect(found.code == 0 && found.error.isEmpty, "\(arguments)")
            #expect(!found.output.isEmpty && !found.output.utf8.contains(0x1B))
        }
        #expect(try Executable.run("--version").output.hasPrefix("kvscope "))
        let help = try Executable.run("--help").output
        for word in ["inspect", "run", "methods", "model"] { #expect(help.contains(word)) }
        let run = try Executable.run("run", "--help").output
        for option in [
            "--model", "--image", "--prompt", "--method", "--budget", "--set", "--seed", "--threads",
        ] {
            #expect(run.contains(option), "\(option)")
        }
    }

    @Test func bashCanReadTheCompletions() throws {
        let script = try Executable.run("--generate-completion-script", "bash")
        #expect(script.code == 0 && script.output.contains("--budget"))
        let check = try Executable.run("-n", "-c", script.output, program: "/bin/bash")
        #expect(check.code == 0 && check.error.isEmpty)
    }

    @Test func methodsAreListed() throws {
        let list = try Executable.run("methods")
        #expect(list.code == 0)
        for word in ["hybridkv", "full", "theta=", "standing"] { #expect(list.output.contains(word)) }
        let table = try Executable.run("methods", "--markdown").output.split(separator: "\n")
        #expect(table[0] == "| method | what it does | source | standing |" && table[1].hasPrefix("| --- |"))
        #expect(table.count == 2 + MethodRegistry.methods.count)
        #expect(table.dropFirst(2).allSatisfy { $0.hasPrefix("| `") && $0.split(separator: "|").count == 4 })
        #expect(
            table.contains { $0.hasPrefix("| `hybridkv` |") } && table.contains { $0.hasPrefix("| `full` |") }
        )
    }

    @Test func theModelIsDescribed() throws {
        let found = try Executable.run("model", "--kv", "f32")
        #expect(found.code == 0)
        #expect(found.output.contains("6 layers, 8 query heads and 4 KV heads of 16"))
        #expect(found.output.contains("3072 bytes per token in f32"))
    }

    @Test func withoutATerminalTheInspectorSpeaksAndEnds() throws {
        let found = try Executable.run("--max-tokens", "3")
        #expect(found.code == 0 && found.error.isEmpty)
        #expect(found.output.hasPrefix("PLAIN text because standard output is not a terminal\n"))
        #expect(found.output.contains("\nDONE after 3 tokens: the token limit was reached\n"))
        let once = try Executable.run("--once", "--example", "3", "--method", "full", "--ascii")
        #expect(once.code == 0 && once.output.hasPrefix("PROMPT "))
        #expect(once.output.contains("\nHEAD L05/kv3: full") && once.output.contains("\nOK bytes fit"))
        #expect(once.output.utf8.allSatisfy { $0 == 0x0A || 0x20...0x7E ~= $0 })
    }
}
