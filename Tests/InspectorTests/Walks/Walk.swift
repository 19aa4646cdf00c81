import HybridKV
import TestSupport

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// A person who presses anything, a terminal that changes its size, and a run that goes on meanwhile.
///
/// The same seed does the same, so that a failure can be walked again.
struct Walk {
    private(set) var model: InspectorModel
    private(set) var source: MadeSource
    /// What the source can do.
    let traits: SourceTraits
    /// What happened, newest last.
    private(set) var log: [String] = []
    /// The commands that were sent by the last happening.
    private(set) var sent: [RunCommand] = []
    private var random: SplitMix64
    private var seconds = 0.0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        source = MadeSource(seed: seed &+ 1)
        // Every third walk is along a source that cannot do everything.
        var able = Set(RunCapability.allCases)
        if seed % 3 == 0 {
            for capability in RunCapability.allCases where Bool.random(using: &random) {
                able.remove(capability)
            }
            // Whoever gives a head another class plans again for it.
            if !able.contains(.replan) { able.remove(.force) }
        }
        traits = SourceTraits(title: "a made run", capabilities: able)
        let looks = Self.looks
        model = InspectorModel(
            capabilities: looks[Int(seed) % looks.count].0, width: 80, height: 24, source: traits,
            settings: source.settings,
            methods: MethodRegistry.methods, prompts: ModelFixture.prompts,
            theme: looks[Int(seed) % looks.count].1)
    }

    private static let looks: [(Capabilities, Theme)] = [
        (Capabilities(colours: .none, unicode: false), .dark),
        (Capabilities(colours: .palette, unicode: true), .dark),
        (Capabilities(colours: .sixteen, unicode: true), .light),
        (Capabilities(colours: .palette, unicode: true), .light),
    ]

    /// One thing happens.
    mutating func go() {
        sent = []
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: take(.key(key()))
        case 45..<75:
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                if let fact = source.next() { take(.fact(fact)) }
            }
        case 75..<83:
            seconds += 0.15
            take(.tick(seconds))
        case 83..<88: resize()
        case 88..<96: command()
        case 96: take(.paste(line()))
        case 97: take(.frameDrawn(0.002))
        case 98: take(.written(path: "/x/\u{1B}漢", failure: Bool.random(using: &random) ? "no" : nil))
        default: take(.continued)
        }
    }

    mutating func take(_ message: InspectorMessage) {
        log.append("\(message)".prefix(100).description)
        if log.count > 30 { log.removeFirst() }
        for case .send(let command) in Update.update(&model, message) {
            sent.append(command)
            source.send(command)
        }
    }

    // MARK: What a person does

    private mutating func key() -> Key {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: .control("abelnuz".randomElement(using: &random) ?? "a")
        case 1: .function(Int.random(in: 1...12, using: &random))
        case 2: [.home, .end, .pageUp, .pageDown, .delete, .backspace].randomElement(using: &random) ?? .home
        case 3...7: [.up, .down, .left, .right, .enter, .escape, .tab].randomElement(using: &random) ?? .up
        case 8: .character("xyZ~漢é\u{301}".randomElement(using: &random) ?? "x")
        default: KeyTable.all.randomElement(using: &random)?.keys.randomElement(using: &random) ?? .tab
        }
    }

    /// A command, most often one that exists.
    private mutating func command() {
        take(.key(.escape))
        take(.key(.character(":")))
        for character in line() { take(.key(.character(character))) }
        if Int.random(in: 0..<4, using: &random) == 0 { take(.key(.tab)) }
        if Int.random(in: 0..<8, using: &random) > 0 { take(.key(.enter)) }
    }

    private mutating func line() -> String {
        let name = CommandTable.all.randomElement(using: &random)?.name ?? ""
        let count = Int.random(in: 0...2, using: &random)
        return ([name] + (0..<count).map { _ in Self.words.randomElement(using: &random) ?? "" })
            .joined(separator: " ")
    }

    private static let words = [
        "12%", "0.3", "1000%", "7", "-1", "1 2 full", "0 0 static", "3 1 auto", "99 99 full", "hybridkv@20%",
        "snapkv",
        "quest@10%", "full", "random@5%", "theta=q:0.25", "theta=1e9", "r=-1", "r=2", "chunk=4", "budget=5%",
        "method=snapkv", "method=full", "map", "tokens", "compare", "heads", "pictures", "texts", "ab", "a",
        "c", "end",
        "back", "off", "2", "fate", "recall", "What?", "漢字", "\u{1B}[2J", "=", "@", "99999999999999999999",
    ]

    private mutating func resize() {
        let size =
            [
                (80, 24), (120, 36), (160, 48), (60, 18), (34, 8), (1, 1), (2, 40), (200, 3), (79, 23),
                (300, 90),
            ]
            .randomElement(using: &random) ?? (80, 24)
        let isOdd = Int.random(in: 0..<3, using: &random) == 0
        take(
            .resized(
                width: isOdd ? Int.random(in: 1...170, using: &random) : size.0,
                height: isOdd ? Int.random(in: 1...60, using: &random) : size.1))
    }
}
