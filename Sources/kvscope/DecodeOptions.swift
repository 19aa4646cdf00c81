import ArgumentParser
import KVConfiguration

/// How the answer is generated.
struct DecodeOptions: ParsableArguments, SettingOptions {
    @Option(name: .customLong("max-tokens"), help: .setting(KvscopeSettings.maxTokens))
    var maxTokens: String?

    @Option(help: .setting(KvscopeSettings.temperature))
    var temperature: String?

    @Option(name: .customLong("top-k"), help: .setting(KvscopeSettings.topK))
    var topK: String?

    @Option(name: .customLong("top-p"), help: .setting(KvscopeSettings.topP))
    var topP: String?

    @Option(help: .setting(KvscopeSettings.seed))
    var seed: String?

    @Flag(
        name: .customLong("ignore-eos"),
        help: "Go on past the end of the answer, up to --max-tokens: for measuring.")
    var ignoresEnd = false

    var flags: [SettingFlag?] {
        [
            SettingFlag(KvscopeSettings.maxTokens, maxTokens),
            SettingFlag(KvscopeSettings.temperature, temperature), SettingFlag(KvscopeSettings.topK, topK),
            SettingFlag(KvscopeSettings.topP, topP), SettingFlag(KvscopeSettings.seed, seed),
        ]
    }
}
