import InspectorWords
import KVFacts

/// A key that a person binds: what the configuration says, not yet read.
package struct KeyWish: Sendable, Hashable {
    /// The screen that it holds for; nil for all.
    package let screen: String?
    /// The key's name.
    package let key: String
    /// The command as it would be typed, or `none`.
    package let command: String
    /// Where it stands, for messages.
    package let place: String

    /// States a wish.
    package init(screen: String?, key: String, command: String, place: String) {
        self.screen = screen
        self.key = key
        self.command = command
        self.place = place
    }
}

extension KeyMap {
    /// The keys of the table, changed by wishes. A key that is bound twice has its last meaning.
    ///
    /// Wishes that cannot be followed are left out and told in `warnings`.
    /// - Parameter parse: reads a command where it is needed; its error says what was expected.
    package init(_ wishes: [KeyWish], methods: [MethodDescription], settings: MethodSettings) {
        self.init(KeyTable.all)
        let parser = CommandParser(methods: methods, settings: settings, geometry: nil)
        var bound: [(key: Key, screens: [ScreenName], line: String, request: Request)] = []
        for wish in wishes {
            switch Self.read(wish, parser) {
            case .success(let found):
                release(found.key, on: found.screens)
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

    /// Takes a key from whatever it is bound to on some screens.
    private mutating func release(_ key: Key, on screens: [ScreenName]) {
        bindings = bindings.flatMap { binding -> [KeyBinding] in
            guard binding.keys.contains(key), binding.screens.contains(where: screens.contains) else {
                return [binding]
            }
            var here = binding
            here.keys.removeAll { $0 == key }
            here.screens.removeAll { !screens.contains($0) }
            var elsewhere = binding
            elsewhere.screens.removeAll { screens.contains($0) }
            return [here, elsewhere].filter { !$0.keys.isEmpty && !$0.screens.isEmpty }
        }
    }

    /// Binds a key. It takes the place, the words and, where no other key shows it, the hint of the key that does the
    /// same in the table.
    private mutating func bind(_ key: Key, on screens: [ScreenName], to request: Request, line: String) {
        let name = CommandParser.split(line)?.name ?? line
        for (screens, original) in Self.groups(screens, request) {
            let isHinted = screens.allSatisfy { screen in
                bindings.contains {
                    $0.request == request && !$0.hint.isEmpty && $0.screens.contains(screen)
                }
            }
            let summary = original?.summary ?? CommandTable.command(named: name)?.summary ?? ""
            let binding = KeyBinding(
                keys: [key], request: request, line: line,
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
