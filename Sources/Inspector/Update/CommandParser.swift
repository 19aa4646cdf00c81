import InspectorWords
import KVFacts

/// Reads what was typed behind the colon.
package struct CommandParser {
    package let methods: [MethodDescription]
    package let settings: MethodSettings
    package let geometry: ModelGeometry?
    /// Those that the source of the run can follow.
    package let commands: [CommandDescription]

    /// Reads commands about a run with these methods, settings and sizes.
    package init(
        methods: [MethodDescription], settings: MethodSettings, geometry: ModelGeometry?,
        commands: [CommandDescription] = CommandTable.all
    ) {
        self.methods = methods
        self.settings = settings
        self.geometry = geometry
        self.commands = commands
    }

    package func parse(_ line: String) throws(CommandError) -> Request? {
        let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        guard let name = words.first else { return nil }
        let arguments = Array(words.dropFirst())
        let rest = arguments.joined(separator: " ")
        switch name {
        case "budget": return .budget(try Self.budget(rest))
        case "method": return .method(try Self.wish(rest, methods))
        case "set": return try set(rest)
        case "head": return try head(arguments)
        case "prompt":
            guard !rest.isEmpty else { throw CommandError("nothing behind :prompt", expected: "a question") }
            // The question keeps the spaces that were typed inside it.
            return .prompt(String(line.drop { $0 == " " }.dropFirst(name.count).drop { $0 == " " }))
        case "draft": return .draft(try draft(rest))
        case "apply": return .applyDraft
        case "revert": return .revertDraft
        case "verify": return .verify
        case "why": return .why
        case "restart": return .restart
        case "step":
            guard let count = Int(rest.isEmpty ? "1" : rest), 1...1_000_000 ~= count else {
                throw CommandError(
                    "\(found(rest)) is no number of steps", expected: "1 or more, as in :step 5")
            }
            return .step(count)
        case "pace":
            guard let pace = Double(rest), pace.isFinite, pace >= 0 else {
                throw CommandError(
                    "\(found(rest)) is no pace", expected: "tokens per second, 0 for full speed")
            }
            return .pace(pace)
        case "lane": return .lane(try choice(rest, of: Lane.allCases, "lane"))
        case "goto": return .show(try choice(rest, of: ScreenName.allCases, "screen"))
        case "save":
            guard !rest.isEmpty else { throw CommandError("nothing behind :save", expected: "a file's path") }
            return .save(rest)
        case "checks": return .checks
        case "help": return .help
        case "q", "quit": return .quit
        default:
            if let request = try CompareCommands(methods: methods, geometry: geometry).parse(name, arguments)
            {
                return request
            }
            throw CommandError(
                "no command \(found(name))",
                expected: commands.map(\.name).joined(separator: " "))
        }
    }

    /// The share that a budget stands for.
    package static func budget(_ text: String) throws(CommandError) -> Double {
        do {
            return try BudgetText.share(text)
        } catch {
            throw CommandError(error)
        }
    }

    /// A method as it is written everywhere.
    package static func wish(_ text: String, _ methods: [MethodDescription]) throws(CommandError)
        -> MethodWish
    {
        do {
            return try MethodWish.parse(text, methods: methods)
        } catch {
            throw CommandError(error)
        }
    }

    /// `KEY=VALUE`, without the spaces around either; nil when a side is missing.
    private static func assignment(_ text: String) -> (key: String, value: String)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map { part in String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return (parts[0], parts[1])
    }

    private func set(_ text: String) throws(CommandError) -> Request {
        guard let (key, value) = Self.assignment(text) else {
            throw CommandError("\(found(text)) sets nothing", expected: "KEY=VALUE, as in :set theta=0.8")
        }
        guard let method = methods.first(where: { $0.name == settings.name }) else {
            return .set(key: key, value: value)
        }
        do {
            try method.check([key: value], methods: methods)
        } catch {
            throw CommandError(error)
        }
        return .set(key: key, value: value)
    }

    private func draft(_ text: String) throws(CommandError) -> DraftChange {
        let words = text.split(separator: " ").map(String.init)
        if !text.contains("="), words.count == 3, case .force(let id, let headClass) = try head(words) {
            return .head(id, headClass)
        }
        guard let (key, value) = Self.assignment(text) else {
            throw CommandError(
                "\(found(text)) drafts nothing", expected: "KEY=VALUE, as in :draft budget=12%")
        }
        switch key {
        case "budget": return .budget(try Self.budget(value))
        case "method": return .method(try Self.wish(value, methods))
        // Which parameters there are depends on the draft's method.
        default: return .parameter(key: key, value: value)
        }
    }

    private func head(_ words: [String]) throws(CommandError) -> Request {
        guard words.count == 3, let layer = Int(words[0]), let head = Int(words[1]) else {
            throw CommandError(
                "\(found(words.joined(separator: " "))) names no head and class",
                expected: "LAYER HEAD CLASS, as in :head 3 1 full")
        }
        if let geometry, !(0..<geometry.layers ~= layer) || !(0..<geometry.kvHeads ~= head) {
            throw CommandError(
                "no head \(layer) \(head)",
                expected: "layers 0 to \(geometry.layers - 1), heads 0 to \(geometry.kvHeads - 1)")
        }
        let id = HeadID(layer: layer, head: head)
        if words[2] == "auto" { return .force(id, nil) }
        guard let headClass = HeadClass(rawValue: words[2]) else {
            throw CommandError("no class \(found(words[2]))", expected: "static dynamic full auto")
        }
        return .force(id, headClass)
    }

    private func choice<Choice: RawRepresentable<String>>(
        _ text: String, of choices: [Choice], _ noun: String
    ) throws(CommandError) -> Choice {
        if let choice = choices.first(where: { $0.rawValue == text }) { return choice }
        throw CommandError(
            "no \(noun) \(found(text))", expected: choices.map(\.rawValue).joined(separator: " "))
    }

    private func found(_ text: String) -> String { Self.found(text) }

    private static func found(_ text: String) -> String { text.isEmpty ? "(nothing)" : "'\(text)'" }
}

/// Completes what was typed behind the colon.
package struct CommandCompletion {
    package let methods: [MethodDescription]
    package let settings: MethodSettings
    /// Those that the source of the run can follow.
    package let commands: [CommandDescription]

    /// Completes commands about a run with these methods and settings.
    package init(
        methods: [MethodDescription], settings: MethodSettings,
        commands: [CommandDescription] = CommandTable.all
    ) {
        self.methods = methods
        self.settings = settings
        self.commands = commands
    }

    /// What the last word could become, in alphabetical order of the tables.
    package func candidates(for line: String) -> [String] {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let last = words.last ?? ""
        return choices(after: Array(words.dropLast())).filter { $0.hasPrefix(last) }
    }

    /// The line with the last word completed as far as all candidates agree.
    package func complete(_ line: String) -> String {
        let found = candidates(for: line)
        guard let first = found.first else { return line }
        let common = found.dropFirst().reduce(first) { Self.commonPrefix($0, $1) }
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        // A parameter waits for its value; everything else is finished by a space.
        let suffix = found.count == 1 && !common.hasSuffix("=") ? " " : ""
        return (words.dropLast() + [common]).joined(separator: " ") + suffix
    }

    private func choices(after words: [String]) -> [String] {
        switch (words.first, words.count) {
        case (nil, _): commands.map(\.name)
        case ("method", 1):
            methods.flatMap { method in [method.name] + method.variants.map { "\(method.name):\($0.name)" } }
        case ("set", 1): parameterKeys
        case ("draft", 1): ["budget=", "method="] + parameterKeys
        case ("lane", 1): Lane.allCases.map(\.rawValue)
        case ("goto", 1): ScreenName.allCases.map(\.rawValue)
        case ("head", 3): HeadClass.allCases.map(\.rawValue) + ["auto"]
        default: CompareCommands(methods: methods, geometry: nil).choices(after: words) ?? []
        }
    }

    private var parameterKeys: [String] {
        methods.first { $0.name == settings.name }?.parameters.map { $0.key + "=" } ?? []
    }

    private static func commonPrefix(_ left: String, _ right: String) -> String {
        String(zip(left, right).prefix { $0 == $1 }.map(\.0))
    }
}
