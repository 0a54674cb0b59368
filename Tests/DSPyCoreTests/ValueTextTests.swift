@testable import DSPyCore
import OrderedJSON
import Testing

@Suite struct ValueTextTests {
    static let moment = CivilDate(year: 2024, month: 1, day: 2).flatMap { date in
        CivilTime(hour: 3, minute: 4, second: 5, microsecond: 100, offset: 0).map {
            CivilDateTime(date: date, time: $0)
        }
    }

    @Test("a value's str, repr and JSON are Python's")
    func texts() throws {
        let date = try #require(CivilDate(year: 2024, month: 1, day: 2))
        let moment = try #require(Self.moment)
        let person = Value.record(Record(type: "Person", fields: ["name": "A", "tags": ["x"]]))
        let cases: [(Value, String, String, String)] = [
            (.null, "None", "None", "null"), (true, "True", "True", "true"), (1, "1", "1", "1"),
            (1.0, "1.0", "1.0", "1.0"),
            (.float(1e-7), "1e-07", "1e-07", "1e-07"), (.float(1e22), "1e+22", "1e+22", "1e+22"),
            (
                .bigInt("-12345678901234567890"), "-12345678901234567890", "-12345678901234567890",
                "-12345678901234567890"
            ),
            ("it's", "it's", "\"it's\"", "\"it's\""),
            ("a\n\u{2028}", "a\n\u{2028}", "'a\\n\\u2028'", "\"a\\n\u{2028}\""),
            (.bytes([0x61, 0xFF]), "b'a\\xff'", "b'a\\xff'", "\"b'a\\\\xff'\""),
            (.bytes([0x61]), "b'a'", "b'a'", "\"a\""),
            (.complex(real: 1, imaginary: -2), "(1-2j)", "(1-2j)", "\"1-2j\""),
            (.complex(real: -0.0, imaginary: 1e22), "(-0+1e+22j)", "(-0+1e+22j)", "\"10000000000000000000000j\""),
            (.complex(real: 1e-7, imaginary: 0.5), "(1e-07+0.5j)", "(1e-07+0.5j)", "\"0.0000001+0.5j\""),
            (["a", 1, .null], "['a', 1, None]", "['a', 1, None]", "[\"a\", 1, null]"),
            (.tuple([1]), "(1,)", "(1,)", "[1]"), (.tuple([]), "()", "()", "[]"),
            (.set([]), "set()", "set()", "[]"), (.set([1]), "{1}", "{1}", "[1]"),
            (.frozenSet(["a"]), "frozenset({'a'})", "frozenset({'a'})", "[\"a\"]"),
            (.date(date), "2024-01-02", "datetime.date(2024, 1, 2)", "\"2024-01-02\""),
            (
                .dateTime(moment), "2024-01-02 03:04:05.000100+00:00",
                "datetime.datetime(2024, 1, 2, 3, 4, 5, 100, tzinfo=TzInfo(0))", "\"2024-01-02T03:04:05.000100Z\""
            ),
            (
                .duration(CivilDuration(microseconds: 86_400_000_000 + 5)), "1 day, 0:00:00.000005",
                "datetime.timedelta(days=1, microseconds=5)", "\"P1DT0.000005S\""
            ),
            (
                .duration(CivilDuration(microseconds: -1)), "-1 day, 23:59:59.999999",
                "datetime.timedelta(days=-1, seconds=86399, microseconds=999999)", "\"-PT0.000001S\""
            ),
            (.decimal("1.50"), "1.50", "Decimal('1.50')", "\"1.50\""), (.path("/x"), "/x", "PosixPath('/x')", "\"/x\""),
            (
                .enumCase(EnumCase(type: "Color", name: "RED", value: "red")), "Color.RED", "<Color.RED: 'red'>",
                "\"red\""
            ),
            (person, "name='A' tags=['x']", "Person(name='A', tags=['x'])", "{\"name\": \"A\", \"tags\": [\"x\"]}"),
            (.float(.nan), "nan", "nan", "NaN"), ([.float(.infinity)], "[inf]", "[inf]", "[null]"),
            (
                .prediction(Prediction(["a": "x"])), "Prediction(\n    a='x'\n)", "Prediction(\n    a='x'\n)",
                #""Prediction(\n    a='x'\n)""#
            ),
        ]
        for (value, string, repr, json) in cases where !string.isEmpty {
            #expect(value.pythonString == string)
            #expect(value.pythonRepr == repr)
            #expect(value.json.text(.python) == json)
        }
    }

    @Test("Python's == does not tell 1, 1.0 and True apart; ours does")
    func equality() {
        #expect(Value.int(1).equalsInPython(true) && Value.int(1).equalsInPython(1.0) && Value.int(1) != Value.float(1))
        #expect(!Value.string("1").equalsInPython(1))
        #expect(Value.string("é") != Value.string("e\u{301}"))
        #expect(Value.dict(["a": 1, "b": 2]) == Value.dict(["b": 2, "a": 1]))
    }

    @Test("a dict keeps the order and the first key of equal ones")
    func dict() {
        var dict: ValueDict = ["b": 1, "a": 2]
        dict["b"] = 3
        dict[Value.int(1)] = "one"
        dict[Value.bool(true)] = "yes"
        #expect(Value.dict(dict).pythonRepr == "{'b': 3, 'a': 2, 1: 'yes'}")
        dict["b"] = nil
        #expect(dict.names == ["a"])
    }

    @Test("a value in a prompt is JSON, Python's str, or «quoted» blocks for a list in a str field")
    func prompts() throws {
        let cases: [(Value, FieldType, String)] = [
            ([], .string, "N/A"), (["x"], .string, "«x»"), (["a", "b"], .string, "[1] «a»\n[2] «b»"),
            (["a\nb"], .string, "«««\n    a\n    b\n»»»"), (["«"], .string, "«««\n    «\n»»»"),
            (["x", "é"], .list(.string), "[\"x\", \"é\"]"),
            (.dict(["a": 1.0]), .string, "{\"a\": 1.0}"), (true, .string, "True"), (.null, .string, "None"),
            (1.0, .integer, "1.0"), ("x", .integer, "x"),
        ]
        for (value, type, text) in cases { #expect(try FieldFormat.value(value, of: type) == text) }
        #expect(throws: AdapterFormatError.self) { try FieldFormat.value([1], of: .string) }
    }
}
