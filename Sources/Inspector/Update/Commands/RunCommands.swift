import InspectorWords
import KVFacts

/// Commands about the run: what is asked, and how fast it is answered.
enum RunCommands {
    static let all: [Command] = [
        Command("prompt", "TEXT", "ask TEXT about the current pictures", example: "What is it?") {
            arguments throws(CommandError) in
            // The question keeps the spaces that were typed inside it.
            guard !arguments.text.isEmpty else {
                throw CommandError("nothing behind :prompt", expected: "a question")
            }
            return .prompt(arguments.text)
        },
        Command(
            "restart", "decode again from the start", asks: .restart,
            keys: [DefaultKey("r", hint: "again", help: "decode again from the start", place: 36)]),
        Command(
            "step", "N", "N steps, then pause", example: "5",
            keys: [DefaultKey(".", hint: "step", help: "one step, then pause", place: 2)]
        ) { arguments throws(CommandError) in
            guard let count = Int(arguments.rest.isEmpty ? "1" : arguments.rest), 1...1_000_000 ~= count
            else {
                throw CommandError(
                    "\(arguments.found) is no number of steps", expected: "1 or more, as in :step 5")
            }
            return .step(count)
        },
        Command("pace", "N", "about N tokens per second; 0 for full speed", example: "4") {
            arguments throws(CommandError) in
            guard let pace = Double(arguments.rest), pace.isFinite, pace >= 0 else {
                throw CommandError(
                    "\(arguments.found) is no pace", expected: "tokens per second, 0 for full speed")
            }
            return .pace(pace)
        },
        Command(
            "toggle-pause", "pause between two steps, or go on", asks: .pauseOrResume, listing: .keys,
            keys: [DefaultKey(" ", hint: "pause", help: "pause between two steps, or go on", place: 1)]),
        Command("pause", "stop between two steps", asks: .pause(true), listing: .plainText),
        Command("resume", "go on", asks: .pause(false), listing: .plainText),
        Command(
            "next", "the next prompt of the sample", asks: .nextPrompt(1), listing: .plainText,
            keys: [
                DefaultKey(
                    "n", hint: "next prompt", help: "next prompt of the sample", on: .notCompare, place: 34)
            ]),
        Command(
            "previous", "the previous prompt of the sample", asks: .nextPrompt(-1), listing: .plainText,
            keys: [DefaultKey("N", help: "previous prompt of the sample", on: .notCompare, place: 35)]),
        Command(
            "slower", "fewer tokens per second", asks: .nextPace(-1), listing: .keys,
            keys: [DefaultKey("<", help: "slower: fewer tokens per second", place: 57)]),
        Command(
            "faster", "more tokens per second", asks: .nextPace(1), listing: .keys,
            keys: [DefaultKey(">", help: "faster, up to full speed", place: 58)]),
    ]
}
