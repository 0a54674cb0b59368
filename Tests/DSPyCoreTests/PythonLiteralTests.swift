import Basics
@testable import DSPyCore
import TestSupport
import TestTraits
import Testing

@Suite struct PythonLiteralTests {
    @Test(
        "literals are read as ast.literal_eval reads them",
        arguments: [
            ("1", "1"), ("-1", "-1"), ("+1.5", "1.5"), ("0x1F", "31"), ("1_000", "1000"), ("1j", "1j"),
            ("1-2j", "(1-2j)"), ("-1+2j", "(-1+2j)"),
            ("'a' \"b\"", "'ab'"), ("b'x'", "b'x'"), ("r'\\n'", "'\\\\n'"), ("'\\x41\\u00e9'", "'Aé'"),
            ("None", "None"), ("True", "True"),
            ("[1, 'a',]", "[1, 'a']"), ("1, 2", "(1, 2)"), ("()", "()"), ("(1,)", "(1,)"), ("(1)", "1"),
            ("{1, 1}", "{1}"), ("{}", "{}"), ("set()", "set()"),
            ("{'a': [1], 2: (3,)}", "{'a': [1], 2: (3,)}"), ("  42", "42"), ("42 # answer", "42"),
            ("[1, # one\n 2]", "[1, 2]"), ("\n1\n", "1"), ("-(5)", "-5"),
        ])
    func literals(text: String, repr: String) {
        #expect(PythonLiteral.evaluate(text)?.pythonRepr == repr)
    }

    @Test(
        "what is no literal is none",
        arguments: [
            "", "10:00:00", "50%", "++5", "--5", "-(-5)", "-True", "-'a'", "1 + 2", "1\n2", "\n 1", "1,\n2", "a",
            "[1, a]", "{[1]: 2}", "{1: 2, 3}", "f'x'", "1_.5", "01",
            "list()", "[1", "'a", "1 if True else 2", "*[1]", "\0", "1 2", "...",
        ])
    func noLiterals(text: String) {
        #expect(PythonLiteral.evaluate(text) == nil)
    }

    @Test("random texts never break the reader", .ownThread)
    func fuzz() {
        let pieces = [
            "1", "-", "+", "j", "'", "\"", "[", "]", "(", ")", "{", "}", ",", ":", "a", "None", "set", "\\", "\n", "#",
            "b'", " ", "0x", "_", ".", "e", "'''", "\\u12",
        ]
        var random = SeededGenerator(seed: 3)
        for _ in 0..<30_000 { _ = PythonLiteral.evaluate(random.text(of: pieces, upTo: 12)) }
        #expect(PythonLiteral.evaluate(String(repeating: "[", count: 100_000)) == nil)
        #expect(PythonLiteral.evaluate(String(repeating: "-", count: 100_000) + "1") == nil)
    }
}
