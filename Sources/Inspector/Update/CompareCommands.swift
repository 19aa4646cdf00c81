import InspectorWords
import KVFacts

/// The commands of the compare screen: their help, their meaning and their completion.
package struct CompareCommands {
    package let methods: [MethodDescription]
    package let geometry: ModelGeometry?

    package static let all: [CommandDescription] = [
        command("compare", "A B C", "compare two or three METHOD@BUDGET in lockstep"),
        command("a", "METHOD@12%", "compare: another method or budget for A"),
        command("b", "METHOD@12%", "the same for B"),
        command("c", "METHOD@12%", "the same for C; :c off leaves two"),
        command("forced", "", "compare: all branches are given full's tokens"),
        command("free", "", "compare: every branch goes its own way"),
        command("at", "STEP", "compare: select a step; :at end follows"),
        command("difference", "back", "compare: next step where tokens differ, or back"),
        command("focus", "a | b | c", "compare: the branch that settings and :blame mean"),
        command("blame", "L H", "compare: measure the branch with this head full", needs: .blame),
        command("view", "NAME", "compare: overview, pictures, heads or texts"),
        command("grid", "ab | a", "compare: kept by A or B, or what A reads"),
        command("picture", "N", "compare: the picture in front, from 1 on"),
    ]

    /// The request behind a command, or nil when it is not one of these.
    package func parse(_ name: String, _ words: [String]) throws(CommandError) -> Request? {
        switch name {
        case "compare":
            let texts = MethodText.list(words.joined(separator: " "))
            guard texts.count <= ComparisonRequest.methodLimit else {
                throw CommandError("\(texts.count) methods", expected: "at most three")
            }
            var wishes: [MethodWish] = []
            for text in texts { wishes.append(try wish(text)) }
            return .compare(.start(wishes))
        case "a": return .compare(.branch(0, try wish(only(words))))
        case "b": return .compare(.branch(1, try wish(only(words))))
        case "c": return words == ["off"] ? .compare(.dropThird) : .compare(.branch(2, try wish(only(words))))
        case "forced": return .compare(.forced(true))
        case "free": return .compare(.forced(false))
        case "at":
            if words == ["end"] { return .compare(.select(.max)) }
            return .compare(.select(try number(words, "step", from: 0)))
        case "difference":
            guard words.isEmpty || words == ["back"] else {
                throw CommandError("\(found(words)) is no direction", expected: "nothing or back")
            }
            return .compare(.difference(words.isEmpty ? 1 : -1))
        case "focus":
            guard let branch = ["a", "b", "c"].firstIndex(of: only(words).lowercased()) else {
                throw CommandError("no branch \(found(words))", expected: "a, b or c")
            }
            return .compare(.focus(branch))
        case "blame": return .compare(.blame(try head(words)))
        case "view":
            guard let panel = ComparePanel(rawValue: only(words)) else {
                throw CommandError(
                    "no view \(found(words))",
                    expected: ComparePanel.allCases.map(\.rawValue).joined(separator: " "))
            }
            return .compare(.panel(panel))
        case "grid":
            guard only(words).allSatisfy({ "abcABC".contains($0) }) else {
                throw CommandError("no grid \(found(words))", expected: "two of a b c, or one")
            }
            return .compare(.grid(words.isEmpty ? nil : only(words).uppercased()))
        case "picture": return .compare(.showPicture(try number(words, "picture", from: 1) - 1))
        default: return nil
        }
    }

    /// What may follow a command.
    package func choices(after words: [String]) -> [String]? {
        switch (words.first, words.count) {
        case ("compare", 1...3), ("a", 1), ("b", 1): methods.map(\.name)
        case ("c", 1): methods.map(\.name) + ["off"]
        case ("at", 1): ["end"]
        case ("difference", 1): ["back"]
        case ("focus", 1): ["a", "b", "c"]
        case ("view", 1): ComparePanel.allCases.map(\.rawValue)
        case ("grid", 1): ["ab", "a", "b"]
        default: nil
        }
    }

    private func wish(_ text: String) throws(CommandError) -> MethodWish {
        try CommandParser.wish(text, methods)
    }

    private func head(_ words: [String]) throws(CommandError) -> HeadID? {
        if words.isEmpty { return nil }
        guard words.count == 2, let layer = Int(words[0]), let head = Int(words[1]), let geometry,
            0..<geometry.layers ~= layer, 0..<geometry.kvHeads ~= head
        else {
            let sizes = geometry.map { "LAYER below \($0.layers) and HEAD below \($0.kvHeads)" }
            throw CommandError("no head \(found(words))", expected: sizes ?? "an open model")
        }
        return HeadID(layer: layer, head: head)
    }

    private func number(_ words: [String], _ noun: String, from least: Int) throws(CommandError) -> Int {
        guard let number = Int(only(words)), least...1_000_000 ~= number else {
            throw CommandError("\(found(words)) is no \(noun)", expected: "a number from \(least) on")
        }
        return number
    }

    /// What was typed, without the spaces: `snapkv @ 10 %` is one word.
    private func only(_ words: [String]) -> String { words.joined() }

    private func found(_ words: [String]) -> String {
        words.isEmpty ? "(nothing)" : "'\(words.joined(separator: " "))'"
    }

    private static func command(
        _ name: String, _ arguments: String, _ summary: String, needs: RunCapability = .compare
    ) -> CommandDescription {
        CommandDescription(name: name, arguments: arguments, summary: summary, needs: needs)
    }
}
