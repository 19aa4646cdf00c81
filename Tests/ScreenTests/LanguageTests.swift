import ScreenScript
import Testing

/// The language of the screens: what is read, written, masked and compared.
@Suite struct LanguageTests {
    private let file = """
        # What one should see.
        run inspect --prompt "two words" --image ""
        terminal 120x36 linux NO_COLOR=1
        vary ms "took ~"

        wait step 12
        wait text "a \\"b\\""
        wait no text "DRAFT"
        keys 2 Down*3 Ctrl-L "typed text" # "
        :budget 12%
        resize 60x18
        screen
          1|a  b
          2|
        colours
          1|x..
          x = fg 32 bg #00ff00 bold reverse
        cursor line 3 column 4
        wait end 1
        output
          1|bye

        """

    @Test func whatIsReadIsWrittenAgain() throws {
        let script = try Script(file)
        #expect(script.text == file)
        #expect(script.lines.map(\.number).prefix(7) == [1, 2, 3, 4, 5, 6, 7])
        guard case .run(let words) = script.statements[1] else {
            Issue.record("\(script.statements[1])")
            return
        }
        #expect(words == ["inspect", "--prompt", "two words", "--image", ""])
        #expect(script.statements.contains(.wait(.noText("DRAFT"))))
        #expect(script.statements.contains(.screen(["a  b", ""])))
    }

    @Test(arguments: [
        ("walk left", "line 1: 'walk' is no statement"),
        ("\nwait forever", "line 2: expected wait loading, live"),
        ("wait step", "line 1: expected wait"), ("keys Dwon", "line 1: no key 'Dwon'"),
        ("keys \"a", "line 1: a quote has no end"), ("resize 80", "line 1: expected a size"),
        ("screen\n  1|a\n  3|b", "line 3: found line 3, expected line 2"),
        ("screen\n  a", "line 2: expected a line number"),
        ("colours\n  1|q", "line 1: letter 'q' is not in the legend"),
        ("colours\n  1|q\n  q = loud", "line 3: expected a style"), (": ", "line 1: no command"),
        ("cursor 3", "line 1: expected cursor line"),
    ])
    func errorsNameTheLineAndWhatIsExpected(text: String, reason: String) {
        let error = #expect(throws: ScriptError.self) { try Script(text) }
        #expect(error?.description.hasPrefix(reason) == true, "\(String(describing: error))")
    }

    @Test func keysAreWhatATerminalSends() {
        let cases = [
            ("a", "a"), ("#", "#"), ("*", "*"), ("\"", "\""), ("Enter", "\r"), ("Down", "\u{1B}OB"),
            ("Left*2", "\u{1B}OD\u{1B}OD"), ("x*3", "xxx"), ("Ctrl-C", "\u{3}"), ("\"a b\\n\"", "a b\n"),
        ]
        for (name, bytes) in cases { #expect(KeyName.bytes(name) == bytes, "\(name)") }
        for name in ["", "Dwon", "Down*0", "Ctrl-", "Ctrl-12", "Down*x"] {
            #expect(KeyName.bytes(name) == nil, "\(name)")
        }
    }

    @Test(arguments: [
        ("= DONE     step 11  0.45 ms/token", "= DONE     step 11  ~~~~ ms/token"),
        (" ms/token 10.2 (p50 0.45 p95 12) mean proj 0.2", " ms/token ~~~~ (p50 ~~~~ p95 ~~) mean proj ~~~"),
        (" retrieval     0.55 |██▌··|", " retrieval     ~~~~ |~~~~~|"),
        (" sampling      0.01 |......|", " sampling      ~~~~ |~~~~~~|"),
        ("   ms p50          1.42      1.40   measured", "   ms p50          ~~~~      ~~~~   measured"),
        ("0.79 ms p50     114.0 KiB + 0 B", "~~~~ ms p50     114.0 KiB + 0 B"),
        (" in prefill .0093, rank 51 of", " in prefill .0093, rank 51 of"),
        ("last steps  ▁▂█", "last steps  ~~~"), ("took 7 of 9", "took ~ of 9"),
    ])
    func onlyNumbersThatVaryAreMasked(line: String, masked: String) {
        #expect(Mask.masked(line, by: ["ms", "took ~"]) == masked)
        #expect(Comparison.texts(expected: [masked], found: [line]) == nil, "a line fits its own mask")
    }

    @Test func aMaskLetsNumbersAndTheBlanksBesideThemVaryAndNothingElse() {
        let expected = [" proj   ~~~~ |~~~| 12 rows"]
        for found in [
            " proj   0.25 |█··| 12 rows", " proj  10.25 |███| 12 rows", " proj     7 |#..| 12 rows",
        ] {
            #expect(Comparison.texts(expected: expected, found: [found]) == nil, "\(found)")
        }
        for found in [
            " proj   0.25 |█··| 13 rows", " proj    n/a |█··| 12 rows", " proj   0.25 |█··| 12 row",
            " proj   0.25 |█··|  12 rows", "proj   0.25 |█··| 12 rows", " proj   0.25 |█··| 12 rows 1",
        ] {
            #expect(Comparison.texts(expected: expected, found: [found]) != nil, "\(found)")
        }
    }

    @Test func aMismatchShowsBothSidesAndItsLine() throws {
        let found = ["same", "found", "same", "more"]
        let report = try #require(
            Comparison.texts(expected: ["same", "expected", "same"], found: found))
        #expect(report.contains("line 2\nexpected   | found\n"))
        #expect(report.contains("line 4\n(no line)  | more\n"))
        #expect(!report.contains("line 1") && !report.contains("line 3"))
    }

    private func glyphs(_ text: String, _ style: String = "plain") throws -> [ScreenImage.Glyph] {
        let style = try #require(CellStyle(style))
        return text.unicodeScalars.map { ScreenImage.Glyph($0, style: style) }
    }

    @Test func coloursAreComparedCellByCell() throws {
        let line =
            try glyphs("ab ", "fg 32 bold") + [ScreenImage.Glyph("漢", width: 2)] + glyphs("c", "reverse")
        let image = ScreenImage(lines: [line, try glyphs("plain")])
        let block = image.colours
        #expect(
            block.rows.map(\.letters) == ["aa...b"],
            "a blank shows no colour of its own; a wide glyph has two cells")
        #expect(Comparison.colours(expected: block, texts: image.texts, found: image) == nil)
        var other = image
        other.lines[0][1] = ScreenImage.Glyph("b", style: try #require(CellStyle("fg 33 bold")))
        let report = try #require(Comparison.colours(expected: block, texts: image.texts, found: other))
        #expect(report.contains("column 2: fg 32 bold  | column 2: fg 33 bold"))
        other = image
        other.lines[1] = try glyphs("plain", "underline")
        #expect(Comparison.colours(expected: block, texts: image.texts, found: other) != nil)
    }

    @Test func coloursBehindANumberMoveWithIt() throws {
        let expected = ScreenImage(lines: [try glyphs(" 1.25 ") + glyphs("ms", "bold")])
        let found = ScreenImage(lines: [try glyphs(" 10.25 ") + glyphs("ms", "bold")])
        let texts = [" ~~~~ ms"]
        #expect(Comparison.colours(expected: expected.colours, texts: texts, found: found) == nil)
        let wrong = ScreenImage(lines: [try glyphs(" 10.25 ") + glyphs("m", "bold") + glyphs("s")])
        #expect(Comparison.colours(expected: expected.colours, texts: texts, found: wrong) != nil)
    }
}
