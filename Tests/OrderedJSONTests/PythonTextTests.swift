import OrderedJSON
import Testing

@Suite struct PythonTextTests {
    @Test(
        "floats print as Python prints them",
        arguments: [
            (1, "1.0"), (-1.5, "-1.5"), (1e-7, "1e-07"), (1e22, "1e+22"), (1e16, "1e+16"), (1e15, "1000000000000000.0"),
            (9_999_999_999_999_998, "9999999999999998.0"), (0.0001, "0.0001"), (0.00001, "1e-05"), (0, "0.0"),
            (-0.0, "-0.0"), (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"), (0.1, "0.1"), (100, "100.0"),
            (123.456, "123.456"), (.leastNonzeroMagnitude, "5e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
            (123_456_789_012_345_680, "1.2345678901234568e+17"), (0.1 + 0.2, "0.30000000000000004"),
            (1.5e-10, "1.5e-10"), (2.5e100, "2.5e+100"), (10, "10.0"), (0.00012, "0.00012"),
        ] as [(Double, String)])
    func floats(value: Double, text: String) {
        #expect(PythonText.repr(value) == text)
    }

    @Test("random floats print as Python prints them", arguments: GoldenFile.lines("float_repr.jsonl"))
    func randomFloats(_ example: JSON) throws {
        let digits = try #require(example["bits"]?.string)
        let bits = try #require(UInt64(digits, radix: 16))
        #expect(PythonText.repr(Double(bitPattern: bits)) == example["repr"]?.string)
    }

    @Test(
        "strings print as Python prints them",
        arguments: [
            ("", "''"), ("a", "'a'"), ("it's", "\"it's\""), ("a\"b", "'a\"b'"), ("'\"", "'\\'\"'"), ("\\", "'\\\\'"),
            ("\n\r\t", "'\\n\\r\\t'"), ("\u{0}\u{7F}", "'\\x00\\x7f'"), ("é日😀", "'é日😀'"),
            ("\u{AD}\u{A0}", "'\\xad\\xa0'"),
            ("\u{200B}\u{2028}", "'\\u200b\\u2028'"), ("\u{E0001}", "'\\U000e0001'"), ("e\u{301}", "'e\u{301}'"),
        ])
    func strings(text: String, repr: String) {
        #expect(PythonText.repr(text).hasSameBytes(as: repr))
    }

    @Test("random strings print as Python prints them", arguments: GoldenFile.lines("str_repr.jsonl"))
    func randomStrings(_ example: JSON) throws {
        let text = try #require(example["text"]?.string)
        let repr = try #require(example["repr"]?.string)
        #expect(PythonText.repr(text).hasSameBytes(as: repr), "\(PythonText.repr(text))")
    }
}
