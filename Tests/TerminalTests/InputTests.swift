import CTerminal
import Testing

@testable import InspectorRuntime
@testable import InspectorView
@testable import InspectorWords

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keys, pastes, pace and wakes.
@Suite struct InputTests {
    private func describe(_ inputs: [KeyDecoder.Input]) -> [String] {
        var decoder = KeyDecoder()
        let messages = inputs.flatMap { decoder.take($0) } + decoder.finish()
        return messages.map { message in
            switch message {
            case .key(let key): "\(key)"
            case .paste(let text): "paste \(text)"
            default: "?"
            }
        }
    }

    private func scalars(_ text: String) -> [KeyDecoder.Input] {
        text.unicodeScalars.map { .scalar($0.value) }
    }

    @Test func charactersBecomeKeys() {
        let cases: [(String, [String])] = [
            ("a\u{1}\t\r\n", ["character(\"a\")", "control(\"a\")", "tab", "enter", "enter"]),
            ("\u{7F}\u{8}", ["backspace", "backspace"]),
            ("\u{1B}", ["escape"]), ("\u{1B}\u{1B}", ["escape", "escape"]),
            ("\u{1B}q", ["escape", "character(\"q\")"]),
            ("é漢", ["character(\"é\")", "character(\"漢\")"]),
            ("\u{9B}\u{1C}", []),
        ]
        for (text, keys) in cases { #expect(describe(scalars(text)) == keys) }
    }

    @Test func unknownSequencesPressNothing() {
        for text in ["\u{1B}[1;5D", "\u{1B}[?62;22c", "\u{1B}Oj"] {
            #expect(describe(scalars(text + "x")) == ["character(\"x\")"])
        }
        #expect(describe(scalars("\u{1B}[")).isEmpty)
    }

    @Test func aSequenceMayArriveInPieces() {
        var decoder = KeyDecoder()
        for input in scalars("\u{1B}[1;") { #expect(decoder.take(input).isEmpty) }
        #expect(decoder.finish().isEmpty)
        for input in scalars("5D") { #expect(decoder.take(input).isEmpty) }
        #expect(decoder.take(.scalar(0x78)).count == 1)
        for input in scalars("\u{1B}[") { _ = decoder.take(input) }
        decoder.abandonSequence()
        #expect(decoder.take(.scalar(0x78)).count == 1)
    }

    @Test func aPasteIsOneMessageWhateverIsInIt() {
        let inputs = [.pasteBegin] + scalars("q\r\u{1B}[A") + [.key(.up), .pasteEnd] + scalars("x")
        #expect(describe(inputs) == ["paste q\n\u{1B}[A", "character(\"x\")"])
    }

    @Test func aPasteWithoutAnEndIsGivenUp() {
        var decoder = KeyDecoder()
        for input in [.pasteBegin] + scalars("abc") { _ = decoder.take(input) }
        #expect(decoder.finish().isEmpty)
        #expect(decoder.giveUpPaste().count == 1)
        #expect(decoder.giveUpPaste().isEmpty)
    }

    @Test func framesComeAtTheirPace() {
        var pacer = FramePacer()
        #expect(pacer.nextFrame(now: 100) <= 100, "the first frame is due at once")
        pacer.drew(at: 100, seconds: 0.001)
        #expect(pacer.nextFrame(now: 100) == 100 + FramePacer.usual)
        pacer.pressed(at: 100.01)
        #expect(pacer.nextFrame(now: 100.02) == 100 + FramePacer.usual, "one key is not a held key")
        pacer.pressed(at: 100.04)
        #expect(pacer.nextFrame(now: 100.05) == 100 + FramePacer.hurried)
        #expect(pacer.nextFrame(now: 101) == 100 + FramePacer.usual)
    }

    @Test func slowOutputMeansFewerFrames() {
        var pacer = FramePacer()
        pacer.drew(at: 100, seconds: 0.04)
        #expect(abs(pacer.nextFrame(now: 100) - 100.2) < 1e-9, "five frames a second")
        pacer.drew(at: 101, seconds: 30)
        #expect(pacer.nextFrame(now: 101) == 101 + FramePacer.slowest)
        for _ in 0..<40 { pacer.drew(at: 102, seconds: 0) }
        #expect(abs(pacer.nextFrame(now: 102) - (102 + FramePacer.usual)) < 1e-9)
    }

    @Test func wakesAreSeenOnceAndNeverLost() throws {
        let pipe = try WakePipe()
        let ready = UInt32(KVT_READY_WAKE)
        #expect(kvt_wait(pipe.readEnd, 0) & ready == 0)
        for _ in 0..<100_000 { pipe.wake() }
        #expect(kvt_wait(pipe.readEnd, 0) & ready != 0)
        pipe.drain()
        #expect(kvt_wait(pipe.readEnd, 0) & ready == 0)
        pipe.wake()
        #expect(kvt_wait(pipe.readEnd, -1) & ready != 0)
    }

    @Test func nothingThatSteersATerminalIsShown() {
        _ = setlocale(LC_CTYPE, "C.UTF-8")
        for value in (0..<UInt32(0x20)).map({ $0 }) + (0x7F..<UInt32(0xA0)).map({ $0 }) {
            #expect(kvt_safe_scalar(value, 1, true) == 0xFFFD)
            #expect(kvt_safe_scalar(value, 1, false) == 0x3F)
        }
        let unsafe: [UInt32] = [0x202E, 0x2066, 0x200B, 0xFEFF, 0x2028, 0x301, 0xD800, 0x110000]
        for value in unsafe { #expect(kvt_safe_scalar(value, 1, true) == 0xFFFD) }
        #expect(kvt_safe_scalar(0x2580, 1, true) == 0x2580)
        #expect(kvt_safe_scalar(0x2580, 1, false) == 0x3F)
        #expect(kvt_safe_scalar(0x6F22, 2, true) == 0x6F22)
        #expect(kvt_safe_scalar(0x6F22, 1, true) == 0xFFFD, "laid out as narrow, shown as wide")
    }
}
