import HybridKV

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Effects in words, so that tests can compare them.
enum EffectText {
    static func of(_ effects: [Effect]) -> [String] { effects.map(of) }

    static func of(_ effect: Effect) -> String {
        switch effect {
        case .send(let command): of(command.action)
        case .suspend: "suspend"
        case .redraw: "redraw"
        case .save(let path): "save \(path)"
        case .quit: "quit"
        }
    }

    private static func of(_ action: RunAction) -> String {
        switch action {
        case .pause: "pause"
        case .resume: "resume"
        case .step(let count): "step \(count)"
        case .pace(let pace): "pace \(pace)"
        case .replan(let settings): "replan \(SettingsText.full(settings))"
        case .restart: "restart"
        case .seek(let step): "seek \(step)"
        case .open(let prompt): "open \(prompt.title)"
        case .focus(let id): "focus \(id)"
        case .snapshot: "snapshot"
        case .compare(let request): "compare \(request.methods.map(SettingsText.full))"
        case .endComparison: "end comparison"
        case .blame(let branch, let id): "blame \(branch) \(id)"
        case .draft(let settings): "draft \(SettingsText.full(settings))"
        case .verify(let all, let steps):
            "verify \(all.map(SettingsText.full).joined(separator: " and ")) over \(steps)"
        }
    }
}
