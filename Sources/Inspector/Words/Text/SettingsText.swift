import KVFacts

/// How settings are written.
package enum SettingsText {
    /// `hybridkv 10 %`, with a star when parameters or heads were set.
    package static func short(_ settings: MethodSettings) -> String {
        let star = settings.parameters.isEmpty && settings.forcedHeads.isEmpty ? "" : "*"
        let budget = settings.name == "full" ? "" : " " + NumberText.percent(settings.budget)
        return settings.name + star + budget
    }

    /// Everything that was asked for, as it is typed: `hybridkv(theta=0.8)@10%`, then the forced heads.
    package static func full(_ settings: MethodSettings) -> String {
        let heads = settings.forcedHeads.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.rawValue)" }
        return ([settings.text] + heads).joined(separator: ", ")
    }

    /// `full speed` or `5 tokens/s`.
    package static func pace(_ pace: Double) -> String {
        pace <= 0 ? "full speed" : "\(NumberText.fixed(pace, pace < 1 ? 1 : 0)) tokens/s"
    }
}
