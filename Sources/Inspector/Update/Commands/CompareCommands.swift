import InspectorWords
import KVFacts

/// Commands of the compare screen.
enum CompareCommands {
    static let all: [Command] = [
        Command(
            "compare", "A B C", "compare two or three METHOD@BUDGET in lockstep",
            complete: { $0.words.count < 3 ? $0.methods.map(\.name) : [] }
        ) { arguments throws(CommandError) in
            let texts = MethodText.list(arguments.rest)
            guard texts.count <= ComparisonState.branchLimit else {
                throw CommandError("\(texts.count) methods", expected: "at most three")
            }
            var wishes: [MethodWish] = []
            for text in texts { wishes.append(try arguments.wish(text)) }
            return .compare(.start(wishes))
        },
        branch(0, "a", "METHOD@12%", "compare: another method or budget for A"),
        branch(1, "b", "METHOD@12%", "the same for B"),
        branch(2, "c", "METHOD@12%", "the same for C; :c off leaves two"),
        Command("forced", "compare: all branches are given full's tokens", asks: .compare(.forced(true))),
        Command("free", "compare: every branch goes its own way", asks: .compare(.forced(false))),
        Command(
            "at", "STEP", "compare: select a step; :at end follows", example: "3",
            complete: { $0.words.isEmpty ? ["end"] : [] }
        ) { arguments throws(CommandError) in
            if arguments.words == ["end"] { return .compare(.select(.max)) }
            return .compare(.select(try arguments.number("step", from: 0)))
        },
        Command(
            "difference", "back", "compare: next step where tokens differ, or back", example: "back",
            keys: [
                DefaultKey(
                    "n", hint: "difference", help: "next step where the tokens differ", on: [.compare],
                    place: 3),
                DefaultKey(
                    "N", arguments: "back", help: "previous step where the tokens differ", on: [.compare],
                    place: 4),
            ],
            complete: { $0.words.isEmpty ? ["back"] : [] }
        ) { arguments throws(CommandError) in
            guard arguments.words.isEmpty || arguments.words == ["back"] else {
                throw CommandError("\(arguments.found) is no direction", expected: "nothing or back")
            }
            return .compare(.difference(arguments.words.isEmpty ? 1 : -1))
        },
        Command(
            "focus", "a | b | c", "compare: the branch that settings and :blame mean", example: "b",
            complete: { $0.words.isEmpty ? ["a", "b", "c"] : [] }
        ) { arguments throws(CommandError) in
            guard let branch = ["a", "b", "c"].firstIndex(of: arguments.only.lowercased()) else {
                throw CommandError("no branch \(arguments.found)", expected: "a, b or c")
            }
            return .compare(.focus(branch))
        },
        Command(
            "blame", "L H", "compare: measure the branch with this head full",
            keys: [
                DefaultKey(
                    "S", hint: "blame", help: "measure: the branch in focus with this head full",
                    on: [.compare],
                    place: 9)
            ]
        ) { arguments throws(CommandError) in .compare(.blame(try blamed(arguments))) },
        Command(
            "view", "NAME", "compare: overview, pictures, heads or texts", example: "heads",
            complete: { $0.words.isEmpty ? ComparePanel.allCases.map(\.rawValue) : [] }
        ) { arguments throws(CommandError) in
            .compare(.panel(try arguments.choice(of: ComparePanel.self, "view")))
        },
        Command(
            "grid", "ab | a", "compare: kept by A or B, or what A reads", example: "ab",
            keys: [
                DefaultKey(
                    "d", hint: "grid", help: "pictures: kept by A or B, then what each reads", on: [.compare],
                    place: 11)
            ],
            complete: { $0.words.isEmpty ? ["ab", "a", "b"] : [] }
        ) { arguments throws(CommandError) in
            let only = arguments.only
            guard only.allSatisfy({ "abcABC".contains($0) }) else {
                throw CommandError("no grid \(arguments.found)", expected: "two of a b c, or one")
            }
            return .compare(.grid(only.isEmpty ? nil : only.uppercased()))
        },
        Command("picture", "N", "compare: the picture in front, from 1 on", example: "1") {
            arguments throws(CommandError) in
            .compare(.showPicture(try arguments.number("picture", from: 1) - 1))
        },
        Command(
            "comparison", "branches, where they part and in which heads", asks: .show(.compare),
            listing: .plainText, plain: .answers(.comparison, "branches, where they part and in which heads")),
        Command("leave", "leave the comparison, back to the run", asks: .leave, listing: .plainText),
        Command(
            "toggle-forced", "given full's tokens, or free", asks: .compare(.forced(nil)), listing: .keys,
            keys: [
                DefaultKey(
                    "t", hint: "forced/free", help: "given full's tokens, or free; starts again",
                    on: [.compare],
                    place: 6)
            ]),
        Command(
            "next-view", "the next view", asks: .compare(.panel(nil)), listing: .keys,
            keys: [
                DefaultKey(
                    "v", hint: "view", help: "overview, pictures, heads, texts", on: [.compare], place: 10)
            ]),
        Command(
            "next-picture", "the next picture", asks: .compare(.picture(1)), listing: .keys,
            keys: [DefaultKey("]", help: "next picture", on: [.compare], place: 12)]),
        Command(
            "previous-picture", "the previous picture", asks: .compare(.picture(-1)), listing: .keys,
            keys: [DefaultKey("[", help: "previous picture", on: [.compare], place: 13)]),
    ]

    private static func branch(_ place: Int, _ name: String, _ arguments: String, _ summary: String)
        -> Command
    {
        Command(
            name, arguments, summary, example: "@12%",
            complete: { arguments in
                guard arguments.words.isEmpty else { return [] }
                return arguments.methods.map(\.name) + (place == 2 ? ["off"] : [])
            }
        ) { arguments throws(CommandError) in
            if place == 2, arguments.words == ["off"] { return .compare(.dropThird) }
            return .compare(.branch(place, try arguments.wish(arguments.only)))
        }
    }

    /// The head that is named, or nil for the selected one.
    private static func blamed(_ arguments: CommandArguments) throws(CommandError) -> HeadID? {
        let words = arguments.words
        if words.isEmpty { return nil }
        let geometry = arguments.geometry
        guard words.count == 2, let layer = Int(words[0]), let head = Int(words[1]), let geometry,
            0..<geometry.layers ~= layer, 0..<geometry.kvHeads ~= head
        else {
            let sizes = geometry.map { "LAYER below \($0.layers) and HEAD below \($0.kvHeads)" }
            throw CommandError("no head \(arguments.found)", expected: sizes ?? "an open model")
        }
        return HeadID(layer: layer, head: head)
    }
}
