import KVFacts

/// One way to ask for something by key.
package struct KeyBinding: Sendable {
    /// The keys, any of which does it.
    package var keys: [Key]
    /// How the first of the keys is written.
    package var label: String { keys.first?.name ?? "" }
    /// What is asked for.
    package let request: Request
    /// The command, as it would be typed.
    package let line: String
    /// One or two words for the hint line; empty keeps it out of there.
    package var hint: String
    /// One line for the help.
    package let summary: String
    /// The screens where it means something.
    package var screens: [ScreenName]

    /// How each of the keys is written.
    package var labels: [String] { keys.map(\.name) }

    /// States a binding.
    package init(
        keys: [Key], request: Request, line: String, hint: String, summary: String, screens: [ScreenName]
    ) {
        self.keys = keys
        self.request = request
        self.line = line
        self.hint = hint
        self.summary = summary
        self.screens = screens
    }

    /// True for what means the same everywhere, a screen that needs the key for itself excepted.
    package var isShared: Bool { screens.count + 1 >= ScreenName.allCases.count }
}

/// The keys of an inspector.
package struct KeyMap: Sendable {
    /// Every binding, in the order of help and hint line.
    package var bindings: [KeyBinding]
    /// What could not be bound, in sentences.
    package var warnings: [String] = []

    /// Bindings, in their order.
    package init(_ bindings: [KeyBinding]) {
        self.bindings = bindings
    }

    /// What a key is bound to on a screen.
    package func binding(for key: Key, on screen: ScreenName) -> KeyBinding? {
        bindings.first { $0.keys.contains(key) && $0.screens.contains(screen) }
    }

    /// The name of the key that shows the help.
    package var helpKey: String { bindings.first { $0.request == .help }?.label ?? ":help" }
}
