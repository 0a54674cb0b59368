import Testing

import Platform

@testable import Console

@Suite struct TerminalTests {
    @Test(
        "colour is for terminals that nobody asked to keep plain",
        arguments: [
            (true, "xterm", nil, false, true), (false, "xterm", nil, false, false), (true, "dumb", nil, false, false),
            (true, "xterm", "1", false, false), (true, "xterm", "", false, true), (true, "xterm", nil, true, false),
            (true, nil, nil, false, true),
        ] as [(Bool, String?, String?, Bool, Bool)])
    func colour(isTTY: Bool, term: String?, variable: String?, flag: Bool, expected: Bool) {
        #expect(Terminal.usesColour(isTTY: isTTY, term: term, noColourVariable: variable, noColour: flag) == expected)
    }

    @Test("a descriptor that is no terminal has no colour and some width")
    func noTerminal() {
        let terminal = Terminal(descriptor: -1)
        #expect(!terminal.isTTY)
        #expect(!terminal.usesColour)
        #expect(terminal.columns > 0)
    }

    @Test("style wraps text only when it is on")
    func style() {
        #expect(TextStyle(isOn: true).red("x") == "\u{1B}[31mx\u{1B}[0m")
        #expect(TextStyle(isOn: true).bold("").isEmpty)
        for styled in [
            TextStyle(isOn: false).bold("x"), TextStyle(isOn: false).dim("x"), Terminal(isTTY: true).style.cyan("x"),
        ] {
            #expect(styled == "x")
        }
    }

    @Test(
        "of a whole text nothing is left that steers a terminal",
        arguments: [
            ("plain é\t日\n", "plain é\t日\n"), ("a\u{1B}[31mred\u{1B}[0m", "ared"), ("\u{1B}[2J\u{1B}[1;1Hx", "x"),
            ("\u{1B}]0;title\u{07}x", "x"), ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
            ("\u{1B}]52;c;unclosed", "52;c;unclosed"),
            ("\u{1B}P1$r\u{1B}\\x", "x"), ("\u{1B}cx", "x"), ("\u{1B}(Bx", "x"), ("a\u{08}\u{07}\u{00}\rb\r\n", "ab\n"),
            ("\u{7F}\u{85}\u{9B}31mx", "x"),
            ("\u{9D}0;t\u{9C}x", "x"), ("x\u{1B}", "x"), ("x\u{1B}[", "x"), ("\u{1B}[31\u{1B}[0mx", "31x"),
            ("\u{1B}\u{1B}[31mx", "x"), ("\u{1B}é", "é"),
        ])
    func sanitised(text: String, plain: String) {
        #expect(EscapeFilter.stripped(text) == plain)
    }
}
