import Basics
import Console
import TestSupport
import Testing

@Suite("Panes")
struct PaneTests {
    private let plain = TextStyle(isOn: false)

    @Test(
        "characters take the columns that a terminal gives them",
        arguments: [
            ("a", 1), ("é", 1), ("e\u{301}", 1), ("日", 2), ("ｱ", 1), ("Ａ", 2), ("한", 2), ("。", 2), ("😀", 2), ("👩‍💻", 2),
            ("🇯🇵", 2), ("❤\u{FE0F}", 2), ("✓", 1), ("─", 1), ("│", 1), ("…", 1), ("\u{200B}", 0), ("𠀀", 2), ("ไ", 1),
            ("أ", 1),
        ])
    func width(character: String, columns: Int) {
        #expect(DisplayWidth.of(character) == columns)
    }

    @Test("a pane's label is one line, and what a terminal would obey in it is written out")
    func label() { #expect(Pane(label: "a\u{1B}[31m\nb").label == #"a\u001b[31m\nb"#) }

    @Test("lines break at spaces, else between characters, and never grow wider than asked")
    func wrapping() {
        #expect(WrappedText("the quick brown fox", width: 10).lines == ["the quick", "brown fox"])
        #expect(WrappedText("abcdefghij", width: 4).lines == ["abcd", "efgh", "ij"])
        #expect(WrappedText("売上が落ちた", width: 5).lines == ["売上", "が落", "ちた"])
        #expect(WrappedText("a\n\nb", width: 5).lines == ["a", "", "b"])
        #expect(WrappedText("aaaa bbbb", width: 4).lines == ["aaaa", "bbbb"])
        #expect(WrappedText("ab 日本語の日本", width: 8).lines == ["ab 日本", "語の日本"])
        #expect(WrappedText("日本。「日本」", width: 4).lines == ["日", "本。", "「日", "本」"])
    }

    @Test("text that comes in pieces wraps as the whole does, even where a character is cut")
    func pieces() {
        var generator = SeededGenerator(seed: 3)
        let words = ["word", "日本語", " ", "\n", "e", "\u{301}", "👩", "\u{200D}", "💻", "longer-word", "  "]
        for _ in 0..<2_000 {
            let width = Int.random(in: 2...12, using: &generator)
            var grown = WrappedText(width: width)
            var whole = ""
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                let word = words.randomElement(using: &generator) ?? ""
                // A mark on a space would make a break of it that is gone by then.
                if word == "\u{301}" || word == "\u{200D}",
                    whole.unicodeScalars.last.map({ $0 == " " || $0 == "\n" }) ?? true
                {
                    continue
                }
                whole += word
                grown.append(word)
            }
            let lines = WrappedText(whole, width: width).lines
            #expect(grown.lines == lines)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
        }
    }

    @Test(
        "four panes stand two by two from 72 columns and side by side from 144",
        arguments: [
            (40, 1), (71, 1), (72, 2), (80, 2), (143, 2), (144, 4), (200, 4),
        ])
    func columns(width: Int, columns: Int) {
        #expect(PaneBoard.columns(width: width, panes: 4) == columns)
        #expect(PaneBoard.columns(width: width, panes: 1) == 1)
    }

    @Test("a frame fits its terminal, whatever the size and the texts")
    func fits() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<500 {
            var board = PaneBoard(labels: (0..<Int.random(in: 1...6, using: &generator)).map { "branch \($0) 視点" })
            for place in board.panes.indices {
                for _ in 0..<Int.random(in: 0...60, using: &generator) {
                    board.panes[place].append(
                        ["word ", "日本語", "\n", "\u{1B}[31m", "😀"].randomElement(using: &generator) ?? "")
                }
            }
            let (width, height) = (
                Int.random(in: 8...220, using: &generator), Int.random(in: 8...60, using: &generator)
            )
            let lines = board.lines(width: width, height: height, style: plain)
            #expect(lines.count <= height - 1)
            #expect(lines.allSatisfy { DisplayWidth.of($0) < width })
        }
    }

    @Test("a pane shows the end of its text under its header")
    func tail() {
        var pane = Pane(label: "depth")
        pane.state = .streaming
        pane.tokens = 12
        pane.rate = 3.6
        for number in 1...9 { pane.append("line \(number)\n") }
        #expect(
            pane.lines(width: 40, height: 3, style: plain).map { $0.trimmingSpaces } == [
                "depth · streaming · 12 tok · 4 tok/s", "line 9", "",
            ])
        pane.clear()
        #expect(pane.lines(width: 10, height: 2, style: plain) == ["depth     ", "          "])
    }

    @Test("a frame goes over the last one, over its broken lines too after the terminal became narrower")
    func frames() {
        var screen = PaneScreen()
        #expect(screen.end(with: "text\n", columns: 80) == "text\n")
        #expect(screen.frame(["abcd", "ef"], columns: 80).contains("abcd\u{1B}[K\r\nef\u{1B}[K\r\n"))
        #expect(screen.frame(["x"], columns: 80).contains("\u{1B}[2A"))
        _ = screen.frame(["abcdefghij", "x"], columns: 80)
        #expect(screen.frame(["y"], columns: 4).contains("\u{1B}[4A"))
        // Two wide characters fill a row of five columns.
        _ = screen.frame(["日本語日本"], columns: 80)
        #expect(screen.frame(["z"], columns: 5).contains("\u{1B}[3A"))
        #expect(
            screen.end(with: "ab\nabcd\n", columns: 4)
                == "\u{1B}[?2026h\r\u{1B}[1Aab\u{1B}[K\r\nabcd\r\n\u{1B}[J\u{1B}[?2026l")
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
