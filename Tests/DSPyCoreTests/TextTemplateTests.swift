import Basics
import DSPyCore
import TestSupport
import Testing

@Suite("A text with places")
struct TextTemplateTests {
    private func shown(_ template: TextTemplate) -> String {
        template.parts.map { part in
            switch part {
            case .text(let text): text
            case .argument(let name): "<\(name)>"
            case .environment(let name): "<$\(name)>"
            }
        }.joined(separator: "|")
    }

    @Test(
        "its pieces",
        arguments: [
            ("a {b} c", false, "a |<b>| c"), ("{b}{c}", false, "<b>|<c>"), ("{b", false, "{b"), ("{1}", false, "{1}"),
            ("{{b}}", false, "{b}"), ("{{{b}}}", false, "{{b}}"), ("{\"x\": {b}}", false, "{\"x\": |<b>|}"),
            ("{{b}", false, "{|<b>"), ("{b}}", false, "<b>|}"), ("a{{b}}c{{d}}", false, "a{b}c{d}"),
            ("${env:X}", true, "<$X>"), ("${env:X}", false, "${env:X}"), ("$${env:X}y", true, "$|<$X>|y"),
            ("", true, ""), ("{}", false, "{}"), ("{", false, "{"), ("{{", false, "{{"), ("${env:", true, "${env:"),
            ("{売上}", false, "<売上>"), ("{ b }", false, "{ b }"), ("${env:}", true, "${env:}"), ("{€}", false, "{€}"),
        ])
    func pieces(text: String, readsEnvironment: Bool, expected: String) {
        #expect(shown(TextTemplate(text, readsEnvironment: readsEnvironment)) == expected)
    }

    @Test("whatever it is, its pieces cover it from end to end", arguments: 0..<20)
    func random(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let letters = ["{", "}", "{{", "}}", "$", "env:", "a", "_1", "売", "€", " ", "\r\n", "e\u{301}", "🇩🇪"]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
                letters.randomElement(using: &generator) ?? ""
            }.joined()
            let scalars = Array(text.unicodeScalars)
            let pieces = TextTemplateReader(text, readsEnvironment: true).pieces
            #expect(pieces.flatMap(\.range) == Array(0..<scalars.count))
            for (part, range) in pieces {
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars[range])
                switch part {
                case .text(let words): #expect(String(view) == words || String(view) == "{\(words)}")
                case .argument(let name): #expect(String(view) == "{\(name)}")
                case .environment(let name): #expect(String(view) == "${env:\(name)}")
                }
            }
        }
    }

    @Test("filled, a text stands as it is and anything else as JSON")
    func filled() {
        let template = TextTemplate("{a}, {b}, {c}: {{a}}")
        #expect(template.filled(["a": "{b}", "b": .list([1, .null])]) == "{b}, [1,null], null: {a}")
        #expect(template.filled(["a": "x"]) { "<\($0)>" } == "<x>, <null>, <null>: {a}")
        #expect(template.argumentNames == ["a", "b", "c"])
        #expect(template.beginsWithArgument)
    }

    @Test("braces that come together from the environment and around it are text")
    func resolved() {
        let template = TextTemplate("{${env:X}{a}${env:Y}", readsEnvironment: true)
        #expect(shown(template) == "{|<$X>|<a>|<$Y>")
        #expect(shown(template.resolved { ["X": "a}", "Y": "}"][$0] ?? "" }) == "{a}|<a>|}")
        #expect(TextTemplate("${env:X}", readsEnvironment: true).onlyVariable == "X")
        #expect(TextTemplate("{a}").onlyArgument == "a")
        #expect(TextTemplate("{a} ").onlyArgument == nil)
    }
}
