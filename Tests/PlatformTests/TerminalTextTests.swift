import Testing

@testable import Platform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Text for terminals")
struct TerminalTextTests {
    @Test(
        "what a terminal would obey is written out, and nothing else",
        arguments: [
            ("plain é 日本 😀\t\n", "plain é 日本 😀\t\n"), ("a\u{1B}[31mb", "a\\u001b[31mb"),
            ("\u{1B}]0;t\u{07}", "\\u001b]0;t\\u0007"), ("\u{9B}31m\u{7F}", "\\u009b31m\\u007f"),
            ("a\u{202E}b\u{2066}c\u{2069}", "a\\u202eb\\u2066c\\u2069"),
            ("\u{200E}\u{200F}\u{061C}", "\\u200e\\u200f\\u061c"),
            ("line\r\nnext\rover", "line\nnext\\u000dover"), ("\u{0}", "\\u0000"),
            ("שלום עולם", "שלום עולם"), ("مرحبا 👩‍💻", "مرحبا 👩‍💻"),
        ])
    func escaped(text: String, shown: String) {
        #expect(Terminal.escaped(text) == shown)
        #expect(Terminal.escaped(Array(text.utf8)) == Array(shown.utf8))
        #expect(Terminal.escaped(shown) == shown)
    }

    @Test("a text that must stay one line stays one")
    func oneLine() {
        #expect(Terminal.escaped("a\nb\tc\r\n", keepsLines: false) == "a\\nb\\tc\\u000d\\n")
    }

    @Test("every scalar that is obeyed goes, every other one stays")
    func all() {
        for value in UInt32(0)...0x2100 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = Terminal.escaped(String(Character(scalar)) + "x", keepsLines: true)
            #expect(shown.unicodeScalars.contains(scalar) != scalar.isObeyed, "\(value)")
            #expect(!shown.unicodeScalars.contains { $0.isObeyed })
        }
    }

    @Test("a stream for people escapes texts, but not what is drawn")
    func output() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let output = Output(descriptor: ends[1], escapes: true)
        try output.writeLine("a\u{1B}b")
        try output.write(drawn: "\u{1B}[1mc")
        close(ends[1])
        let bytes = try FileReading.bytes(from: ends[0], named: "pipe")
        close(ends[0])
        #expect(String(decoding: bytes, as: UTF8.self) == "a\\u001bb\n\u{1B}[1mc")
    }
}
