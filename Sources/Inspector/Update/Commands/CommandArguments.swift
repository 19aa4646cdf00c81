import InspectorWords
import KVFacts

/// What was typed behind a command's name, and what is known where it was typed.
package struct CommandArguments: Sendable {
    /// The words.
    package let words: [String]
    /// Everything as it was typed, spaces inside kept.
    package let text: String
    /// Methods that can be named.
    package let methods: [MethodDescription]
    /// The settings that parameters belong to.
    package let settings: MethodSettings
    /// The model's heads, once it is open.
    package let geometry: ModelGeometry?

    /// Splits a text into words.
    init(
        _ text: String, methods: [MethodDescription] = [],
        settings: MethodSettings = MethodSettings(name: "hybridkv", budget: 0.1),
        geometry: ModelGeometry? = nil
    ) {
        self.text = String(text.drop { $0 == " " })
        words = text.split(separator: " ").map(String.init)
        self.methods = methods
        self.settings = settings
        self.geometry = geometry
    }

    /// The words with one space between.
    package var rest: String { words.joined(separator: " ") }

    /// The words without spaces: `snapkv @ 10 %` is one word.
    package var only: String { words.joined() }

    /// What was found, as errors write it.
    package var found: String { Self.found(rest) }

    /// A text as errors write it.
    package static func found(_ text: String) -> String { text.isEmpty ? "(nothing)" : "'\(text)'" }

    /// Refuses arguments of a command that takes none.
    package func expectNothing() throws(CommandError) {
        guard words.isEmpty else { throw CommandError("\(found) is too much", expected: "no arguments") }
    }

    /// A budget, as a share.
    package func budget() throws(CommandError) -> Double { try Self.budget(rest) }

    package static func budget(_ text: String) throws(CommandError) -> Double {
        do {
            return try BudgetText.share(text)
        } catch {
            throw CommandError(error)
        }
    }

    /// A method as it is written everywhere.
    package func wish(_ text: String) throws(CommandError) -> MethodWish {
        do {
            return try MethodWish.parse(text, methods: methods)
        } catch {
            throw CommandError(error)
        }
    }

    /// `KEY=VALUE`, without the spaces around either; nil when a side is missing.
    package var assignment: (key: String, value: String)? {
        let parts = rest.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map { part in String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return (parts[0], parts[1])
    }

    /// A parameter of the method in force.
    package func parameter() throws(CommandError) -> (key: String, value: String) {
        guard let (key, value) = assignment else {
            throw CommandError("\(found) sets nothing", expected: "KEY=VALUE, as in :set theta=0.8")
        }
        guard let method = methods.first(where: { $0.name == settings.name }) else { return (key, value) }
        do {
            try method.check([key: value], methods: methods)
        } catch {
            throw CommandError(error)
        }
        return (key, value)
    }

    /// Names of the parameters of the method in force, waiting for a value.
    package var parameterKeys: [String] {
        methods.first { $0.name == settings.name }?.parameters.map { $0.key + "=" } ?? []
    }

    /// Methods with their variants, as they are typed.
    package var methodNames: [String] {
        methods.flatMap { method in [method.name] + method.variants.map { "\(method.name):\($0.name)" } }
    }

    /// One of a few words.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        of type: Choice.Type, _ noun: String
    ) throws(CommandError) -> Choice {
        if let choice = Choice(rawValue: rest) { return choice }
        throw CommandError(
            "no \(noun) \(found)", expected: type.allCases.map(\.rawValue).joined(separator: " "))
    }

    /// A whole number from `least` on.
    package func number(_ noun: String, from least: Int) throws(CommandError) -> Int {
        guard let number = Int(only), least...1_000_000 ~= number else {
            throw CommandError("\(found) is no \(noun)", expected: "a number from \(least) on")
        }
        return number
    }

    /// A head that the model has: LAYER and HEAD are the first two words.
    package func head(orElse otherwise: CommandError) throws(CommandError) -> HeadID {
        guard words.count >= 2, let layer = Int(words[0]), let head = Int(words[1]) else { throw otherwise }
        if let geometry, !(0..<geometry.layers ~= layer) || !(0..<geometry.kvHeads ~= head) {
            throw CommandError(
                "no head \(layer) \(head)",
                expected: "layers 0 to \(geometry.layers - 1), heads 0 to \(geometry.kvHeads - 1)")
        }
        return HeadID(layer: layer, head: head)
    }

    /// A head and the class that is forced on it; nil leaves it to the method.
    package func forcedHead() throws(CommandError) -> (HeadID, HeadClass?) {
        let otherwise = CommandError(
            "\(found) names no head and class", expected: "LAYER HEAD CLASS, as in :head 3 1 full")
        guard words.count == 3 else { throw otherwise }
        let id = try head(orElse: otherwise)
        if words[2] == "auto" { return (id, nil) }
        guard let headClass = HeadClass(rawValue: words[2]) else {
            throw CommandError("no class \(Self.found(words[2]))", expected: "static dynamic full auto")
        }
        return (id, headClass)
    }
}
