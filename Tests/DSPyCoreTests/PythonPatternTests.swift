import OrderedJSON
import Testing

@testable import DSPyCore

@Suite("Regular expressions of Python")
struct PythonPatternTests {
    @Test(
        "a search finds what `re.search` finds",
        arguments: [
            ("a", "xax", true), ("^a", "xa", false), ("^a$", "a\n", true), ("^a\\Z", "a\n", false), ("a$", "ab", false),
            ("", "", true), ("^$", "", true), (".", "\n", false), ("(?s).", "\n", true), ("(?m)^b$", "a\nb\nc", true),
            ("^\\d{3}-\\d{4}$", "555-1234", true), ("^\\d{3}-\\d{4}$", "555-123", false), ("^\\d+$", "٣٤", true),
            ("^\\w+$", "né_9", true), ("^\\w+$", "a b", false), ("^\\S+@\\S+$", "a@b.c", true), ("\\s", "\u{A0}", true),
            ("\\bcat\\b", "a cat.", true), ("\\bcat\\b", "concat", false), ("\\Bcat", "concat", true),
            ("^[a-z][a-z0-9-]*$", "a-9", true), ("^[^a-z]+$", "ABC", true), ("^[]a]+$", "]a", true),
            ("^[a\\]]+$", "]a", true),
            ("^[\\w.-]+$", "a.b-c", true), ("^[^\\d]$", "5", false), ("[+--]", ",", true), ("^[a-]$", "-", true),
            ("^(a|b|cd)+$", "abcdb", true), ("^(?:ab){2,3}$", "abab", true), ("^(?:ab){2,3}$", "ab", false),
            ("^a{,2}$", "aa", true), ("^a{,2}$", "aaa", false), ("^a{2,}$", "aaa", true), ("a{x}", "a{x}", true),
            ("x{}", "x{}", true),
            ("^a{0}b$", "b", true), ("^(?=.*\\d)(?=.*[a-z]).{4,}$", "abc1", true), ("^(?=.*\\d).+$", "abc", false),
            ("^(?!admin$).+$", "admin", false), ("^(?!admin$).+$", "admins", true), ("(?<=a)b", "ab", true),
            ("(?<!a)b", "ab", false), ("(?<!a)b", "b", true), ("^(a+)\\1$", "aaaa", true), ("^(a+)\\1$", "aaa", false),
            ("^(?P<x>.)(?P=x)$", "aa", true), ("^(?<x>.)\\k<x>$", "ab", false), ("^(a?)*$", "aaa", true),
            ("^(a*)*b\\1$", "ab", true),
            ("(?i)^HÉ$", "hé", true), ("(?i:a)b", "Ab", true), ("(?i:a)b", "AB", false), ("(?i)(.)\\1", "aA", true),
            ("^a++a", "aaa", false), ("^(?>a+)b", "aab", true), ("^a+?$", "aaa", true),
            ("^\\x41\\u0042\\103$", "ABC", true),
            ("^\\p{Lu}\\p{L}+$", "Ábc", true), ("^\\P{L}$", "a", false), ("\\/\\-\\.", "/-.", true),
            ("a(?#note)b", "ab", true),
            ("^.$", "👩", true), ("^.$", "👩‍💻", false), ("^e.$", "e\u{301}", true), ("a||b", "", true),
            ("^(?:|a)$", "a", true),
            ("[\\b]", "\u{8}", true), ("^(\\(\\d+\\))?$", "(12)", true),
        ])
    func search(pattern: String, text: String, isFound: Bool) throws {
        #expect(try #require(PythonPattern(pattern)).search(text) == (isFound ? .found : .notFound))
    }

    @Test(
        "what is no expression is none",
        arguments: [
            "(", ")", "a)", "[", "[]", "[b-a]", "*", "a**", "a{2}{3}", "a{3,2}", "(?<=a+)b", "\\", "\\q", "\\1",
            "(?P<x>a)(?P<x>b)",
            "(?P=x)", "(?x)a", "\\p{Greek!}", "\\xZZ", "[a-\\d]", "^*", "(?", "(?P<1", "\\u12",
            String(repeating: "(", count: 100_000),
        ])
    func none(pattern: String) { #expect(PythonPattern(pattern) == nil) }

    @Test(
        "expressions that take other readers for ever are answered",
        arguments: [
            ("(a+)+$", "!", PythonPattern.Verdict.notFound), ("^(a|a)*$", "!", .notFound),
            ("^(a|aa)+$", "!", .notFound),
            ("(.*a){20}$", "!", .notFound), ("^(([a-z])+.)+[A-Z]([a-z])+$", "", .notFound), ("(x+x+)+y", "", .notFound),
            ("^(?:a?){40}a{40}$", "", .found), ("(a*)*(b*)*c", "", .notFound), ("(?=(a+)+$)b", "!", .notFound),
        ])
    func evil(pattern: String, end: String, verdict: PythonPattern.Verdict) throws {
        let text = String(repeating: "a", count: 40) + end
        #expect(try #require(PythonPattern(pattern)).search(text) == verdict)
    }

    @Test("what cannot be decided in bounded time is given up")
    func undecided() throws {
        let text = String(repeating: "a", count: 60) + "!"
        #expect(try #require(PythonPattern("^(a|aa|aaa)*(b?)\\2$")).search(text) == .undecided)
        #expect(try #require(PythonPattern("((a{1000}){1000}){1000}")).search(text) == .undecided)
        #expect(try #require(PythonPattern("(((a{0}){1000}){1000}){1000}")).search(text) == .undecided)
    }

    @Test("long texts are no trouble")
    func long() throws {
        let text = String(repeating: "ab ", count: 30_000)
        #expect(try #require(PythonPattern("^(\\w+\\s)+$")).search(text) == .found)
        #expect(try #require(PythonPattern("^(\\w+\\s?)+c$")).search(text) == .notFound)
    }

    @Test("a schema's pattern that cannot be decided is a fault that says so, a wrong one is the fault of jsonschema")
    func schema() throws {
        let text = Value.string(String(repeating: "a", count: 60) + "!")
        let fault = SchemaFault.first(in: text, against: ["pattern": "^(a|aa|aaa)*(b?)\\2$"])
        #expect(
            try #require(fault).message.hasSuffix("cannot be held against '^(a|aa|aaa)*(b?)\\\\2$': it takes too long"))
        let wrong = SchemaFault.first(in: .string("5"), against: ["pattern": "^(a+)+$"])
        #expect(wrong?.message == "'5' does not match '^(a+)+$'")
        #expect(SchemaFault.first(in: .string("aa"), against: ["pattern": "^(a+)+$"]) == nil)
        #expect(SchemaFault.first(in: .string("aa"), against: ["pattern": "(?<nope"]) == nil)
    }
}
