import InspectorWords
import KVFacts

/// Commands about what is shown.
enum ScreenCommands {
    static let all: [Command] = [
        Command(
            "lane", "NAME", "budget, used, hit, recall, loads, text or fate", example: "hit",
            plain: .no("MAP has every number of a head"),
            complete: { $0.words.isEmpty ? Lane.allCases.map(\.rawValue) : [] }
        ) { arguments throws(CommandError) in .lane(try arguments.choice(of: Lane.self, "lane")) },
        Command(
            "goto", "SCREEN", ScreenName.allCases.map(\.rawValue).joined(separator: ", "), example: "tokens",
            plain: .no("every screen has a command of its own here"),
            keys: [
                screen("1", .map, "Map: layers and KV heads", 39),
                screen("2", .head, "Head: retained tokens on the pictures", 40),
                screen("3", .tokens, "Tokens: prompt and answer", 41),
                screen("4", .budget, "Budget: where the rows go, and what a draft would change", 42),
                screen(
                    "5", .compare, "Compare: methods in lockstep, where they part, and in which head", 43),
            ],
            complete: { $0.words.isEmpty ? ScreenName.allCases.map(\.rawValue) : [] }
        ) { arguments throws(CommandError) in .show(try arguments.choice(of: ScreenName.self, "screen")) },
        Command(
            "save", "PATH", "write this screen to a text file", example: "screen.txt",
            plain: .no("there is no screen to write")
        ) { arguments throws(CommandError) in
            guard !arguments.words.isEmpty else {
                throw CommandError("nothing behind :save", expected: "a file's path")
            }
            return .save(arguments.rest)
        },
        Command(
            "checks", "list the checks", asks: .checks, plain: .answers(.checks, "list the checks"),
            keys: [DefaultKey("w", hint: "checks", help: "list the checks behind OK and WARN", place: 37)]),
        Command(
            "help", "keys and commands", asks: .help, aliases: ["?"],
            plain: .answers(.help, "what can be typed"),
            keys: [
                DefaultKey(
                    "?", .function(1), hint: "help", help: "this help; again or Esc closes it", place: 0)
            ]),
        Command(
            "q", "leave", asks: .quit, aliases: ["quit"],
            keys: [
                DefaultKey("q", hint: "quit", help: "leave; in help: close", place: 38),
                DefaultKey(.control("c"), help: "leave and print the answer so far", place: 62),
            ]),
        Command(
            "map", "every head", asks: .show(.map), listing: .plainText,
            plain: .answers(.map, "every head")),
        Command(
            "tokens", "prompt and answer", asks: .show(.tokens), listing: .plainText,
            plain: .answers(.tokens, "prompt and answer")),
        Command(
            "status", "memory, latency, checks", asks: .checks, listing: .plainText,
            plain: .answers(.status, "memory, latency, checks")),
        Command(
            "next-lane", "the next lane of the map", asks: .nextLane(1), listing: .keys,
            keys: [
                DefaultKey(
                    "m", hint: "lane", help: "next lane: budget, used, hit, recall, loads, text, fate",
                    on: [.map],
                    place: 22)
            ]),
        Command(
            "next-overlay", "the next overlay on the pictures", asks: .nextOverlay, listing: .keys,
            keys: [
                DefaultKey(
                    "o", hint: "overlay", help: "state, attention, or held by how many heads", on: [.head],
                    place: 23)
            ]),
        Command(
            "next-zoom", "the next size of the pictures", asks: .nextZoom, listing: .keys,
            keys: [
                DefaultKey(
                    "z", hint: "zoom", help: "picture size: fit, 1:2, 1:1, 2:1, 4:2, 8:4", on: [.head],
                    place: 24)
            ]),
        Command(
            "chunks", "show where chunks begin, or not", asks: .chunks, listing: .keys,
            keys: [
                DefaultKey(
                    "c", hint: "chunks", help: "show where the chunks of a dynamic head begin", on: [.head],
                    place: 25)
            ]),
        Command(
            "command", "type a command", asks: .command, listing: .keys,
            keys: [
                DefaultKey(
                    ":", hint: "command", help: "type a command; Tab completes, Up recalls", place: 33)
            ]),
        Command(
            "toggle-theme", "light or dark colours", asks: .toggleTheme, listing: .keys,
            keys: [DefaultKey("T", help: "light or dark colours", place: 59)]),
        Command(
            "repaint", "repaint the screen", asks: .redraw, listing: .keys,
            keys: [DefaultKey(.control("l"), help: "repaint the screen", place: 60)]),
        Command(
            "suspend", "suspend; fg comes back", asks: .suspend, listing: .keys,
            keys: [DefaultKey(.control("z"), help: "suspend; fg comes back", place: 61)]),
    ]

    private static func screen(
        _ key: Key, _ screen: ScreenName, _ summary: String, _ place: Int
    ) -> DefaultKey {
        DefaultKey(key, arguments: screen.rawValue, help: summary, place: place)
    }
}
