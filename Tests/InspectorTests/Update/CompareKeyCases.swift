import HybridKV

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A test for each key where it means something of its own on the compare screen.
enum CompareKeyCases {
    static let all: [KeyCase] = engine + branches + looking

    /// The screen after all steps of a comparison, which still goes on.
    @Sendable private static func compared(_ model: inout InspectorModel) {
        model = ComparisonFixture().running(steps: 12)
    }

    private static func key(
        _ label: String, before: @escaping @Sendable (inout InspectorModel) -> Void = { _ in },
        _ holds: @escaping @Sendable (InspectorModel, InspectorModel, [String]) -> Bool
    ) -> KeyCase {
        KeyCase(
            label: label, screens: [.compare],
            before: {
                compared(&$0)
                before(&$0)
            }, holds: holds)
    }

    private static func selects(_ step: Int?) -> @Sendable (InspectorModel, InspectorModel, [String]) -> Bool
    {
        { _, after, effects in after.comparison.cursor == step && effects.isEmpty }
    }

    private static func compares(_ a: String, _ b: String) -> [String] { ["compare [\"\(a)\", \"\(b)\"]"] }

    private static let engine: [KeyCase] = [
        key("Space") { _, after, effects in
            effects == ["pause"] && after.notice?.text == "pausing after this step"
        },
        key(".", before: { $0.comparison.cursor = 2 }) { _, after, effects in
            effects == ["step 1"] && after.comparison.cursor == nil
        },
        key("r") { _, after, effects in
            effects == compares("hybridkv@20%", "snapkv@20%") && after.comparison.phase == .asked
        },
        key("t") { _, after, effects in
            effects == compares("hybridkv@20%", "snapkv@20%") && !after.comparison.isForced
        },
        key("S") { before, after, effects in
            effects == ["blame 0 \(before.cursor)"]
                && after.commands.blames == [.init(branch: 0, head: before.cursor)]
        },
    ]

    private static let branches: [KeyCase] = [
        key("Tab") { _, after, effects in after.comparison.focus == 1 && effects.isEmpty },
        key("Shift-Tab") { _, after, effects in after.comparison.focus == 1 && effects.isEmpty },
        key("+") { _, after, effects in
            effects == compares("hybridkv@30%", "snapkv@20%") && after.settings.budget == 0.2
        },
        key("-", before: { $0.comparison.focus = 1 }) { _, after, effects in
            effects == compares("hybridkv@20%", "snapkv@15%") && after.settings.budget == 0.2
        },
        key("f") { before, after, effects in
            effects == compares("hybridkv@20%, L02/kv1 static", "snapkv@20%")
                && after.settings.forcedHeads.isEmpty
        },
    ]

    private static let looking: [KeyCase] = [
        key("n", before: { $0.comparison.cursor = 0 }, selects(4)),
        key("N", selects(9)),
        key("Left", selects(10)),
        key("Right", before: { $0.comparison.cursor = 3 }, selects(4)),
        key("Home", selects(0)),
        key("End", before: { $0.comparison.cursor = 3 }, selects(nil)),
        key("PgUp", selects(3)),
        key("PgDn", before: { $0.comparison.cursor = 3 }, selects(nil)),
        key("Esc", before: { $0.comparison.cursor = 3 }, selects(nil)),
        key("Enter", before: { $0.comparison.cursor = 4 }) { _, after, effects in
            after.cursor == ComparisonFixture.worst && effects == ["focus L01/kv3", "snapshot"]
        },
        key("v") { _, after, _ in after.comparison.panel == .pictures },
        key("d") { _, after, _ in after.comparison.grid == .attention(0) },
        key("]") { _, after, _ in after.pictureIndex == 1 },
        key("[") { _, after, _ in after.pictureIndex == 5 },
    ]
}
