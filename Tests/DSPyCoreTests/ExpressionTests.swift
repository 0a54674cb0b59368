import Basics
import DSPyCore
import TestSupport
import TestTraits
import Testing

@Suite struct ExpressionTests {
    private static let scope = Scope([
        "n": 3, "x": 0.5, "text": "naïve", "tags": ["a", "b"], "empty": [], "none": .null, "ok": true,
        "level": .enumCase(EnumCase(type: "Level", name: "HIGH", value: "high")),
        "person": .dict(["name": "Ann", "ages": [3, 4]]),
    ])

    @Test(
        "an expression has Python's value",
        arguments: [
            ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 / 2", "3.5"), ("1 - 2 - 3", "-4"), ("-n", "-3"),
            ("'a' + \"b\"", "'ab'"), ("[1] + [2]", "[1, 2]"),
            ("n == 3.0", "True"), ("n != 3", "False"), ("n >= 3 and x < 1", "True"), ("not ok or n", "3"),
            ("none or 'dflt'", "'dflt'"), ("empty and n", "[]"),
            ("'a' in tags", "True"), ("'z' not in tags", "True"), ("'ï' in text", "True"),
            ("len(tags) + len(text)", "7"), ("level == 'high'", "True"),
            ("person.name", "'Ann'"), ("'name' in person", "True"), ("True == 1", "True"), ("None == none", "True"),
            ("'b' > 'a'", "True"),
            ("9223372036854775807 + 1", "9.223372036854776e+18"), ("not not n", "True"), ("[n, x]", "[3, 0.5]"),
        ])
    func values(text: String, repr: String) throws {
        #expect(try Expression(text).evaluate(Self.scope.value).pythonRepr == repr)
    }

    @Test("a value is true as in Python")
    func truth() throws {
        for text in ["1", "'x'", "tags", "ok", "0.1", "person", "level"] {
            #expect(try Expression(text).holds(Self.scope.value), "\(text)")
        }
        for text in ["0", "''", "empty", "none", "0.0", "not ok", "[]"] {
            #expect(try !Expression(text).holds(Self.scope.value), "\(text)")
        }
    }

    @Test(
        "what cannot be read points at its place",
        arguments: [("1 +", 3..<3), ("f(1)", 0..<1), ("a b", 2..<3), ("1 = 2", 2..<3), ("'x", 0..<2), ("(1", 2..<2)])
    func unreadable(text: String, range: Range<Int>) {
        let error = #expect(throws: ExpressionError.self) { try Expression(text) }
        #expect(error?.range == range, "\(error?.message ?? "")")
    }

    @Test(
        "what cannot be computed says why",
        arguments: ["nothing", "1 / 0", "'a' < 1", "len(1)", "-'a'", "1 in 2", "'a' * [1]", "person.street"])
    func uncomputable(text: String) throws {
        let expression = try Expression(text)
        #expect(throws: ExpressionError.self) { try expression.evaluate(Self.scope.value) }
    }

    @Test("the names that an expression needs are told with their places")
    func names() throws {
        let paths = try Expression("a.b == 'x' and len(c) > d").paths
        #expect(paths.map(\.parts) == [["a", "b"], ["c"], ["d"]])
        #expect(paths.first?.range.lowerBound == 0)
    }

    @Test("random expressions never break the reader or the evaluator", .ownThread)
    func fuzz() {
        let pieces = [
            "n", "x", "tags", "1", "0.5", "'a'", "(", ")", "[", "]", " + ", " - ", "*", "/", " and ", " or ", " not ",
            " in ", "==", "<", "len(", ",", ".", "none", "\\", "'", "#", "=", "é", "9223372036854775807",
        ]
        var random = SeededGenerator(seed: 6)
        for _ in 0..<20_000 {
            guard let expression = try? Expression(random.text(of: pieces, upTo: 12)) else { continue }
            _ = try? expression.evaluate(Self.scope.value)
        }
        for text in [
            String(repeating: "(", count: 50_000), String(repeating: "not ", count: 50_000) + "1",
            String(repeating: "-", count: 50_000) + "1", "1" + String(repeating: " + 1", count: 50_000),
        ] {
            #expect(throws: ExpressionError.self) { try Expression(text) }
        }
    }
}
