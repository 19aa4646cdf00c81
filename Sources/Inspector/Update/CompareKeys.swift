/// Keys of the compare screen alone.
enum CompareKeys {
    static let all: [KeyBinding] = [
        key(
            [.character("n")], "n", .difference(1), hint: "difference",
            "next step where the tokens differ"),
        key([.character("N")], "N", .difference(-1), "previous step where the tokens differ"),
        key(
            [.character("t")], "t", .forced(nil), hint: "forced/free",
            "given full's tokens, or free; starts again"),
        key(
            [.character("S")], "S", .blame(nil), hint: "blame",
            "measure: the branch in focus with this head full"),
        key([.character("v")], "v", .panel(nil), hint: "view", "overview, pictures, heads, texts"),
        key(
            [.character("d")], "d", .grid(nil), hint: "grid", "pictures: kept by A or B, then what each reads"
        ),
        key([.character("]")], "]", .picture(1), "next picture"),
        key([.character("[")], "[", .picture(-1), "previous picture"),
    ]

    private static func key(
        _ keys: [Key], _ label: String, _ action: CompareAction, hint: String = "", _ summary: String
    ) -> KeyBinding {
        KeyBinding(
            keys: keys, label: label, request: .compare(action), hint: hint, summary: summary,
            screens: [.compare])
    }
}
