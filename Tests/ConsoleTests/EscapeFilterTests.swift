import Basics
import Console
import TestSupport
import Testing

@Suite("Escape filter")
struct EscapeFilterTests {
    private static let pieces = [
        "a", "é", "日", "\n", "\t", "\u{1B}", "[", "]", "31", ";", "m", "\u{07}", "\\", "\u{9B}", "\u{9D}", "\u{9C}",
        "P", "(",
        "B", "\r", "\u{0}", "e\u{301}", "👩‍💻", " ", "\u{90}", "\u{7F}",
    ]

    @Test("marks of direction in the text of a stream are written out, wherever it is cut")
    func directions() {
        var filter = EscapeFilter()
        #expect(filter.add("a\u{202E}") + filter.add("b\u{1B}[") + filter.add("1mc") + filter.finish() == "a\\u202ebc")
        #expect(EscapeFilter.stripped("\u{1B}]\u{202E}") == "\\u202e")
    }

    @Test("however a text is cut, the same is shown as of the whole, and nothing that a terminal obeys")
    func pieces() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<5_000 {
            var filter = EscapeFilter()
            var (whole, shown) = ("", "")
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                var piece = ""
                for _ in 0...Int.random(in: 0...3, using: &generator) {
                    piece += Self.pieces.randomElement(using: &generator) ?? ""
                }
                whole += piece
                shown += filter.add(piece)
            }
            shown += filter.finish()
            #expect(Array(shown.utf8) == Array(EscapeFilter.stripped(whole).utf8))
            #expect(
                !shown.unicodeScalars.contains {
                    $0.value < 0x20 && $0 != "\n" && $0 != "\t" || (0x7F...0x9F).contains($0.value)
                })
        }
    }

    @Test("plain text is never held back, an unfinished sequence is")
    func held() {
        var filter = EscapeFilter()
        #expect(filter.add("abc") == "abc")
        #expect(filter.add("x\u{1B}[3") == "x")
        #expect(filter.add("1mred") == "red")
        #expect(filter.add("\u{1B}]0;a") == "")
        #expect(filter.finish() == "0;a")
    }

    @Test("a sequence without end holds back a few thousand characters, no more, and costs no more than its length")
    func endless() {
        var filter = EscapeFilter()
        let text = String(repeating: "\u{90}x", count: 200_000)
        let shown = filter.add(text) + filter.finish()
        #expect(shown == String(repeating: "x", count: 200_000))
    }
}
