import ArgumentParser
import HybridKV
import InspectorRuntime
import InspectorUpdate
import InspectorWords
import KVConfiguration

/// How the inspector shows itself.
struct DisplayOptions: ParsableArguments, SettingOptions {
    @Option(help: .setting(KvscopeSettings.pace))
    var pace: String?

    @Flag(inversion: .prefixedNo, help: .flag(KvscopeSettings.plain))
    var plain: Bool?

    @Flag(help: "Plain text of the whole state, once, when the answer is complete.")
    var once = false

    @Flag(inversion: .prefixedNo, help: .flag(KvscopeSettings.ascii))
    var ascii: Bool?

    @Option(help: .setting(KvscopeSettings.color), completion: .setting(KvscopeSettings.color))
    var color: String?

    @Flag(name: .customLong("no-color"), help: "No colours, as NO_COLOR asks.")
    var noColour = false

    @Option(help: .setting(KvscopeSettings.theme), completion: .setting(KvscopeSettings.theme))
    var theme: String?

    /// A pace that eyes can follow.
    static let defaultPace = 8.0

    func validate() throws {
        if noColour, let color, color != ColourChoice.none.rawValue {
            throw ValidationError("--no-color and --color \(color) contradict each other")
        }
    }

    var flags: [SettingFlag?] {
        func word(_ flag: Bool?) -> String? { flag.map { $0 ? "yes" : "no" } }
        return [
            SettingFlag(KvscopeSettings.pace, pace),
            SettingFlag(KvscopeSettings.plain, word(plain), option: plain == false ? "--no-plain" : nil),
            SettingFlag(KvscopeSettings.ascii, word(ascii), option: ascii == false ? "--no-ascii" : nil),
            noColour
                ? SettingFlag(KvscopeSettings.color, ColourChoice.none.rawValue, option: "--no-color")
                : SettingFlag(KvscopeSettings.color, color),
            SettingFlag(KvscopeSettings.theme, theme),
        ]
    }
}

extension Choices {
    /// The inspector's keys, as the file binds them.
    var keyMap: KeyMap {
        KeyMap(
            preferences.keys.map {
                KeyWish(screen: $0.screen, key: $0.key, command: $0.command, place: $0.place)
            },
            methods: MethodRegistry.methods, settings: MethodOptions.defaults)
    }

    /// ASCII characters only.
    var ascii: Bool { self[KvscopeSettings.ascii, otherwise: false] }

    /// What the terminal may be asked for. As no-color.org has it, a file and a flag beat `NO_COLOR`.
    var terminal: TerminalFlags {
        let plain = self[KvscopeSettings.plain, otherwise: false]
        return TerminalFlags(
            colour: self[KvscopeSettings.color, otherwise: .auto].colours,
            ascii: ascii ? true : nil,
            plain: plain, plainReason: plainReason)
    }

    private var plainReason: String {
        switch preferences["plain"]?.origin {
        case .environment(let name): "\(name) is set"
        case .file(let place): "\(place) says so"
        case .flag, .fallback, nil: "--plain was given"
        }
    }
}

/// How many colours a person asks for.
enum ColourChoice: String, CaseIterable {
    case auto
    case none
    case sixteen = "16"
    case palette = "256"

    /// The level, or nil for what the terminal can.
    var colours: Capabilities.Colours? {
        switch self {
        case .auto: nil
        case .none: Capabilities.Colours.none
        case .sixteen: .sixteen
        case .palette: .palette
        }
    }
}
