import HybridKV

@testable import Inspector

/// Effects in words, so that tests can compare them.
enum EffectText {
    static func of(_ effects: [Effect]) -> [String] { effects.map(of) }

    static func of(_ effect: Effect) -> String {
        switch effect {
        case .send(let command): of(command)
        case .suspend: "suspend"
        case .redraw: "redraw"
        case .write(let path, _): "write \(path)"
        case .quit: "quit"
        }
    }

    private static func of(_ command: LiveCommand) -> String {
        switch command {
        case .pause: "pause"
        case .resume: "resume"
        case .step(let count): "step \(count)"
        case .pace(let pace): "pace \(pace)"
        case .replan(let settings): "replan \(SettingsText.full(settings))"
        case .restart: "restart"
        case .open(let prompt): "open \(prompt.title)"
        case .focus(let id): "focus \(id)"
        case .snapshot: "snapshot"
        case .compare, .endComparison, .blame, .draft, .verify: "\(command)"
        }
    }
}
