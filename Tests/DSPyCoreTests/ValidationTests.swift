import Basics
import DSPyCore
import TestSupport
import TestTraits
import Testing

@Suite struct ValidationTests {
    /// What pydantic makes of a value; nil when it refuses.
    private func fitted(_ value: Value, _ annotation: String) throws -> String? {
        let type = try FieldType(annotation, namedTypes: TypeTests.named)
        return (try? type.fit(value))?.pythonRepr
    }

    @Test(
        "texts and numbers fit numbers as in pydantic's lax mode",
        arguments: [
            ("int", "42", "42"), ("int", " +42 ", "42"), ("int", "42.0", "42"), ("int", "1_000", "1000"),
            ("int", "007", "7"), ("int", "42.", nil),
            ("int", "42.5", nil), ("int", "1,234", nil), ("int", "1e3", nil), ("int", "-0", "0"), ("int", "1__0", nil),
            ("int", "", nil),
            ("int", "123456789012345678901234567890", "123456789012345678901234567890"), ("int", "３", nil),
            ("float", "1.5", "1.5"), ("float", ".5", "0.5"), ("float", "5.", "5.0"), ("float", "inf", "inf"),
            ("float", "-Infinity", "-inf"),
            ("float", "nan", "nan"), ("float", "1e400", "inf"), ("float", "1e+-6", nil), ("float", "1_000.5", "1000.5"),
            ("float", "0x1F", nil),
            ("bool", "Yes", "True"), ("bool", "off", "False"), ("bool", "2", nil), ("bool", "T", "True"),
            ("bool", "", nil),
            ("decimal.Decimal", "1.50", "Decimal('1.50')"), ("decimal.Decimal", "1E+5", "Decimal('1E+5')"),
            ("decimal.Decimal", "١٢", "Decimal('12')"),
            ("decimal.Decimal", "NaN", nil), ("complex", "1+2j", "(1+2j)"), ("complex", "(1 +2j)", nil),
            ("complex", "j", "1j"),
            ("uuid.UUID", "12345678123456781234567812345678", "UUID('12345678-1234-5678-1234-567812345678')"),
            ("uuid.UUID", "x", nil),
            ("pathlib.Path", "a//b/./c/", "PosixPath('a/b/c')"), ("bytes", "é", "b'\\xc3\\xa9'"), ("str", "x", "'x'"),
        ] as [(String, String, String?)])
    func texts(type: String, text: String, expected: String?) throws {
        #expect(try fitted(.string(text), type) == expected)
    }

    @Test(
        "dates, times and durations are read as ISO 8601, timestamps and pydantic's own forms",
        arguments: [
            ("datetime.date", "2024-01-02", "datetime.date(2024, 1, 2)"), ("datetime.date", "2024-02-30", nil),
            ("datetime.date", "2024-1-2", nil),
            ("datetime.date", "2024-01-02T00:00:00", "datetime.date(2024, 1, 2)"),
            ("datetime.date", "2024-01-02T01:00:00", nil),
            ("datetime.date", "1704067200", "datetime.date(2024, 1, 1)"),
            ("datetime.date", "0001-01-01", "datetime.date(1, 1, 1)"),
            ("datetime.datetime", "2024-01-02", "datetime.datetime(2024, 1, 2, 0, 0)"),
            ("datetime.datetime", "2024-01-02T03:04:05Z", "datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=TzInfo(0))"),
            (
                "datetime.datetime", "2024-01-02 03:04:05.1+0230",
                "datetime.datetime(2024, 1, 2, 3, 4, 5, 100000, tzinfo=TzInfo(9000))"
            ),
            ("datetime.datetime", "2024-01-02T24:00", nil), ("datetime.datetime", "2024-01-02T03:04:60", nil),
            ("datetime.datetime", "1704067200000", "datetime.datetime(2024, 1, 1, 0, 0, tzinfo=TzInfo(0))"),
            ("datetime.time", "12:30", "datetime.time(12, 30)"), ("datetime.time", "9:05", nil),
            ("datetime.time", "25:00", nil),
            ("datetime.timedelta", "P1DT2H3M4.5S", "datetime.timedelta(days=1, seconds=7384, microseconds=500000)"),
            ("datetime.timedelta", "p1d", nil),
            ("datetime.timedelta", "-PT1S", "datetime.timedelta(days=-1, seconds=86399)"),
            ("datetime.timedelta", "1 day, 01:02:03", "datetime.timedelta(days=1, seconds=3723)"),
            ("datetime.timedelta", "1d01:02:03", "datetime.timedelta(days=1, seconds=3723)"),
            ("datetime.timedelta", "401:02:03", "datetime.timedelta(days=16, seconds=61323)"),
            ("datetime.timedelta", "1:02", nil),
            ("datetime.timedelta", "PT1.H", "datetime.timedelta(seconds=3600)"),
            ("datetime.timedelta", "PT1.5H2M", nil),
            ("datetime.timedelta", "P", nil), ("datetime.timedelta", "P1T", nil),
        ] as [(String, String, String?)])
    func dates(type: String, text: String, expected: String?) throws {
        #expect(try fitted(.string(text), type) == expected)
    }

    @Test("values of other types are converted where pydantic converts them")
    func values() throws {
        let cases: [(String, Value, String?)] = [
            ("int", true, "1"), ("int", 42.0, "42"), ("int", 42.5, nil), ("int", .null, nil), ("int", [1], nil),
            ("int", .float(-9_223_372_036_854_775_808), nil), ("float", 3, "3.0"), ("bool", 1, "True"),
            ("bool", 2, nil), ("bool", 0.0, "False"),
            ("str", 5, nil), ("list[int]", ["1", 2.0], "[1, 2]"), ("list[str]", [1], nil),
            ("list", .tuple([1, "a"]), "[1, 'a']"),
            ("set[int]", [1, 1, "2"], "{1, 2}"), ("tuple[int, str]", [1, "a"], "(1, 'a')"),
            ("tuple[int, str]", [1], nil),
            ("tuple[int, ...]", [], "()"), ("dict[str, int]", .dict(["a": "3"]), "{'a': 3}"),
            ("dict[int, bool]", .dict(["1": "no"]), "{1: False}"),
            ("Literal[1, 2]", true, "1"), ("Literal[1, True]", 1.0, "True"), ("Literal['a']", "b", nil),
            ("datetime.timedelta", true, "datetime.timedelta(seconds=1)"),
            ("Color", "red", "<Color.RED: 'red'>"), ("Color", "RED", nil),
            ("Person", .dict(["name": "A", "z": 1]), "Person(name='A', age=0)"),
            ("Person", .dict(["age": 1]), nil), ("Person", "A", nil), ("None", "x", "'x'"), ("Any", [1], "[1]"),
        ]
        for (type, value, expected) in cases {
            #expect(try fitted(value, type) == expected, "\(type) of \(value.pythonRepr)")
        }
    }

    @Test("a union takes what changes the value least, and more fields of a record before that")
    func unions() throws {
        let cases: [(String, Value, String?)] = [
            ("int | str", "5", "'5'"), ("int | float", "5", "5"), ("float | int", 5, "5"), ("int | Any", "5", "'5'"),
            ("float | Any", 5, "5.0"),
            ("Any | Literal[False]", 0.0, "False"), ("int | None", .null, "None"), ("int | None", "x", nil),
            ("bool | int", 1, "1"),
            ("Person | dict", .dict(["name": "A"]), "Person(name='A', age=0)"),
            ("dict | Person", .dict(["name": "A"]), "{'name': 'A'}"),
            ("datetime.date | datetime.datetime", "2024-01-02", "datetime.date(2024, 1, 2)"),
        ]
        for (type, value, expected) in cases {
            #expect(try fitted(value, type) == expected, "\(type) of \(value.pythonRepr)")
        }
    }

    @Test("a record's bounds are held")
    func bounds() throws {
        func accepts(_ kind: Constraints.Kind, _ bound: Value, _ value: Value, _ type: FieldType) -> Bool {
            let field = RecordType.Field(name: "x", type: type, constraints: Constraints([.init(kind, bound)]))
            return (try? FieldType.record(RecordType(name: "R", fields: [field])).fit(.dict(["x": value]))) != nil
        }
        #expect(accepts(.ge, 1, 1, .integer) && !accepts(.gt, 1, 1, .integer))
        #expect(accepts(.le, 1, 1.0, .float) && !accepts(.lt, 1, 1.0, .float))
        #expect(accepts(.multipleOf, 0.1, 0.3, .float) && !accepts(.multipleOf, 2, 3, .integer))
        #expect(accepts(.maxLength, 2, "日本", .string) && !accepts(.maxLength, 2, "abc", .string))
        #expect(!accepts(.minLength, 1, [], .list(.any)))
    }

    @Test("random values and texts never break a type", .ownThread)
    func fuzz() throws {
        let annotations = [
            "int", "float", "bool", "str", "complex", "bytes", "datetime.date", "datetime.datetime", "datetime.time",
            "datetime.timedelta",
            "decimal.Decimal", "uuid.UUID", "pathlib.Path", "list[int]", "dict[str, float]", "set[str]",
            "tuple[int, ...]", "Literal[1, 'a']",
            "int | str | None", "Person", "Color", "dspy.Image", "dspy.Audio", "dspy.File", "dspy.History", "dspy.Code",
            "dspy.Reasoning", "dspy.ToolCalls",
        ]
        let types = try annotations.map { try FieldType($0, namedTypes: TypeTests.named) }
        let pieces = [
            "0", "1", "9", "-", "+", ".", ":", "T", "P", "D", "H", "e", "_", "2024-01-02", "Z", " ", "days", "j", "é",
            "١", "data:audio/", ",", "```", "\n",
        ]
        var random = SeededGenerator(seed: 2)
        for _ in 0..<3_000 {
            let text = random.text(of: pieces, upTo: 9)
            let number = Double.random(in: -1e19...1e19, using: &random)
            for type in types {
                for value: Value in [
                    .string(text), .float(number), .bigInt(String(repeating: "9", count: 30)),
                    .dict(["name": .string(text)]),
                ] {
                    _ = try? type.fit(value)
                }
            }
        }
    }
}
