import Testing

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Text that a model or a file made, as it is shown.
@Suite struct TextTests {
    @Test(arguments: [
        ("plain é漢", "plain é漢"), ("a\nb\tc", "a\\nb\\tc"), ("\u{1B}[31m", "<0x1B>[31m"),
        ("\u{0}\u{7F}", "<0x00><0x7F>"), ("\u{9B}2J", "<0x9B>2J"), ("a\u{202E}b", "a<0x202E>b"),
        ("\u{2066}x\u{2069}", "<0x2066>x<0x2069>"), ("\u{200B}", "<0x200B>"), ("\u{FEFF}", "<0xFEFF>"),
        ("e\u{301}", "e\u{301}"), ("\u{301}x", "<0x301>x"), ("\u{1B}\u{301}", "<0x1B><0x301>"),
        ("\u{E000}", "<0xE000>"), ("\u{2028}", "<0x2028>"), ("", ""), ("\r", "<0x0D>"),
        ("👩\u{200D}💻", "👩<0x200D>💻"),
    ])
    func onlyTextIsShown(text: String, shown: String) {
        #expect(TokenText.visible(text, asciiOnly: false) == shown)
    }

    @Test func invalidBytesAreShownOneByOne() {
        let cases: [([UInt8], String)] = [
            ([0xFF], "<0xFF>"), ([0x61, 0xC3], "a<0xC3>"), ([0xC3, 0xA9], "é"),
            ([0xC0, 0x80], "<0xC0><0x80>"),
            ([0xED, 0xA0, 0x80], "<0xED><0xA0><0x80>"), ([0xF0, 0x9F, 0x92], "<0xF0><0x9F><0x92>"),
            ([0xF8, 0x88], "<0xF8><0x88>"), ([0x80, 0x61], "<0x80>a"), ([0xE2, 0x82, 0x61], "<0xE2><0x82>a"),
        ]
        for (bytes, shown) in cases { #expect(TokenText.visible(bytes, asciiOnly: false) == shown) }
    }

    @Test func asciiNamesEverythingElse() {
        #expect(TokenText.visible("é漢", asciiOnly: true) == "<0xE9><0x6F22>")
        for value in UInt8.min...UInt8.max {
            #expect(TokenText.visible([value], asciiOnly: true).utf8.allSatisfy { 0x20...0x7E ~= $0 })
        }
    }

    @Test(arguments: [
        ("abc", 3), ("漢字", 4), ("é", 1), ("e\u{301}", 1), ("🙂", 2), ("ｱ", 1), ("Ａ", 2), ("▀", 1),
        ("…", 1), ("", 0), ("👍\u{1F3FD}", 2), ("한", 2),
    ])
    func widthsAreThoseOfTerminals(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func linesAreNeverWiderThanTheirRoom() {
        let texts = [
            "the quick brown fox jumps", "averyveryverylongwordwithoutanyspace and more", "漢字漢字漢字 漢字",
            "a", "", "budget 22 rows = 7.8 %, 11 chunks", "   spaces   inside   ",
        ]
        for text in texts {
            for width in 0...40 {
                for indent in 0...2 {
                    let lines = TextWrap.lines(text, width, indent: indent)
                    for line in lines {
                        #expect(DisplayWidth.of(line) <= max(width, 0), "\(text) in \(width)")
                    }
                    guard width > indent + 2 else { continue }
                    let found = lines.joined().filter { $0 != " " }
                    #expect(found == text.filter { $0 != " " }, "nothing is lost")
                }
            }
        }
    }

    @Test func aPerCentSignStaysWithItsNumber() {
        for width in 8...30 {
            for line in TextWrap.lines("budget 22 rows = 7.8 %, 11 chunks", width) {
                #expect(!line.hasPrefix("%"))
            }
        }
    }

    @Test func partsAreShownWholeOrNotAtAll() {
        #expect(TextWrap.join(["ab", "cd", "ef"], gap: "  ", 10) == "ab  cd  ef")
        #expect(TextWrap.join(["ab", "cd", "ef"], gap: "  ", 9) == "ab cd ef")
        #expect(TextWrap.join(["ab", "cd", "ef"], gap: "  ", 6) == "ab cd")
        #expect(TextWrap.join(["ab", "cd"], gap: " ", 1) == "")
        #expect(TextWrap.join(["漢", "字"], gap: " ", 5) == "漢 字")
    }

    @Test func whatIsCutOffIsMarked() {
        let unicode = Look(ModelFixture.utf8, .dark)
        let ascii = Look(ModelFixture.ascii, .dark)
        #expect(TextWrap.clip("abcdef", 4, unicode) == "abc…")
        #expect(TextWrap.clip("abcdef", 4, ascii) == "ab..")
        #expect(TextWrap.clip("abcd", 4, ascii) == "abcd")
        #expect(TextWrap.clip("漢字漢", 4, unicode) == "漢…")
        #expect(TextWrap.clip("abc", 0, unicode) == "")
        #expect(TextWrap.tail("abcdef", 4, unicode) == "…def")
        #expect(TextWrap.tail("abcdef", 1, ascii) == "")
    }

    @Test func numbersAreReadable() {
        #expect(
            NumberText.share(0.934) == ".93" && NumberText.share(1) == "1.0" && NumberText.share(0) == ".00")
        #expect(NumberText.share(0.999) == "1.0" && NumberText.share(1.25) == "1.25")
        #expect(NumberText.percent(0.125) == "12.5 %" && NumberText.percent(0.1) == "10 %")
        #expect(NumberText.bytes(512) == "512 B" && NumberText.bytes(1024) == "1.0 KiB")
        #expect(NumberText.bytes(1023 * 1024 + 600) == "1.0 MiB" && NumberText.bytes(1 << 40) == "1.0 TiB")
        #expect(NumberText.fixed(-0.001, 2) == "0.00" && NumberText.fixed(-1.5, 0) == "-2")
        #expect(NumberText.fixed(.nan, 1) == "?" && NumberText.fixed(.infinity, 1) == "?")
        #expect(NumberText.milliseconds(0.384) == "0.38" && NumberText.milliseconds(123.4) == "123")
        #expect(NumberText.count(1, "row") == "1 row" && NumberText.count(0, "row") == "0 rows")
    }

    @Test func aNumberBesideItsLimitIsToldFromIt() {
        #expect(
            NumberText.share(0.8961, besides: 0.9) == ".896"
                && NumberText.share(0.9, besides: 0.8961) == ".900")
        #expect(NumberText.share(0.77, besides: 0.9) == ".77" && NumberText.share(0.9, besides: 0.9) == ".90")
        #expect(NumberText.share(0.89996, besides: 0.9) == ".9000")
    }

    @Test func probabilitiesNeedNoMathsLibrary() {
        for (x, value) in [(0.0, 1.0), (-1, 0.36787944117), (-10, 4.5399929762e-5), (2, 7.389056098930)] {
            #expect(abs(Exponential.of(x) - value) < value * 1e-9)
        }
        #expect(Exponential.of(-.infinity) == 0 && Exponential.of(.nan).isNaN)
    }

    @Test func settingsAreWrittenInWords() {
        #expect(SettingsText.pace(0) == "full speed" && SettingsText.pace(0.5) == "0.5 tokens/s")
        #expect(SettingsText.pace(8) == "8 tokens/s")
    }
}
