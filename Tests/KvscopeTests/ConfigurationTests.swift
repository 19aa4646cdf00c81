import Foundation
import KVConfiguration
import Testing

/// What holds, who said it, and what is said about files that are wrong.
@Suite struct ConfigurationTests {
    private static let pace = Setting<Double>.number(
        "pace", in: 0...100, placeholder: "n", meaning: "Speed.", expected: "0...100", fallback: "8")
    private static let theme = Setting<String>.text(
        "theme", placeholder: "name", meaning: "Colours.", expected: "a theme")
    private static let steps = Setting<Int>.whole(
        "compare.steps", in: 1...50, meaning: "Steps.", fallback: "32")
    private static let plain = Setting<Bool>.flag("plain", meaning: "Plain text.")
    private static let settings = [
        pace.description, theme.description, steps.description, plain.description,
    ]

    private func preferences(
        _ yaml: String?, flags: [SettingFlag?] = [], environment: [String: String] = [:]
    ) throws -> Preferences {
        let folder = try Folder(yaml)
        return try Preferences(
            settings: Self.settings, flags: flags.compactMap { $0 },
            environment: environment.merging(["XDG_CONFIG_HOME": folder.path]) { $1 })
    }

    private func error(_ yaml: String) -> String {
        do {
            _ = try preferences(yaml)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func aFlagBeatsTheEnvironmentBeatsTheFileBeatsTheDefault() throws {
        let yaml = "pace: 3\n"
        let environment = ["KVSCOPE_PACE": "4"]
        let flag = SettingFlag(Self.pace, "5")
        let levels = [
            try preferences(nil), try preferences(yaml), try preferences(yaml, environment: environment),
            try preferences(yaml, flags: [flag], environment: environment),
        ]
        #expect(levels.map { $0.value(Self.pace) } == [8, 3, 4, 5])
        #expect(levels.compactMap { $0["pace"]?.origin.word } == ["default", "file", "environment", "flag"])
        let places = levels.map { $0["pace"]?.origin.place }
        #expect(places[0] == nil && places[2] == "KVSCOPE_PACE" && places[3] == "--pace")
        #expect(places[1]?.hasSuffix("/kvscope/config.yaml:1") == true)
        // A level that is silent lets the one below speak, over any distance.
        #expect(try preferences(nil, flags: [flag]).value(Self.pace) == 5)
        #expect(try preferences(nil, environment: environment).value(Self.pace) == 4)
    }

    @Test func sectionsAndTypesAreRead() throws {
        let found = try preferences("# mine\ncompare:\n  steps: 12\nplain: yes\ntheme: \"light\"\n")
        #expect(found.value(Self.steps) == 12 && found.value(Self.plain) == true)
        #expect(found.value(Self.theme) == "light" && found.warnings.isEmpty)
        #expect(found["compare.steps"]?.origin.place?.hasSuffix("config.yaml:3") == true)
        let inherited = try preferences(
            nil, environment: ["KVSCOPE_COMPARE_STEPS": "7", "KVSCOPE_PLAIN": "1"])
        #expect(inherited.value(Self.steps) == 7 && inherited.value(Self.plain) == true)
    }

    @Test(arguments: [nil, "", "# nothing\n", "{}\n", "pace:\ntheme: ~\n", "---\n"])
    func whatSaysNothingSetsNothing(yaml: String?) throws {
        let found = try preferences(yaml, environment: ["KVSCOPE_PACE": ""])
        #expect(found.value(Self.pace) == 8 && found.value(Self.theme) == nil && found.warnings.isEmpty)
        #expect(found["pace"]?.origin == .fallback)
    }

    @Test func theFileIsFoundAsTheConventionSays() throws {
        let folder = try Folder("pace: 3\n")
        func path(_ environment: [String: String]) throws -> String? {
            try Preferences(settings: Self.settings, flags: [], environment: environment).filePath
        }
        #expect(try path(["XDG_CONFIG_HOME": folder.path]) == folder.path + "/kvscope/config.yaml")
        #expect(try path(["HOME": "/home/me"]) == "/home/me/.config/kvscope/config.yaml")
        for ignored in ["", "relative/folder"] {
            #expect(
                try path(["XDG_CONFIG_HOME": ignored, "HOME": "/home/me"])
                    == "/home/me/.config/kvscope/config.yaml")
        }
        #expect(try path([:]) == nil)
    }

    @Test func namesThatMeanNothingAreToldWithWhatMayHaveBeenMeant() throws {
        let found = try preferences(
            "pcae: 3\ncompare:\n  step: 3\n  colour: 1\nother:\n  deep: {er: 1}\ncompare.steps: 9\n",
            environment: ["KVSCOPE_TEHME": "light", "KVSCOPE": "1"])
        let expected = [
            (":1: no setting pcae", "did you mean pace?"),
            (":3: no setting compare.step", "did you mean compare.steps?"),
            (":4: no setting compare.colour", "kvscope config lists all"),
            (":5: no setting other", "kvscope config lists all"),
            (":7: no setting compare.steps", ""),
            ("KVSCOPE_TEHME: no such variable", "did you mean KVSCOPE_THEME?"),
        ]
        #expect(found.warnings.count == expected.count, "\(found.warnings)")
        for (words, hint) in expected {
            #expect(
                found.warnings.contains { $0.contains(words) && ($0.contains(hint) || hint.isEmpty) },
                "\(words): \(found.warnings)")
        }
        // A name with dots is not the section: it sets nothing.
        #expect(found.value(Self.steps) == 32)
    }

    @Test(arguments: [
        ("pace: fast\n", ":1: pace cannot be \"fast\"; expected 0...100"),
        ("\npace: 300\n", ":2: pace cannot be \"300\"; expected 0...100"),
        ("compare:\n  steps: 1.5\n", ":2: compare.steps cannot be \"1.5\"; expected a whole number, 1...50"),
        ("pace: [1, 2]\n", ":1: pace cannot be a list; expected 0...100"),
        ("pace: {a: 1}\n", ":1: pace cannot be a section or a list; expected 0...100"),
        ("plain: perhaps\n", ":1: plain cannot be \"perhaps\"; expected yes or no"),
        ("keys: F5\n", ":1: keys cannot be \"F5\"; expected keys with commands"),
        ("keys:\n  F5: [restart]\n", ":2: keys.F5 cannot be a section or a list; expected a command"),
        ("pace: 1\npace: 2\n", "stands there twice: pace"),
        ("pace: [1\n", "no usable YAML"), ("- pace\n", ":1: no usable YAML: expected keys with values"),
        ("a: \"\\xZZ\"\n", "no usable YAML"), ("? [a]\n: 1\n", "a key is no word"),
        ("a: {b: {c: {d: {e: {f: {g: {h: {i: {j: 1}}}}}}}}}\n", "lie in each other"),
    ])
    func whatIsWrongIsNamedWithItsPlace(yaml: String, words: String) {
        let found = error(yaml)
        #expect(found.contains("/kvscope/config.yaml") && found.contains(words), "\(found)")
        #expect(found.split(separator: "\n").count == 1)
    }

    @Test func aFileCannotTakeTheProgramDown() throws {
        let long = String(repeating: "# \(String(repeating: "x", count: 98))\n", count: 700)
        #expect(error(long).contains("more than 65536 bytes"))
        // Aliases of aliases: thirty lines that would be a thousand million values.
        let bomb = (1...30).map { "a\($0): &a\($0) {x: *a\($0 - 1), y: *a\($0 - 1)}\n" }.joined()
        #expect(error("a0: &a0 {x: 1}\n" + bomb).contains("no usable YAML"))
        #expect(error(String(repeating: "[", count: 60_000)).contains("no usable YAML"))
        #expect(error(String(repeating: "- ", count: 30_000)).contains("no usable YAML"))
        let folder = try Folder(nil)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/kvscope/config.yaml", withIntermediateDirectories: true)
        #expect(throws: ConfigurationError.self) {
            try Preferences(
                settings: Self.settings, flags: [], environment: ["XDG_CONFIG_HOME": folder.path])
        }
    }

    @Test func keysAreReadWithTheirScreens() throws {
        let found = try preferences("keys:\n  F5: restart\n  x: none\n  compare:\n    ctrl-r: budget 20%\n")
        #expect(
            found.keys.map { [$0.screen, $0.key, $0.command] }
                == [[nil, "F5", "restart"], [nil, "x", "none"], ["compare", "ctrl-r", "budget 20%"]])
        #expect(found.warnings.isEmpty)
    }
}

/// A folder for a test, with a configuration in it where one is given.
final class Folder {
    let path: String

    init(_ yaml: String?) throws {
        path = NSTemporaryDirectory() + "kvscope-configuration-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path + "/kvscope", withIntermediateDirectories: true)
        if let yaml { try Data(yaml.utf8).write(to: URL(filePath: path + "/kvscope/config.yaml")) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
