import TestSupport
import DSPyCore
import OrderedJSON
import Testing

/// The expressions of a program's tests.
@Suite struct Expressions {
    private let scope = Scope([
        "tags": .list([.string("a"), .string("b")]), "n": .int(3), "x": .float(0.5), "text": .string("héllo"),
        "person": .dict(["name": .string("Ada"), "age": .int(36)]), "none": .null, "nan": .float(.nan),
        "level": .enumCase(EnumCase(type: "Level", name: "LOW", value: .string("low"))),
    ])

    @Test(
        "an expression has the value that Python gives it",
        arguments: [
            ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 / 2", "3.5"), ("-n + 1", "-2"), ("- -n", "3"),
            ("2 - 3 - 4", "-5"),
            ("'a' + 'b'", "'ab'"), ("[1] + [2, 3,]", "[1, 2, 3]"), ("9223372036854775807 + 1", "9.223372036854776e+18"),
            ("len(tags) == 2", "True"), ("len(text)", "5"), ("len('')", "0"), ("'a' in tags", "True"),
            ("'c' not in tags", "True"),
            ("'ell' in text", "False"), ("'éll' in text", "True"), ("'name' in person", "True"),
            ("person.age > 30", "True"),
            ("tags.1", "ERROR"), ("1 < n <= 3", "True"), ("1 < n < 3", "False"), ("1 < 2 < 3 < 4", "True"),
            ("3 > 2 == 2", "True"),
            ("3 > 1 == 1", "True"), ("1 == 1 == True", "True"), ("not n == 3", "False"), ("not not n", "True"),
            ("n == 3 and x < 1 or False", "True"), ("0 or 'b'", "'b'"), ("'' and x", "''"), ("none == None", "True"),
            ("true == True", "True"),
            ("level == 'low'", "True"), ("level in ['low', 'high']", "True"), ("nan == nan", "False"),
            ("nan < 1", "False"), ("nan >= 1", "False"),
            ("1 == 1.0", "True"), ("'b' > 'a'", "True"), ("[1, 'a'] == [1, 'a']", "True"), ("x * 2 == 1", "True"),
        ])
    func values(text: String, expected: String) {
        let value = try? Expression(text).evaluate { scope.value(at: $0) }
        #expect(value?.pythonRepr ?? "ERROR" == expected)
    }

    @Test(
        "what is no expression is refused at its place",
        arguments: [
            ("", "expected a value, found the end", 0..<0), ("1 +", "expected a value, found the end", 3..<3),
            ("a b", "expected an operator, found `b`", 2..<3), ("(1", "expected `)`, found the end", 2..<2),
            ("[1 2]", "expected `,` or `]`, found 2", 3..<4),
            ("max(a)", "the only function is len(); found `max(`", 0..<3),
            ("a == if", "expected a value, found `if`", 5..<7),
            ("a.", "expected a name after `.`, found the end", 2..<2),
            ("a is None", "expected an operator, found `is`", 2..<4),
            ("f'x'", "expected a value, found an f-string", 0..<4),
        ])
    func syntax(text: String, message: String, range: Range<Int>) {
        let error = #expect(throws: ExpressionError.self) { try Expression(text) }
        #expect(error?.message == message)
        #expect(error?.range == range)
    }

    @Test(
        "what has no value says why at its place",
        arguments: [
            ("1 / 0", "division by zero", 2..<3), ("n < 'a'", "`<` cannot compare int with str", 2..<3),
            ("missing.x == 1", "there is no value `missing.x`", 0..<9),
            ("len(n)", "len() takes a text, a list or a dict", 0..<3),
            ("1 in n", "`in` takes a text, a list or a dict on its right", 2..<4),
            ("-text", "`-` takes a number", 0..<1),
            ("'a' * 'b'", "`*` takes numbers, found str and str", 4..<5),
        ])
    func evaluation(text: String, message: String, range: Range<Int>) throws {
        let expression = try Expression(text)
        let error = #expect(throws: ExpressionError.self) { try expression.evaluate { scope.value(at: $0) } }
        #expect(error?.message == message)
        #expect(error?.range == range)
    }

    @Test("and, or stop at the first value that decides, as in Python")
    func shortCircuit() throws {
        #expect(try Expression("n == 3 or missing").holds { scope.value(at: $0) })
        #expect(try !Expression("n == 4 and missing").holds { scope.value(at: $0) })
    }

    @Test("its paths are told with their places")
    func paths() throws {
        let paths = try Expression("len(a.b) > 1 and not (c in [d, 'e'])").paths
        #expect(paths.map { $0.parts.joined(separator: ".") } == ["a.b", "c", "d"])
        #expect(paths.map(\.range) == [4..<7, 22..<23, 28..<29])
    }

    @Test(
        "an expression of any depth or length is refused before it can exhaust a small stack",
        arguments: ["(", "-", "not ", "1 + ", "[", "len(", "1 < ", "a and ", "a in [", "-("])
    func depth(piece: String) async {
        let message = await onSmallStack { () -> String in
            do throws(ExpressionError) {
                _ = try Expression(String(repeating: piece, count: 5_000) + "1")
                return ""
            } catch { return error.message }
        }
        #expect(message == "more than 100 operators and brackets")
    }

    @Test(
        "the deepest expressions that are taken fit a small stack",
        arguments: [
            ("(", "1", ")"), ("-", "1", ""), ("not ", "1", ""), ("1 + ", "1", ""), ("[", "", "]"), ("1 < ", "2", ""),
        ])
    func deepest(start: String, middle: String, end: String) async {
        let isRead = await onSmallStack { () -> Bool in
            let text = String(repeating: start, count: 100) + middle + String(repeating: end, count: 100)
            guard let expression = try? Expression(text) else { return false }
            return (try? expression.evaluate { _ in nil }) != nil && expression.paths.isEmpty
        }
        #expect(isRead)
    }
}
