import Basics
import OrderedJSON
import TestSupport
import Testing

@Suite struct JSONWritingTests {
    @Test("writes what Python's json.dumps writes", arguments: GoldenFile.lines("json_dumps.jsonl"))
    func likePython(_ example: JSON) throws {
        let value = try JSON(parsing: #require(example["source"]?.string), options: .python)
        #expect(value.text() == example["compact"]?.string)
        #expect(value.text(.python) == example["python"]?.string)
        #expect(value.text(.pythonASCII) == example["ascii"]?.string)
        #expect(value.text(.pythonIndented(2)) == example["indented"]?.string)
    }

    @Test("empty containers stay on one line, an indent of zero only breaks lines")
    func indents() {
        let value: JSON = ["a": [], "b": [:], "c": [1]]
        #expect(value.text(.pythonIndented(0)) == "{\n\"a\": [],\n\"b\": {},\n\"c\": [\n1\n]\n}")
        #expect(value.text(.pythonIndented(4)).contains("\n    \"c\": [\n        1\n    ]\n}"))
    }

    @Test("appends to bytes that are there already")
    func appends() {
        var bytes = Array("data: ".utf8)
        JSON.array([1, "é"]).write(into: &bytes)
        JSON.write(string: "\u{7F}\u{1}", into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "data: [1,\"é\"]\"\u{7F}\\u0001\"")
    }

    @Test("random values come back as they were", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = JSON.random(using: &generator)
        for style in [JSONStyle.compact, .python, .pythonASCII, .pythonIndented(3)] {
            #expect(try JSON(parsing: value.text(style), options: .python) == value)
            #expect(try PositionedJSON(parsing: value.text(style), options: .python).json == value)
        }
    }
}

extension JSON {
    /// A random value of at most a few levels.
    static func random(using generator: inout SeededGenerator, depth: Int = 0) -> JSON {
        switch Int.random(in: 0..<(depth < 4 ? 8 : 6), using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .int(Int(truncatingIfNeeded: generator.next()) >> Int.random(in: 0..<64, using: &generator))
        case 3: .double(Double(bitPattern: generator.next()))
        case 4: .bigInt("-1" + String(repeating: "0", count: Int.random(in: 19..<60, using: &generator)))
        case 5: .string(randomText(using: &generator))
        case 6:
            .array(
                (0..<Int.random(in: 0..<6, using: &generator)).map { _ in random(using: &generator, depth: depth + 1) })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0..<24, using: &generator)).map { _ in
                        (randomText(using: &generator), random(using: &generator, depth: depth + 2))
                    }))
        }
    }

    private static func randomText(using generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        let limit: UInt32 = [0x80, 0x800, 0x11_0000].randomElement(using: &generator) ?? 0x80
        for _ in 0..<Int.random(in: 0..<20, using: &generator) {
            text.append(Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) ?? "\u{FFFD}")
        }
        return String(text)
    }
}
