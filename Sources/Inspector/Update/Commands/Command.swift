import InspectorWords
import KVFacts

/// One thing that a person can ask for, declared once: screens, plain text, help, hint line, completion, the parser and
/// the binding of keys read nothing else.
package struct Command: Sendable {
    /// The word that names it: behind the colon, in plain text, and in `keys:` of the configuration.
    package let name: String
    /// What follows, for people.
    package let arguments: String
    /// One line for the help.
    package let summary: String
    /// Arguments that it takes, as the tests and its capability need them.
    package let example: String
    /// Other words for it.
    package let aliases: [String]
    /// Where help and completion offer it.
    package let listing: CommandListing
    /// What plain text makes of it.
    package let plain: PlainUse
    /// The keys that it is bound to, unless somebody binds them otherwise.
    package let keys: [DefaultKey]
    /// What may stand as the next word, behind so many words.
    package let complete: @Sendable (CommandArguments) -> [String]
    /// What is asked for.
    package let parse: @Sendable (CommandArguments) throws(CommandError) -> Request

    /// Declares a command.
    ///
    /// - Parameters:
    ///   - arguments: what follows, for people; empty when nothing does.
    ///   - example: arguments that it takes.
    ///   - complete: what may follow; nothing by default.
    ///   - parse: reads the arguments.
    init(
        _ name: String, _ arguments: String = "", _ summary: String, example: String = "",
        aliases: [String] = [], listing: CommandListing = .everywhere, plain: PlainUse = .asTyped,
        keys: [DefaultKey] = [], complete: @escaping @Sendable (CommandArguments) -> [String] = { _ in [] },
        parse: @escaping @Sendable (CommandArguments) throws(CommandError) -> Request
    ) {
        self.name = name
        self.arguments = arguments
        self.summary = summary
        self.example = example
        self.aliases = aliases
        self.listing = listing
        self.plain = plain
        self.keys = keys
        self.complete = complete
        self.parse = parse
    }

    /// A command that asks for one thing and takes no arguments.
    init(
        _ name: String, _ summary: String, asks request: Request, aliases: [String] = [],
        listing: CommandListing = .everywhere, plain: PlainUse = .asTyped, keys: [DefaultKey] = []
    ) {
        self.init(name, "", summary, aliases: aliases, listing: listing, plain: plain, keys: keys) {
            arguments throws(CommandError) in
            try arguments.expectNothing()
            return request
        }
    }

    /// What the source of the run must be able to do for it: what its example needs. A request knows its own need,
    /// which depends on the screen.
    package var needs: RunCapability? {
        (try? parse(CommandArguments(example)))?.need(on: .map)
    }

    /// `budget 12% | 0.12`, as help writes it.
    package var usage: String { arguments.isEmpty ? name : "\(name) \(arguments)" }
}

/// Where help and completion offer a command. It is understood everywhere, and in `keys:`.
package enum CommandListing: Sendable, Hashable {
    /// Behind the colon and in plain text.
    case everywhere
    /// In plain text, where no key and no screen does the same.
    case plainText
    /// As a key only: a word for it is needed by nobody but `keys:`.
    case keys
}

/// What plain text makes of a command.
package enum PlainUse: Sendable, Hashable {
    /// The same as behind the colon.
    case asTyped
    /// Without arguments it answers in lines; with arguments it is the same as behind the colon.
    case answers(PlainAnswer, String)
    /// It is about a screen: why plain text does not offer it.
    case no(String)
}

/// What plain text can be asked to say.
package enum PlainAnswer: String, Sendable, Hashable, CaseIterable {
    case map, head, budget, tokens, status, why, checks, help, comparison
}

/// A key that a command is bound to by default.
package struct DefaultKey: Sendable {
    /// The keys, any of which does it.
    package let keys: [Key]
    /// What follows the command's name.
    package let arguments: String
    /// One or two words for the hint line; empty keeps it out of there.
    package let hint: String
    /// One line for the help.
    package let summary: String
    /// The screens where it means something.
    package let screens: [ScreenName]
    /// Where help and hint line list it: smaller numbers first.
    package let place: Int

    /// Binds keys.
    init(
        _ keys: Key..., arguments: String = "", hint: String = "", help summary: String,
        on screens: [ScreenName] = ScreenName.allCases, place: Int
    ) {
        self.keys = keys
        self.arguments = arguments
        self.hint = hint
        self.summary = summary
        self.screens = screens
        self.place = place
    }
}

extension [ScreenName] {
    /// Screens where keys are about the run, not about a comparison.
    static let notCompare = ScreenName.allCases.filter { $0 != .compare }
}
