import HybridKV
import TestSupport
import Testing

@testable import InspectorPlain
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the recipe "Add a command" promises of every declaration.
@Suite struct CommandTableTests {
    private let parser = CommandParser(
        methods: MethodRegistry.methods, settings: MethodSettings(name: "hybridkv", budget: 0.2),
        geometry: RunFixture().geometry)

    @Test func everyCommandSaysWhatItDoesAndTakesItsOwnExample() throws {
        for command in CommandTable.all {
            #expect(!command.summary.isEmpty && command.summary.count < 75, "\(command.name)")
            let line = "\(command.name) \(command.example)"
            #expect(throws: Never.self, "\(line)") { try parser.parse(line) }
            #expect(try parser.parse(line) != nil)
            if command.arguments.isEmpty {
                #expect(throws: CommandError.self, "\(command.name) takes nothing") {
                    try parser.parse("\(command.name) nonsense")
                }
            }
        }
    }

    @Test func noWordNamesTwoCommands() {
        let words = CommandTable.all.flatMap { [$0.name] + $0.aliases }
        #expect(Set(words).count == words.count)
        for word in words { #expect(!word.contains(" ") && word == word.lowercased()) }
    }

    @Test func everyOfferedCommandCompletes() {
        let completion = CommandCompletion(methods: parser.methods, settings: parser.settings)
        for command in CommandTable.typed {
            #expect(completion.candidates(for: command.name).contains(command.name))
            // What it offers behind its name is understood by it, a parameter that waits for its value apart.
            for word in command.complete(
                CommandArguments("", methods: parser.methods, settings: parser.settings))
            where !word.hasSuffix("=") {
                #expect(throws: Never.self, "\(command.name) \(word)") {
                    try parser.parse("\(command.name) \(word)")
                }
            }
        }
        #expect(!completion.candidates(for: "").contains("page-up"), "keys have no place there")
    }

    @Test func plainTextOffersItOrSaysWhyNot() {
        let model = ModelFixture.live()
        let help = PlainSession(model: model, speaksOnce: false).help
        for command in CommandTable.all {
            let isOffered = help.contains {
                $0.hasPrefix("TYPE \(command.name):") || $0.hasPrefix("TYPE \(command.usage):")
            }
            switch command.plain {
            case .no(let reason): #expect(!isOffered && !reason.isEmpty, "\(command.name)")
            case .asTyped, .answers:
                #expect(isOffered == (command.listing != .keys), "\(command.name)")
            }
            // A command for keys has one; nothing else could ask for it.
            #expect(command.listing != .keys || !command.keys.isEmpty, "\(command.name)")
        }
    }

    @Test func everyAnswerOfPlainTextIsAskedForByOneCommand() {
        let answers = CommandTable.all.compactMap {
            if case .answers(let answer, _) = $0.plain { answer } else { nil }
        }
        #expect(Set(answers) == Set(PlainAnswer.allCases) && answers.count == PlainAnswer.allCases.count)
    }

    @Test func everyDefaultKeyIsUnderstoodByItsCommand() {
        #expect(KeyTable.all.count == CommandTable.all.map(\.keys.count).reduce(0, +))
        let places = CommandTable.all.flatMap { $0.keys.map(\.place) }
        #expect(Set(places).count == places.count, "two keys would change places from build to build")
        for binding in KeyTable.all { #expect(!binding.summary.isEmpty && !binding.label.isEmpty) }
    }

    @Test func theRecipeNamesTheFilesThatThereAre() throws {
        let recipe = try String(
            contentsOf: URL(filePath: Repository.path(".github/CONTRIBUTING.md")), encoding: .utf8)
        let section = try #require(recipe.split(separator: "## ").first { $0.hasPrefix("Add a command") })
        let paths = section.split(separator: "`").filter {
            $0.hasPrefix("Sources/") || $0.hasPrefix("Tests/")
        }
        #expect(paths.count >= 3)
        for path in paths {
            #expect(FileManager.default.fileExists(atPath: Repository.path(String(path))), "\(path)")
        }
    }
}
