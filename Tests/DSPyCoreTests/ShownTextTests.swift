import DSPyCore
import Testing

@Suite struct ShownTexts {
    @Test(
        "a word of somebody else cannot change what is read around it, and different words look different",
        arguments: [
            ("rg", "rg"), ("/usr/bin/rg", "/usr/bin/rg"), ("{pattern}", "{pattern}"), ("größe", "größe"), ("日本", "日本"),
            ("", "\"\""), ("a b", "\"a b\""), ("a\"b", "\"a\\\"b\""), ("a\\b", "\"a\\\\b\""), ("a'b", "\"a'b\""),
            ("`a`", "\"`a`\""),
            ("a\nb", "\"a\\u{a}b\""), ("a\r\nb", "\"a\\u{d}\\u{a}b\""), ("\u{1B}[2Jx", "\"\\u{1b}[2Jx\""),
            ("a\u{9B}b", "\"a\\u{9b}b\""),
            ("a\u{202E}b", "\"a\\u{202e}b\""), ("a\u{2066}b", "\"a\\u{2066}b\""), ("a\u{200B}b", "\"a\\u{200b}b\""),
            ("a\u{FEFF}b", "\"a\\u{feff}b\""), ("a\u{2028}b", "\"a\\u{2028}b\""), ("a\u{A0}b", "\"a\\u{a0}b\""),
            ("אב", "\"\\u{5d0}\\u{5d1}\""), ("a\u{E0041}b", "\"a\\u{e0041}b\""), ("a\u{3164}b", "\"a\\u{3164}b\""),
            ("\\u{a}", "\"\\\\u{a}\""), ("a\u{0}b", "\"a\\u{0}b\""), ("a\u{7F}b", "\"a\\u{7f}b\""),
        ])
    func word(text: String, shown: String) { #expect(ShownText.word(text) == shown) }

    @Test("a command is shown with all its words and the places of arguments as they are written")
    func command() {
        let words = ["sh", "-c", "rm -rf ~; echo {x}", "{x}", "{{x}}", "${env:A}"].map {
            TextTemplate($0, readsEnvironment: true)
        }
        #expect(ShownText.command(words) == #"sh -c "rm -rf ~; echo {x}" {x} {{x}} ${env:A}"#)
    }
}
