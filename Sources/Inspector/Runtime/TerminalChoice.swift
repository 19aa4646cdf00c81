import CTerminal
import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Screen or plain text, and what the screen may use: decided once, from the command line, the environment and
/// terminfo, before anything is drawn.
package enum TerminalChoice: Sendable, Hashable {
    /// Full-screen.
    case screen(TerminalSetup)
    /// Plain text, and the reason in words.
    case plain(reason: String)

    /// Decides. A flag beats `NO_COLOR`, which beats what `TERM` promises; `COLORTERM` is a hint only.
    ///
    /// - Parameters:
    ///   - environment: the variables; those that matter are in `variables`.
    ///   - flags: what a person asked for: on the command line, in the environment or in a file.
    ///   - isTTY: whether standard output is a terminal.
    ///   - describe: looks a name up in terminfo.
    package static func decide(
        environment: [String: String], flags: TerminalFlags, isTTY: Bool,
        describe: (String) -> TerminalDescription
    ) -> TerminalChoice {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if flags.plain { return .plain(reason: flags.plainReason) }
        guard isTTY else { return .plain(reason: "standard output is not a terminal") }
        guard let term = value("TERM") else { return .plain(reason: "TERM is not set") }
        guard term != "dumb" else { return .plain(reason: "TERM is dumb") }
        let found = describe(term)
        guard found.isKnown else { return .plain(reason: "terminfo does not know TERM=\(term)") }
        guard found.canPlaceCursor else { return .plain(reason: "TERM=\(term) cannot place its cursor") }

        let wanted = flags.colour ?? (value("NO_COLOR") == nil ? nil : Capabilities.Colours.none)
        let (name, available) = bestEntry(
            for: term, found, wanted: wanted, colorTerm: value("COLORTERM"), describe)
        let colours = wanted.map { min($0, available) } ?? available
        // The console's font has few glyphs beyond its code page.
        let unicode = flags.ascii.map { !$0 } ?? (usesUTF8(value) && !term.hasPrefix("linux"))
        let capabilities = Capabilities(colours: colours, unicode: unicode)
        return .screen(TerminalSetup(name: name, capabilities: capabilities))
    }

    /// Decides for this process.
    package static func current(flags: TerminalFlags) -> TerminalChoice {
        var environment: [String: String] = [:]
        for name in variables {
            if let value = kvt_environment(name) { environment[name] = String(cString: value) }
        }
        return decide(
            environment: environment, flags: flags, isTTY: kvt_is_terminal(1),
            describe: TerminalDescription.lookUp)
    }

    /// The environment variables that matter.
    package static let variables = [
        "TERM", "COLORTERM", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG",
    ]

    /// A terminal that shows 256 colours often says the older name; the newer entry of the same family is used when
    /// someone asked for it, or when xterm's own hint says so.
    private static func bestEntry(
        for term: String, _ found: TerminalDescription, wanted: Capabilities.Colours?, colorTerm: String?,
        _ describe: (String) -> TerminalDescription
    ) -> (name: String, colours: Capabilities.Colours) {
        let hinted = term == "xterm" && (colorTerm == "truecolor" || colorTerm == "24bit")
        let mayBeBetter = wanted == .palette || (wanted == nil && hinted)
        guard found.colours < 256, mayBeBetter else { return (term, level(found.colours)) }
        let better = describe(term + "-256color")
        guard better.canPlaceCursor, better.colours >= 256 else { return (term, level(found.colours)) }
        return (term + "-256color", .palette)
    }

    private static func level(_ colours: Int) -> Capabilities.Colours {
        colours >= 256 ? .palette : colours >= 8 ? .sixteen : .none
    }

    /// POSIX: the first variable that is set and not empty wins; none of them means the C locale.
    private static func usesUTF8(_ value: (String) -> String?) -> Bool {
        guard let locale = value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") else { return false }
        let letters = locale.lowercased()
        return letters.contains("utf-8") || letters.contains("utf8")
    }
}

/// What a person may ask of the terminal.
package struct TerminalFlags: Sendable, Hashable {
    /// Colours that were asked for; nil leaves it to the environment.
    package var colour: Capabilities.Colours?
    /// True for ASCII only, false for Unicode whatever the locale says; nil leaves it to the environment.
    package var ascii: Bool?
    /// Plain text.
    package var plain: Bool
    /// Who asked for plain text, in words.
    package var plainReason: String

    /// Nothing was asked for, unless said.
    package init(
        colour: Capabilities.Colours? = nil, ascii: Bool? = nil, plain: Bool = false,
        plainReason: String = "--plain was given"
    ) {
        self.colour = colour
        self.ascii = ascii
        self.plain = plain
        self.plainReason = plainReason
    }
}

/// How a terminal is to be opened.
package struct TerminalSetup: Sendable, Hashable {
    /// The terminfo entry.
    package var name: String
    /// What views may use.
    package var capabilities: Capabilities

    /// States how a terminal is to be opened.
    package init(name: String, capabilities: Capabilities) {
        self.name = name
        self.capabilities = capabilities
    }
}

/// What terminfo says of a kind of terminal.
package struct TerminalDescription: Sendable, Hashable {
    /// Whether there is an entry.
    package var isKnown: Bool
    /// Whether the cursor can be put anywhere.
    package var canPlaceCursor: Bool
    /// How many colours; 0 for none.
    package var colours: Int

    /// Describes a terminal that can be drawn on, unless said.
    package init(isKnown: Bool = true, canPlaceCursor: Bool = true, colours: Int) {
        self.isKnown = isKnown
        self.canPlaceCursor = canPlaceCursor
        self.colours = colours
    }

    /// Asks terminfo. Not while the screen is up.
    package static func lookUp(_ name: String) -> TerminalDescription {
        let found = kvt_describe(name)
        return TerminalDescription(
            isKnown: found.known, canPlaceCursor: found.addressable, colours: Int(found.colours))
    }
}

/// Fewer colours come first.
private func min(_ left: Capabilities.Colours, _ right: Capabilities.Colours) -> Capabilities.Colours {
    let order = Capabilities.Colours.allCases
    let leftRank = order.firstIndex(of: left) ?? 0
    let rightRank = order.firstIndex(of: right) ?? 0
    return leftRank <= rightRank ? left : right
}
