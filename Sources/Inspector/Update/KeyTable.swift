import InspectorWords
import KVFacts

/// One way to ask for something by key.
package struct KeyBinding: Sendable {
    /// The keys, any of which does it.
    package let keys: [Key]
    /// How the keys are written.
    package let label: String
    /// What is asked for.
    package let request: Request
    /// One or two words for the hint line; empty keeps it out of there.
    package let hint: String
    /// One line for the help.
    package let summary: String
    /// The screens where it means something.
    package let screens: [ScreenName]

    /// True for what means the same everywhere, a screen that needs the key for itself excepted.
    package var isShared: Bool { screens.count + 1 >= ScreenName.allCases.count }
}

/// The one table of keys: input, help and the hint line all read it.
package enum KeyTable {
    /// Every binding, in the order in which help lists them; the hint line takes those with a hint, in this order.
    package static let all: [KeyBinding] = first + CompareKeys.all + rest

    /// Screens that keys are shared by where the compare screen needs them for itself.
    private static let notCompare = ScreenName.allCases.filter { $0 != .compare }

    private static let first: [KeyBinding] = [
        key("?", "?", .help, hint: "help", "this help; again or Esc closes it", also: [.function(1)]),
        key(" ", "Space", .pauseOrResume, hint: "pause", "pause between two steps, or go on"),
        key(".", ".", .step(1), hint: "step", "one step, then pause"),
    ]

    private static let rest: [KeyBinding] = [
        binding([.enter], "Enter", .open, hint: "open", "look into the selected head", on: [.map]),
        binding([.enter], "Enter", .open, hint: "patches", "move over the patches of a picture", on: [.head]),
        binding([.enter], "Enter", .open, hint: "type", "type a value for the selected knob", on: [.budget]),
        key("a", "a", .applyDraft, hint: "apply", "plan again with the draft", on: [.budget]),
        key(
            "V", "V", .verify, hint: "verify", "measure live and draft by a short lockstep run", on: [.budget]
        ),
        key("x", "x", .why, hint: "why", "why the selected head has its class and rows", on: [.budget]),
        key(
            "m", "m", .nextLane(1), hint: "lane", "next lane: budget, used, hit, recall, loads, text, fate",
            on: [.map]),
        key(
            "o", "o", .nextOverlay, hint: "overlay", "state, attention, or held by how many heads",
            on: [.head]),
        key("z", "z", .nextZoom, hint: "zoom", "picture size: fit, 1:2, 1:1, 2:1, 4:2, 8:4", on: [.head]),
        key("c", "c", .chunks, hint: "chunks", "show where the chunks of a dynamic head begin", on: [.head]),
        binding([.tab], "Tab", .nextPane(1), hint: "picture", "next picture", on: [.head]),
        binding([.tab], "Tab", .nextPane(1), hint: "screen", "next screen", on: [.map, .tokens, .budget]),
        binding([.backTab], "Shift-Tab", .nextPane(-1), "previous picture", on: [.head]),
        binding([.backTab], "Shift-Tab", .nextPane(-1), "previous screen", on: [.map, .tokens, .budget]),
        key(
            "+", "+", .nextBudget(1), hint: "budget", "larger budget, planned anew from the stored prefill",
            also: [.character("=")]),
        key("-", "-", .nextBudget(-1), "smaller budget"),
        key("f", "f", .forceNext, hint: "force", "force the head: static, dynamic, full, then automatic"),
        key(":", ":", .command, hint: "command", "type a command; Tab completes, Up recalls"),
        key(
            "n", "n", .nextPrompt(1), hint: "next prompt", "next prompt of the sample",
            on: notCompare),
        key(
            "N", "N", .nextPrompt(-1), "previous prompt of the sample",
            on: notCompare),
        key("r", "r", .restart, hint: "again", "decode again from the start"),
        key("w", "w", .checks, hint: "checks", "list the checks behind OK and WARN"),
        key("q", "q", .quit, hint: "quit", "leave; in help: close"),
        key("1", "1", .show(.map), "Map: layers and KV heads"),
        key("2", "2", .show(.head), "Head: retained tokens on the pictures"),
        key("3", "3", .show(.tokens), "Tokens: prompt and answer"),
        key("4", "4", .show(.budget), "Budget: where the rows go, and what a draft would change"),
        key("5", "5", .show(.compare), "Compare: methods in lockstep, where they part, and in which head"),
        binding(
            [.left], "Left", .arrow(horizontal: -1, vertical: 0),
            "layer, patch or token before; on Budget a smaller value", on: notCompare),
        binding(
            [.right], "Right", .arrow(horizontal: 1, vertical: 0),
            "layer, patch or token behind; on Budget a larger value", on: notCompare),
        binding([.up], "Up", .arrow(horizontal: 0, vertical: -1), "KV head, patch, line or knob above"),
        binding([.down], "Down", .arrow(horizontal: 0, vertical: 1), "KV head, patch, line or knob below"),
        key("h", "h", .moveHead(layers: -1, heads: 0), "head of the layer before, on every screen"),
        key("l", "l", .moveHead(layers: 1, heads: 0), "head of the layer behind"),
        key("k", "k", .moveHead(layers: 0, heads: -1), "KV head above"),
        key("j", "j", .moveHead(layers: 0, heads: 1), "KV head below"),
        binding([.home], "Home", .end(-1), "first layer, patch, token or step", also: [.character("g")]),
        binding(
            [.end], "End", .end(1), "last layer or patch; newest token or step, and follow it",
            also: [.character("G")]),
        binding([.pageUp], "PgUp", .page(-1), "eight layers, or a page of tokens or steps, back"),
        binding([.pageDown], "PgDn", .page(1), "eight layers, or a page of tokens or steps, on"),
        binding([.escape], "Esc", .back, "one level up; never leaves the program", also: [.backspace]),
        key("<", "<", .nextPace(-1), "slower: fewer tokens per second"),
        key(">", ">", .nextPace(1), "faster, up to full speed"),
        key("T", "T", .toggleTheme, "light or dark colours"),
        binding([.control("l")], "Ctrl-L", .redraw, "repaint the screen"),
        binding([.control("z")], "Ctrl-Z", .suspend, "suspend; fg comes back"),
        binding([.control("c")], "Ctrl-C", .quit, "leave and print the answer so far"),
    ]

    /// What a key asks for on a screen.
    package static func request(for key: Key, on screen: ScreenName) -> Request? {
        all.first { $0.keys.contains(key) && $0.screens.contains(screen) }?.request
    }

    private static func key(
        _ character: Character, _ label: String, _ request: Request, hint: String = "", _ summary: String,
        on screens: [ScreenName] = ScreenName.allCases, also: [Key] = []
    ) -> KeyBinding {
        binding([.character(character)], label, request, hint: hint, summary, on: screens, also: also)
    }

    private static func binding(
        _ keys: [Key], _ label: String, _ request: Request, hint: String = "", _ summary: String,
        on screens: [ScreenName] = ScreenName.allCases, also: [Key] = []
    ) -> KeyBinding {
        KeyBinding(
            keys: keys + also, label: label, request: request, hint: hint, summary: summary, screens: screens)
    }
}
