import HybridKV

/// One way to ask for something by key.
public struct KeyBinding: Sendable {
    /// The keys, any of which does it.
    public internal(set) var keys: [Key]
    /// How the keys are written.
    public internal(set) var label: String
    /// What is asked for.
    public let request: Request
    /// The command, as it would be typed.
    public let line: String
    /// One or two words for the hint line; empty keeps it out of there.
    public internal(set) var hint: String
    /// One line for the help.
    public let summary: String
    /// The screens where it means something.
    public internal(set) var screens: [ScreenName]

    /// How each of the keys is written.
    public var labels: [String] { keys.map(\.name) }

    /// True for what means the same everywhere, a screen that needs the key for itself excepted.
    var isShared: Bool { screens.count + 1 >= ScreenName.allCases.count }
}

/// The keys as they are bound where nobody says otherwise: read off the commands.
public enum KeyTable {
    /// Every binding, in the order in which help lists them; the hint line takes those with a hint, in this order.
    public static let all: [KeyBinding] = CommandTable.all
        .flatMap { command in command.keys.map { (key: $0, command: command) } }
        .sorted { $0.key.place < $1.key.place }
        .compactMap { key, command in
            // A binding that its own command does not understand is told by a test.
            guard let request = try? command.parse(CommandArguments(key.arguments)) else { return nil }
            return KeyBinding(
                keys: key.keys, label: key.keys.first?.name ?? "", request: request,
                line: key.arguments.isEmpty ? command.name : "\(command.name) \(key.arguments)",
                hint: key.hint, summary: key.summary, screens: key.screens)
        }
}

/// A key that a person binds: what the configuration says, not yet read.
public struct KeyWish: Sendable, Hashable {
    /// The screen that it holds for; nil for all.
    public let screen: String?
    /// The key's name.
    public let key: String
    /// The command as it would be typed, or `none`.
    public let command: String
    /// Where it stands, for messages.
    public let place: String

    /// States a wish.
    public init(screen: String?, key: String, command: String, place: String) {
        self.screen = screen
        self.key = key
        self.command = command
        self.place = place
    }
}

/// The keys of an inspector: those of the table, with what a person bound otherwise.
public struct KeyMap: Sendable {
    /// Every binding, in the order of help and hint line.
    public private(set) var bindings = KeyTable.all
    /// What cannot be bound, in sentences.
    public private(set) var warnings: [String] = []

    /// The keys of the table.
    public init() {}

    /// The keys of the table, changed by wishes. A key that is bound twice has its last meaning.
    ///
    /// Wishes that cannot be followed are left out and told in `warnings`.
    /// - Parameter parse: reads a command where it is needed; its error says what was expected.
    public init(_ wishes: [KeyWish], methods: [MethodDescription], settings: MethodSettings) {
        let parser = CommandParser(methods: methods, settings: settings, geometry: nil)
        var bound: [(key: Key, screens: [ScreenName], line: String, request: Request)] = []
        for wish in wishes {
            switch Self.read(wish, parser) {
            case .success(let found):
                for screen in found.screens { release(found.key, on: screen) }
                bound = bound.compactMap { old in
                    let rest =
                        old.key == found.key
                        ? old.screens.filter { !found.screens.contains($0) } : old.screens
                    return rest.isEmpty ? nil : (old.key, rest, old.line, old.request)
                }
                if let request = found.request {
                    bound.append((found.key, found.screens, wish.command, request))
                }
            case .failure(let problem): warnings.append("\(wish.place): \(problem.text)")
            }
        }
        for wish in bound { bind(wish.key, on: wish.screens, to: wish.request, line: wish.line) }
    }

    /// What a key is bound to on a screen.
    public func binding(for key: Key, on screen: ScreenName) -> KeyBinding? {
        bindings.first { $0.keys.contains(key) && $0.screens.contains(screen) }
    }

    /// The name of the key that shows the help.
    var helpKey: String { bindings.first { $0.request == .help }?.label ?? ":help" }

    // MARK: Reading

    private struct Reading {
        var key: Key
        var screens: [ScreenName]
        var request: Request?
    }

    /// Keys that always mean the same, also while something is typed.
    private static let reserved: [Key] = [.control("c"), .control("z"), .control("l")]

    private static func read(_ wish: KeyWish, _ parser: CommandParser) -> Result<Reading, CommandError> {
        guard let key = Key(named: wish.key) else {
            return .failure(
                CommandError(
                    "no key \(CommandArguments.found(wish.key))",
                    expected: "a character, F1...F12, Ctrl-A...Ctrl-Z, Space, Enter, Tab, Left and so on"))
        }
        guard !reserved.contains(key) else {
            return .failure(CommandError("\(key.name) cannot be bound", expected: "another key"))
        }
        var screens = ScreenName.allCases
        if let name = wish.screen {
            guard let screen = ScreenName(rawValue: name) else {
                let known = ScreenName.allCases.map(\.rawValue).joined(separator: " ")
                return .failure(CommandError("no screen \(CommandArguments.found(name))", expected: known))
            }
            screens = [screen]
        }
        if wish.command == "none" { return .success(Reading(key: key, screens: screens)) }
        if let (name, _) = CommandParser.split(wish.command), CommandTable.command(named: name) == nil {
            return .failure(
                CommandError(
                    "no command \(CommandArguments.found(name))",
                    expected: "none, or one that kvscope config --keys lists"))
        }
        do {
            guard let request = try parser.parse(wish.command) else {
                return .failure(CommandError("(nothing)", expected: "a command, or none"))
            }
            return .success(Reading(key: key, screens: screens, request: request))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Binding

    /// Takes a key from whatever it is bound to on a screen.
    private mutating func release(_ key: Key, on screen: ScreenName) {
        bindings = bindings.flatMap { binding -> [KeyBinding] in
            guard binding.keys.contains(key), binding.screens.contains(screen) else { return [binding] }
            var here = binding
            here.keys.removeAll { $0 == key }
            here.label = here.keys.first?.name ?? ""
            here.screens = [screen]
            var elsewhere = binding
            elsewhere.screens.removeAll { $0 == screen }
            return [here, elsewhere].filter { !$0.keys.isEmpty && !$0.screens.isEmpty }
        }
    }

    /// Binds a key. It takes the place, the words and, where no other key shows it, the hint of the key that does the
    /// same in the table.
    private mutating func bind(_ key: Key, on screens: [ScreenName], to request: Request, line: String) {
        let name = CommandParser.split(line)?.name ?? line
        for (screens, original) in Self.groups(screens, request) {
            let isHinted = bindings.contains { other in
                other.request == request && !other.hint.isEmpty && screens.allSatisfy(other.screens.contains)
            }
            let summary = original?.summary ?? CommandTable.command(named: name)?.summary ?? ""
            let binding = KeyBinding(
                keys: [key], label: key.name, request: request, line: line,
                hint: isHinted ? "" : original?.hint ?? "",
                summary: original == nil ? ":\(line)  \(summary)" : summary, screens: screens)
            bindings.insert(binding, at: place(behind: original))
        }
    }

    /// The screens, grouped by the binding of the table that does the same there.
    private static func groups(
        _ screens: [ScreenName], _ request: Request
    ) -> [(screens: [ScreenName], original: KeyBinding?)] {
        let originals = KeyTable.all.filter { $0.request == request }
        var groups: [(screens: [ScreenName], original: KeyBinding?)] = []
        for original in originals {
            let own = screens.filter { screen in
                original.screens.contains(screen) && !groups.contains { $0.screens.contains(screen) }
            }
            if !own.isEmpty { groups.append((own, original)) }
        }
        let rest = screens.filter { screen in !groups.contains { $0.screens.contains(screen) } }
        return rest.isEmpty ? groups : groups + [(rest, nil)]
    }

    /// Where a binding goes: behind everything that the table has before its original.
    private func place(behind original: KeyBinding?) -> Int {
        guard let original,
            let rank = KeyTable.all.firstIndex(where: {
                $0.summary == original.summary && $0.label == original.label
            })
        else { return bindings.count }
        let before = Set(KeyTable.all[...rank].map(\.summary))
        return bindings.lastIndex { before.contains($0.summary) }.map { $0 + 1 } ?? 0
    }
}
