import Foundation
import TestSupport
import Testing

/// The real executable with a configuration and with a log.
@Suite struct ConfiguredRunTests {
    private func run(_ arguments: [String], _ folder: Folder, _ added: [String: String] = [:]) throws
        -> Outcome
    {
        try Executable.run(
            arguments, environment: added.merging(["XDG_CONFIG_HOME": folder.path]) { $1 })
    }

    private func settings(_ arguments: [String], _ folder: Folder, _ added: [String: String] = [:]) throws
        -> [String: [String: Any]]
    {
        let found = try run(["config", "--json"] + arguments, folder, added)
        #expect(found.code == 0, "\(found.error)")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [String: Any])
        let list = try #require(object["settings"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: list.compactMap { one in (one["key"] as? String).map { ($0, one) } })
    }

    @Test func configSaysWhatHoldsAndWhoSaidIt() throws {
        let folder = try Folder("budget: 20%\npace: 3\ntheme: light\nkeys:\n  F5: restart\n")
        let held = try settings(["--budget", "40%"], folder, ["KVSCOPE_PACE": "4"])
        func said(_ key: String) -> [String?] {
            ["value", "source", "place"].map { held[key]?[$0] as? String }
        }
        #expect(said("budget") == ["40%", "flag", "--budget"])
        #expect(said("pace") == ["4", "environment", "KVSCOPE_PACE"])
        #expect(said("theme") == ["light", "file", "\(folder.path)/kvscope/config.yaml:3"])
        #expect(said("max-tokens") == ["256", "default", nil])
        let table = try run(["config"], folder).output
        for words in ["budget", "20%", "config.yaml:1", "keys.F5", "restart", "(all cores)", "default"] {
            #expect(table.contains(words), "\(words): \(table)")
        }
    }

    /// A setting that is declared and read by no option would be a promise that nobody keeps.
    @Test func everySettingIsAnOption() throws {
        let held = try settings([], Folder(nil))
        let help = try ["run", "inspect", "compare"].map { try Executable.run($0, "--help").output }.joined()
        for key in held.keys {
            let option = "--" + (key.split(separator: ".").last ?? "")
            #expect(help.contains(option), "\(option)")
        }
    }

    @Test func aRunGoesByTheFileAndAFlagBeatsIt() throws {
        let folder = try Folder("method: snapkv\nbudget: 30%\nmax-tokens: 2\n")
        func title(_ arguments: String...) throws -> String {
            let found = try run(["run"] + arguments, folder)
            #expect(found.code == 0, "\(found.error)")
            return String(found.errorLines.first ?? "")
        }
        #expect(try title().hasSuffix("snapkv 30%"))
        #expect(try title("--budget", "10%").hasSuffix("snapkv 10%"))
        // The budget of a method that is named now beats the one that was set once.
        #expect(try title("--method", "h2o@12%").hasSuffix("h2o 12%"))
        #expect(try title("--method", "h2o@12%", "--budget", "15%").hasSuffix("h2o 15%"))
        let long = try run(["run", "--max-tokens", "4", "--json"], folder).output
        #expect(long.contains("\"finish_reason\":\"length\"") && long.contains("snapkv"))
    }

    @Test func wrongFilesAreOneLineAndACode() throws {
        for (yaml, words) in [
            ("theme: pink\n", ["config.yaml:1: theme cannot be \"pink\"", "dark, light"]),
            ("budget: [\n", ["config.yaml:", "no usable YAML"]),
            ("method: nothing\n", ["config.yaml:1: method: ", "\"nothing\"", "hybridkv"]),
            ("budget: lots\n", ["config.yaml:1: budget: ", "\"lots\""]),
        ] {
            let found = try run(["run"], Folder(yaml))
            #expect(found.code == 2 && found.errorLines.count == 1, "\(found.error)")
            for word in words { #expect(found.error.contains(word), "\(word): \(found.error)") }
        }
        let variable = try run(["run"], Folder(nil), ["KVSCOPE_THREADS": "many"])
        #expect(variable.code == 2 && variable.error.contains("KVSCOPE_THREADS cannot be \"many\""))
    }

    @Test func unknownNamesAreToldAndTheRunGoesOn() throws {
        let folder = try Folder("bugdet: 20%\nmax-tokens: 2\n")
        let found = try run(["--plain"], folder)
        let words = "config.yaml:1: no setting bugdet; did you mean budget?"
        #expect(found.code == 0 && found.errorLines.count == 1 && found.error.contains(words))
        #expect(found.output.split(separator: "\n").contains { $0.hasPrefix("NOTE ") && $0.contains(words) })
        #expect(found.output.contains("\nDONE after 2 tokens"))
    }

    @Test func plainTextCanBeAskedForByFileAndEnvironment() throws {
        let folder = try Folder("plain: yes\nmax-tokens: 1\nascii: yes\n")
        let first = try run([], folder).output.split(separator: "\n").first ?? ""
        #expect(first == "PLAIN text because \(folder.path)/kvscope/config.yaml:1 says so")
        let second = try run([], folder, ["KVSCOPE_PLAIN": "1"]).output.split(separator: "\n").first ?? ""
        #expect(second == "PLAIN text because KVSCOPE_PLAIN is set")
        let third = try run(["--no-plain"], folder).output.split(separator: "\n").first ?? ""
        #expect(third == "PLAIN text because standard output is not a terminal")
    }

    // MARK: The log

    private func logged(_ arguments: [String]) throws -> [Substring] {
        let folder = try Folder(nil)
        let found = try run(arguments + ["--log", folder.path + "/log"], folder)
        #expect(found.code == 0 && !found.error.contains(" info "), "\(found.error)")
        let text = try String(contentsOf: URL(filePath: folder.path + "/log"), encoding: .utf8)
        return text.split(separator: "\n")
    }

    @Test func aLogTellsTheRunLineByLine() throws {
        let lines = try logged(["run", "--method", "snapkv@20%", "--max-tokens", "3"])
        for words in [
            "opened ", "prompt of ", "prefill ", "planned snapkv@20%", "the answer is complete: 3 tokens",
        ] {
            #expect(lines.contains { $0.contains(" info run: ") && $0.contains(words) }, "\(words): \(lines)")
        }
        #expect(!lines.contains { $0.contains(" debug ") })
        let detailed = try logged(["run", "--max-tokens", "3", "-v"])
        #expect(detailed.count { $0.contains(" debug run: step ") } == 3)
    }

    @Test func theInspectorsLogHasEventsAndLevels() throws {
        let calm = try logged(["--plain", "--max-tokens", "2"])
        for words in ["opening", "prefill", "opened tiny-vl", "planned ", "the answer is complete", "left"] {
            #expect(
                calm.contains { $0.contains(" info inspect: ") && $0.contains(words) }, "\(words): \(calm)")
        }
        let loud = try logged(["--plain", "--max-tokens", "2", "-vv"])
        #expect(loud.contains { $0.contains(" trace inspect: ") && $0.contains("snapshot") })
        #expect(loud.count { $0.contains(" debug inspect: ") && $0.contains(" step ") } == 2)
    }

    @Test func aLogThatCannotBeWrittenEndsTheRunBeforeItBegins() throws {
        for arguments in [["run"], ["--plain"], ["compare"]] {
            let found = try Executable.run(arguments + ["--log", "/nonexistent/log"])
            #expect(found.code == 1 && found.output.isEmpty && found.errorLines.count == 1)
            #expect(found.error.contains("/nonexistent/log cannot be written: No such file or directory"))
        }
    }

    @Test func withoutAFileLinesGoToStandardErrorWhereNoScreenIs() throws {
        let found = try Executable.run("run", "--max-tokens", "2", "-v")
        #expect(found.code == 0 && found.errorLines.contains { $0.contains(" debug run: step 1") })
        #expect(!found.output.contains("debug"))
        let failed = try Executable.run("run", "--model", "/nonexistent", "-v")
        #expect(failed.code == 1 && failed.error.contains(" error kvscope: "))
    }
}
