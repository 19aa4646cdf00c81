import HybridKV

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A test for each line of the key table.
enum KeyCases {
    static let all: [KeyCase] = run + plan + panes + movement + budget + everywhere + CompareKeyCases.all

    /// Screens where keys are about the run.
    private static let ofRun = ScreenName.allCases.filter { $0 != .compare }

    private static func moves(_ layers: Int, _ heads: Int)
        -> @Sendable (
            InspectorModel, InspectorModel, [String]
        ) -> Bool
    {
        { before, after, effects in
            let id = HeadID(layer: before.cursor.layer + layers, head: before.cursor.head + heads)
            return after.cursor == id && effects == ["focus \(id)", "snapshot"]
        }
    }

    private static func selects(_ step: Int?) -> @Sendable (InspectorModel, InspectorModel, [String]) -> Bool
    {
        { _, after, effects in after.tokenCursor == step && effects.isEmpty }
    }

    private static let run: [KeyCase] = [
        KeyCase(label: "Space", screens: ofRun) { _, after, effects in
            effects == ["pause"] && after.notice?.text == "pausing after this step"
        },
        KeyCase(label: ".", screens: ofRun, before: { $0.tokenCursor = 2 }) { _, after, effects in
            effects == ["step 1"] && after.tokenCursor == nil
        },
        KeyCase(label: "r", screens: ofRun) { _, after, effects in
            effects == ["restart"] && after.commands.awaitsPlan
        },
        KeyCase(label: "n", screens: ofRun) { _, after, effects in
            effects == ["open colour of the star"] && after.promptIndex == 1 && after.commands.awaitsPlan
        },
        KeyCase(label: "N", screens: ofRun) { _, after, effects in
            effects == ["open count"] && after.promptIndex == 2
        },
        KeyCase(label: "<", before: { $0.pace = 20 }) { _, after, effects in
            after.pace == 10 && effects == ["pace 10.0"]
        },
        KeyCase(label: ">", before: { $0.pace = 20 }) { _, after, effects in
            after.pace == 50 && effects == ["pace 50.0"]
        },
    ]

    private static let plan: [KeyCase] = [
        KeyCase(label: "+", screens: ofRun) { _, after, effects in
            effects == ["replan hybridkv@30%"] && after.settings.budget == 0.3 && after.commands.awaitsPlan
        },
        KeyCase(label: "-", screens: ofRun) { _, after, effects in
            effects == ["replan hybridkv@15%"] && after.settings.budget == 0.15
        },
        KeyCase(label: "f", screens: ofRun) { before, after, effects in
            effects == ["replan hybridkv@20%, L02/kv1 static"]
                && after.settings.forcedHeads == [before.cursor: .static]
        },
    ]

    private static let panes: [KeyCase] = [
        KeyCase(label: "?") { _, after, effects in after.overlay == .help && effects.isEmpty },
        KeyCase(label: "w") { _, after, effects in after.overlay == .checks && effects.isEmpty },
        KeyCase(label: ":") { _, after, _ in after.commandLine == CommandLine() },
        KeyCase(label: "Enter", screens: [.map]) { _, after, _ in after.screen == .head },
        KeyCase(label: "Enter", screens: [.head]) { _, after, _ in
            after.patch == after.visualSegments.first?.start && after.screen == .head
        },
        KeyCase(label: "m", screens: [.map]) { _, after, _ in after.lane == .used },
        KeyCase(label: "o", screens: [.head]) { _, after, _ in after.gridOverlay == .attention },
        KeyCase(label: "z", screens: [.head]) { before, after, _ in before.zoom == nil && after.zoom == .half
        },
        KeyCase(label: "c", screens: [.head]) { _, after, _ in
            after.showsChunks && after.notice?.text.contains("only dynamic heads have chunks") == true
        },
        KeyCase(label: "Tab", screens: [.head]) { _, after, _ in
            after.pictureIndex == 1 && after.screen == .head
        },
        KeyCase(label: "Tab", screens: [.map, .tokens, .budget]) { before, after, _ in
            after.screen == Cycle.next(before.screen, in: ScreenName.allCases, by: 1)
        },
        KeyCase(label: "Shift-Tab", screens: [.head]) { _, after, _ in after.pictureIndex == 5 },
        KeyCase(label: "Shift-Tab", screens: [.map, .tokens, .budget]) { before, after, _ in
            after.screen == Cycle.next(before.screen, in: ScreenName.allCases, by: -1)
        },
        KeyCase(label: "1") { _, after, _ in after.screen == .map },
        KeyCase(label: "2") { _, after, _ in after.screen == .head },
        KeyCase(label: "3") { _, after, _ in after.screen == .tokens },
        KeyCase(label: "4") { _, after, _ in after.screen == .budget },
        KeyCase(label: "Esc", screens: [.map]) { _, after, effects in
            effects.isEmpty && after.screen == .map && after.notice?.text == "this is the top; q leaves"
        },
        KeyCase(label: "Esc", screens: [.head], before: { $0.patch = 20 }) { _, after, _ in
            after.patch == nil && after.screen == .head
        },
        KeyCase(label: "Esc", screens: [.tokens, .budget]) { _, after, _ in after.screen == .map },
        KeyCase(label: "5") { before, after, effects in
            after.screen == .compare
                && effects
                    == (before.screen == .compare ? [] : ["compare [\"hybridkv@20%\", \"snapkv@20%\"]"])
        },
        KeyCase(label: "T") { _, after, _ in after.theme == .light },
    ]

    private static let movement: [KeyCase] = [
        KeyCase(label: "Left", screens: [.map, .head], holds: moves(-1, 0)),
        KeyCase(label: "Left", screens: [.tokens], holds: selects(6)),
        KeyCase(label: "Right", screens: [.map, .head], holds: moves(1, 0)),
        KeyCase(label: "Right", screens: [.tokens], before: { $0.tokenCursor = 3 }, holds: selects(4)),
        KeyCase(label: "Up", screens: [.map, .head, .compare], holds: moves(0, -1)),
        KeyCase(label: "Up", screens: [.tokens], holds: selects(0)),
        KeyCase(label: "Down", screens: [.map, .head, .compare], holds: moves(0, 1)),
        KeyCase(label: "Down", screens: [.tokens], before: { $0.tokenCursor = 3 }, holds: selects(nil)),
        KeyCase(label: "h", holds: moves(-1, 0)),
        KeyCase(label: "l", holds: moves(1, 0)),
        KeyCase(label: "k", holds: moves(0, -1)),
        KeyCase(label: "j", holds: moves(0, 1)),
        KeyCase(label: "Home", screens: [.map, .head, .budget], holds: moves(-2, 0)),
        KeyCase(label: "Home", screens: [.tokens], holds: selects(0)),
        KeyCase(label: "End", screens: [.map, .head, .budget], holds: moves(3, 0)),
        KeyCase(label: "End", screens: [.tokens], before: { $0.tokenCursor = 3 }, holds: selects(nil)),
        KeyCase(label: "PgUp", screens: [.map, .head, .budget], holds: moves(-2, 0)),
        KeyCase(label: "PgUp", screens: [.tokens], holds: selects(0)),
        KeyCase(label: "PgDn", screens: [.map, .head, .budget], holds: moves(3, 0)),
        KeyCase(label: "PgDn", screens: [.tokens], before: { $0.tokenCursor = 3 }, holds: selects(nil)),
    ]

    /// The fixture's first knob is the budget, the next the method; its parameters follow.
    private static let budget: [KeyCase] = [
        KeyCase(label: "Left", screens: [.budget]) { _, after, effects in
            effects == ["draft hybridkv@19%"] && after.settings.budget == 0.2
        },
        KeyCase(label: "Right", screens: [.budget]) { _, after, effects in
            effects == ["draft hybridkv@25%"] && after.settings.budget == 0.2
        },
        KeyCase(label: "Up", screens: [.budget], before: { $0.budget.knob = "theta" }) { _, after, effects in
            after.budget.knob == "method" && effects.isEmpty
        },
        KeyCase(label: "Down", screens: [.budget]) { _, after, effects in
            after.budget.knob == "method" && effects.isEmpty
        },
        KeyCase(label: "Enter", screens: [.budget]) { _, after, effects in
            after.commandLine?.text == "draft budget=20%" && effects.isEmpty
        },
        KeyCase(label: "a", screens: [.budget]) { _, after, effects in
            effects.isEmpty && after.notice?.text == "there is no draft: Left and Right change a knob"
        },
        KeyCase(label: "V", screens: [.budget]) { _, after, effects in
            effects == ["verify hybridkv@20% over 16"] && after.commands.isVerifying
        },
        KeyCase(label: "x", screens: [.budget]) { _, after, effects in
            after.overlay == .why && effects.isEmpty
        },
    ]

    private static let everywhere: [KeyCase] = [
        KeyCase(label: "q") { _, _, effects in effects == ["quit"] },
        KeyCase(label: "Ctrl-L") { _, _, effects in effects == ["redraw"] },
        KeyCase(label: "Ctrl-Z") { _, _, effects in effects == ["suspend"] },
        KeyCase(label: "Ctrl-C") { _, _, effects in effects == ["quit"] },
    ]
}
