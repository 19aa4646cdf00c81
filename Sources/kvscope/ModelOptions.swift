import ArgumentParser
import HybridKV
import KVConfiguration

/// Which checkpoint, and how it is computed.
struct ModelOptions: ParsableArguments, SettingOptions {
    @Option(help: .setting(KvscopeSettings.model), completion: .directory)
    var model: String?

    @Option(help: .setting(KvscopeSettings.kv), completion: .setting(KvscopeSettings.kv))
    var kv: String?

    @Option(help: .setting(KvscopeSettings.threads))
    var threads: String?

    var flags: [SettingFlag?] {
        [
            SettingFlag(KvscopeSettings.model, model), SettingFlag(KvscopeSettings.kv, kv),
            SettingFlag(KvscopeSettings.threads, threads),
        ]
    }
}

/// How cached rows may be stored.
enum RowElement: String, CaseIterable {
    case f16, f32

    var format: RowFormat { self == .f16 ? .f16 : .f32 }
}

/// The sample that comes with the source.
enum BundledSample {
    /// Its folder, found from the executable or the working folder upwards.
    static var folder: String? {
        var places: [String] = []
        if let executable = ThisProcess.executable {
            var parts = executable.split(separator: "/")
            for _ in 0..<6 where !parts.isEmpty {
                parts.removeLast()
                places.append("/" + parts.joined(separator: "/"))
            }
        }
        return (places + ["."]).map { $0 + "/samples/tiny-vl" }.first {
            ThisProcess.canRead($0 + "/config.json")
        }
    }
}
