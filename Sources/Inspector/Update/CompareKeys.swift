import InspectorWords
import KVFacts

/// Keys of the compare screen alone.
package enum CompareKeys {
    package static let all: [KeyBinding] = [
        action("n", .difference(1), hint: "difference", "next step where the tokens differ"),
        action("N", .difference(-1), "previous step where the tokens differ"),
        binding(
            [.enter], "Enter", .open, hint: "head", "the head that differs most at this step, then the next"),
        action("t", .forced(nil), hint: "forced/free", "given full's tokens, or free; starts again"),
        binding(
            [.tab], "Tab", .nextPane(1), hint: "branch", "the branch that S, + - f and settings are about"),
        binding([.backTab], "Shift-Tab", .nextPane(-1), "previous branch"),
        action("S", .blame(nil), hint: "blame", "measure: the branch in focus with this head full"),
        action("v", .panel(nil), hint: "view", "overview, pictures, heads, texts"),
        action("d", .grid(nil), hint: "grid", "pictures: kept by A or B, then what each reads"),
        action("]", .picture(1), "next picture"),
        action("[", .picture(-1), "previous picture"),
        binding([.left], "Left", .arrow(horizontal: -1, vertical: 0), "step before"),
        binding([.right], "Right", .arrow(horizontal: 1, vertical: 0), "step behind; the newest is followed"),
    ]

    private static func action(
        _ character: Character, _ action: CompareAction, hint: String = "", _ summary: String
    ) -> KeyBinding {
        binding([.character(character)], String(character), .compare(action), hint: hint, summary)
    }

    private static func binding(
        _ keys: [Key], _ label: String, _ request: Request, hint: String = "", _ summary: String
    ) -> KeyBinding {
        KeyBinding(
            keys: keys, label: label, request: request, hint: hint, summary: summary, screens: [.compare])
    }
}
