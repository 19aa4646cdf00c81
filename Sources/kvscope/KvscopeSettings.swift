import HybridKV
import InspectorWords
import KVConfiguration

/// Everything of kvscope that can be set once: the options' help, the file, the environment and `kvscope config` read
/// this list.
enum KvscopeSettings {
    static let model = Setting<String>.text(
        "model", placeholder: "folder",
        meaning: "A Qwen2.5-VL folder as Hugging Face publishes it.", expected: "a folder",
        fallbackWords: "the bundled sample")
    static let kv = Setting<RowElement>.choice(
        "kv", placeholder: "type", meaning: "How cached rows are stored: f16 or f32.", fallback: .f16)
    static let threads = Setting<Int>.whole(
        "threads", in: 1...1024, meaning: "Threads; the results do not depend on it.",
        fallbackWords: "all cores")

    static let method = Setting<String>.text(
        "method", placeholder: "name[:variant][(key=value,...)][@share]",
        meaning: "The method, with a variant, parameters and a budget where wanted: hybridkv:all-static@10%, "
            + "hybridkv(theta=q:0.25,chunk=4)@10%. `kvscope methods` lists them.",
        expected: "a method that kvscope methods lists", fallbackWords: "the model folder's, else hybridkv")
    static let budget = Setting<String>.text(
        "budget", placeholder: "share",
        meaning: "Share of the prompt's rows that may stay resident: 0.1, or 10%.",
        expected: "a share such as 10% or 0.1", fallbackWords: "the model folder's, else 10%")

    static let maxTokens = Setting<Int>.whole(
        "max-tokens", in: 1...Int.max, meaning: "Tokens after which the answer ends.", fallback: "256")
    static let temperature = Setting<Double>.number(
        "temperature", in: 0...100, placeholder: "t",
        meaning: "0 takes the most probable token; above 0 draws.", expected: "0...100", fallback: "0")
    static let topK = Setting<Int>.whole(
        "top-k", in: 0...Int.max, placeholder: "k",
        meaning: "Draw among this many of the most probable tokens; 0 for all.", fallback: "0")
    static let topP = Setting<Double>.number(
        "top-p", in: Double.leastNonzeroMagnitude...1, placeholder: "p",
        meaning: "Draw among the most probable tokens that reach this probability.",
        expected: "above 0 and at most 1", fallback: "1")
    static let seed = Setting<UInt64>(
        "seed", placeholder: "n", meaning: "Where the random numbers start.",
        expected: "a whole number of at least 0", fallback: "0"
    ) { UInt64($0) }
    static let pictureLabels = Setting<PictureLabels>.choice(
        "picture-labels", placeholder: "auto|on|off",
        meaning: "Write \"Picture 1: \" before pictures: auto does what the folder's template does.",
        fallback: .auto)

    static let pace = Setting<Double>.number(
        "pace", in: 0...1e6, placeholder: "n", meaning: "Tokens per second; 0 for full speed.",
        expected: "0...1000000 tokens per second", fallbackWords: "8 on a screen, 0 in plain text")
    static let theme = Setting<Theme>.choice(
        "theme", placeholder: "name", meaning: "dark or light.", fallback: .dark)
    static let color = Setting<ColourChoice>.choice(
        "color", placeholder: "n", meaning: "Colours: none, 16, 256, or auto for what the terminal can.",
        fallback: .auto)
    static let ascii = Setting<Bool>.flag("ascii", meaning: "ASCII characters only.")
    static let plain = Setting<Bool>.flag("plain", meaning: "Plain text, for screen readers and files.")

    static let compareMethods = Setting<String>.text(
        "compare.methods", placeholder: "list",
        meaning: "Several methods, with commas or spaces between them: snapkv@10%,adakv(scorer=knorm)@20%.",
        expected: "methods with spaces between", fallbackWords: "all that kvscope methods lists")
    static let compareSteps = Setting<Int>.whole(
        "compare.steps", in: 1...100_000, meaning: "Tokens to compare at most.", fallback: "32")
    static let compareProbe = Setting<ProbeSet>(
        "compare.probe", placeholder: "list",
        meaning: "What to measure: divergence, recall, fate, stability, with commas between, or all.",
        expected: "all, or some of " + ProbeSet.named.map(\.name).joined(separator: ","),
        fallback: "divergence,recall"
    ) { ProbeSet(names: $0) }

    static let log = Setting<String>.text(
        "log", placeholder: "file", meaning: "Write what happens to a file, line by line.",
        expected: "a file", fallbackWords: "none")
    static let verbose = Setting<Int>.whole(
        "verbose", in: 0...2,
        meaning: "How much is logged: 1 (-v) adds steps and details, 2 (-vv) everything.", fallback: "0")

    /// In the order of `kvscope config`.
    static let all: [SettingDescription] = [
        model.description, kv.description, threads.description, method.description, budget.description,
        maxTokens.description, temperature.description, topK.description, topP.description, seed.description,
        pictureLabels.description, pace.description, theme.description, color.description, ascii.description,
        plain.description, compareMethods.description, compareSteps.description, compareProbe.description,
        log.description, verbose.description,
    ]
}

extension ProbeSet {
    /// Names with commas between, or `all`; nil when one of them is none.
    fileprivate init?(names: String) {
        if names == "all" {
            self = .all
            return
        }
        var set = ProbeSet()
        for name in names.split(separator: ",") {
            guard let found = ProbeSet.named.first(where: { $0.name == name }) else { return nil }
            set.insert(found.probe)
        }
        guard !set.isEmpty else { return nil }
        self = set
    }
}
