import InspectorWords

/// Commands that move what is selected. They have words so that other keys can be bound to them.
enum MovementCommands {
    static let all: [Command] = [
        move(
            "open", "into what is selected", .open,
            [
                DefaultKey(
                    .enter, hint: "head", help: "the head that differs most at this step, then the next",
                    on: [.compare], place: 5),
                DefaultKey(.enter, hint: "open", help: "look into the selected head", on: [.map], place: 16),
                DefaultKey(
                    .enter, hint: "patches", help: "move over the patches of a picture", on: [.head],
                    place: 17),
                DefaultKey(
                    .enter, hint: "type", help: "type a value for the selected knob", on: [.budget], place: 18
                ),
            ]),
        move(
            "back", "one level up", .back,
            [DefaultKey(.escape, .backspace, help: "one level up; never leaves the program", place: 56)]),
        move(
            "next-pane", "the next picture, branch or screen", .nextPane(1),
            [
                DefaultKey(
                    .tab, hint: "branch", help: "the branch that S, + - f and settings are about",
                    on: [.compare],
                    place: 7),
                DefaultKey(.tab, hint: "picture", help: "next picture", on: [.head], place: 26),
                DefaultKey(
                    .tab, hint: "screen", help: "next screen", on: [.map, .tokens, .budget], place: 27),
            ]),
        move(
            "previous-pane", "the previous picture, branch or screen", .nextPane(-1),
            [
                DefaultKey(.backTab, help: "previous branch", on: [.compare], place: 8),
                DefaultKey(.backTab, help: "previous picture", on: [.head], place: 28),
                DefaultKey(.backTab, help: "previous screen", on: [.map, .tokens, .budget], place: 29),
            ]),
        move(
            "left", "what lies to the left", .arrow(horizontal: -1, vertical: 0),
            [
                DefaultKey(.left, help: "step before", on: [.compare], place: 14),
                DefaultKey(
                    .left, help: "layer, patch or token before; on Budget a smaller value", on: .notCompare,
                    place: 44),
            ]),
        move(
            "right", "what lies to the right", .arrow(horizontal: 1, vertical: 0),
            [
                DefaultKey(.right, help: "step behind; the newest is followed", on: [.compare], place: 15),
                DefaultKey(
                    .right, help: "layer, patch or token behind; on Budget a larger value", on: .notCompare,
                    place: 45),
            ]),
        move(
            "up", "what lies above", .arrow(horizontal: 0, vertical: -1),
            [DefaultKey(.up, help: "KV head, patch, line or knob above", place: 46)]),
        move(
            "down", "what lies below", .arrow(horizontal: 0, vertical: 1),
            [DefaultKey(.down, help: "KV head, patch, line or knob below", place: 47)]),
        move(
            "layer-before", "the head of the layer before", .moveHead(layers: -1, heads: 0),
            [DefaultKey("h", help: "head of the layer before, on every screen", place: 48)]),
        move(
            "layer-behind", "the head of the layer behind", .moveHead(layers: 1, heads: 0),
            [DefaultKey("l", help: "head of the layer behind", place: 49)]),
        move(
            "head-above", "the KV head above", .moveHead(layers: 0, heads: -1),
            [DefaultKey("k", help: "KV head above", place: 50)]),
        move(
            "head-below", "the KV head below", .moveHead(layers: 0, heads: 1),
            [DefaultKey("j", help: "KV head below", place: 51)]),
        move(
            "first", "the first of what the arrows move", .end(-1),
            [DefaultKey(.home, "g", help: "first layer, patch, token or step", place: 52)]),
        move(
            "last", "the last of what the arrows move", .end(1),
            [
                DefaultKey(
                    .end, "G", help: "last layer or patch; newest token or step, and follow it", place: 53)
            ]),
        move(
            "page-up", "a page back", .page(-1),
            [DefaultKey(.pageUp, help: "eight layers, or a page of tokens or steps, back", place: 54)]),
        move(
            "page-down", "a page on", .page(1),
            [DefaultKey(.pageDown, help: "eight layers, or a page of tokens or steps, on", place: 55)]),
    ]

    private static func move(_ name: String, _ summary: String, _ request: Request, _ keys: [DefaultKey])
        -> Command
    {
        Command(name, summary, asks: request, listing: .keys, keys: keys)
    }
}
