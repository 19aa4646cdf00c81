import Testing

@testable import InspectorRuntime
@testable import InspectorView
@testable import InspectorWords

/// Screen or plain text, colours, glyphs.
@Suite struct TerminalChoiceTests {
    private static let colours = [
        "xterm": 8, "xterm-256color": 256, "xterm-direct": 16_777_216, "screen": 8, "screen-256color": 256,
        "linux": 8, "vt100": 0, "tmux-256color": 256,
    ]

    private func decide(
        _ environment: [String: String], _ flags: TerminalFlags = TerminalFlags(), isTTY: Bool = true
    ) -> TerminalChoice {
        TerminalChoice.decide(environment: environment, flags: flags, isTTY: isTTY) { name in
            if let colours = Self.colours[name] { return TerminalDescription(colours: colours) }
            return TerminalDescription(isKnown: name == "hardcopy", canPlaceCursor: false, colours: 0)
        }
    }

    private func setup(_ environment: [String: String], _ flags: TerminalFlags = TerminalFlags())
        -> TerminalSetup?
    {
        if case .screen(let setup) = decide(environment, flags) { setup } else { nil }
    }

    @Test(arguments: [
        [:], ["TERM": ""], ["TERM": "dumb"], ["TERM": "no-such"], ["TERM": "hardcopy"],
    ])
    func fallsToPlainText(environment: [String: String]) {
        #expect(setup(environment) == nil)
    }

    @Test func aReasonIsGiven() {
        #expect(decide(["TERM": "dumb"]) == .plain(reason: "TERM is dumb"))
        #expect(
            decide(["TERM": "xterm"], isTTY: false) == .plain(reason: "standard output is not a terminal"))
        #expect(
            decide(["TERM": "xterm"], TerminalFlags(plain: true)) == .plain(reason: "--plain was given"))
        let asked = TerminalFlags(plain: true, plainReason: "KVSCOPE_PLAIN is set")
        #expect(decide(["TERM": "xterm"], asked) == .plain(reason: "KVSCOPE_PLAIN is set"))
    }

    @Test(arguments: [
        ("xterm-256color", Capabilities.Colours.palette), ("xterm", .sixteen), ("linux", .sixteen),
        ("vt100", .none), ("xterm-direct", .palette),
    ])
    func terminfoSaysHowManyColours(term: String, expected: Capabilities.Colours) {
        #expect(setup(["TERM": term])?.capabilities.colours == expected)
        #expect(setup(["TERM": term])?.name == term)
    }

    @Test func aFlagBeatsNoColorAndNoColorBeatsTheTerminal() {
        let environment = ["TERM": "xterm-256color", "NO_COLOR": "1", "COLORTERM": "truecolor"]
        #expect(setup(environment)?.capabilities.colours == Capabilities.Colours.none)
        #expect(setup(environment, TerminalFlags(colour: .sixteen))?.capabilities.colours == .sixteen)
        #expect(setup(environment, TerminalFlags(colour: .palette))?.capabilities.colours == .palette)
        #expect(setup(["TERM": "xterm", "NO_COLOR": ""])?.capabilities.colours == .sixteen)
    }

    @Test func aFlagCannotMakeColoursThatAreNotThere() {
        #expect(
            setup(["TERM": "vt100"], TerminalFlags(colour: .palette))?.capabilities.colours
                == Capabilities.Colours.none)
        #expect(setup(["TERM": "linux"], TerminalFlags(colour: .palette))?.capabilities.colours == .sixteen)
    }

    @Test func theLargerEntryIsTakenWhenAskedForOrHinted() {
        #expect(setup(["TERM": "xterm", "COLORTERM": "truecolor"])?.name == "xterm-256color")
        #expect(setup(["TERM": "screen", "COLORTERM": "truecolor"])?.name == "screen")
        let asked = setup(["TERM": "screen"], TerminalFlags(colour: .palette))
        #expect(asked?.name == "screen-256color")
        #expect(asked?.capabilities.colours == .palette)
    }

    @Test(arguments: [
        (["LANG": "en_US.UTF-8"], true), (["LANG": "de_DE.utf8"], true), (["LC_CTYPE": "UTF-8"], true),
        (["LC_ALL": "C", "LANG": "en_US.UTF-8"], false), (["LC_ALL": "", "LANG": "C.UTF-8"], true),
        (["LANG": "de_DE"], false), ([:], false),
    ])
    func theLocaleDecidesOnGlyphs(locale: [String: String], expected: Bool) {
        let environment = locale.merging(["TERM": "xterm"]) { first, _ in first }
        #expect(setup(environment)?.capabilities.unicode == expected)
        #expect(setup(environment, TerminalFlags(ascii: true))?.capabilities.unicode == false)
        #expect(setup(environment, TerminalFlags(ascii: false))?.capabilities.unicode == true)
    }

    @Test func theLinuxConsoleGetsASCII() {
        #expect(setup(["TERM": "linux", "LANG": "C.UTF-8"])?.capabilities.unicode == false)
    }
}
