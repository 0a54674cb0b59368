import TestSupport
import OrderedJSON
import Testing

@Suite struct JSONReadingTests {
    @Test("reads every valid text", arguments: AcceptedText.all)
    func accepts(_ example: AcceptedText) throws {
        #expect(try JSON(parsing: example.text) == example.value)
        #expect(try JSON(parsing: Array(example.text.utf8)) == example.value)
        #expect(try PositionedJSON(parsing: example.text).json == example.value)
        #expect(try JSON(parsing: example.text, options: .jsonc) == example.value)
    }

    @Test("refuses every invalid text with its kind of fault", arguments: RefusedText.all)
    func refuses(_ example: RefusedText) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: example.text) }
        #expect(error?.code == example.code, "\(error.map { "\($0)" } ?? "")")
        #expect(throws: error ?? JSONError(code: .tooDeep, message: "", position: .start)) {
            try PositionedJSON(parsing: example.text)
        }
    }

    @Test("a minus zero that is an int has no sign, one that is a float keeps it")
    func minusZero() throws {
        #expect(try JSON(parsing: "-0").text() == "0")
        #expect(try JSON(parsing: "-0.0").text() == "-0.0")
    }

    @Test(
        "comments and trailing commas are taken where they are allowed",
        arguments: [
            ("// a\n[1, // b\r 2, /* c */]", "[1,2]"), ("\u{FEFF}{\"a\": 1,}", #"{"a":1}"#), ("[1] // end", "[1]"),
            ("/**/1/***/", "1"), ("[\"// no /* comment */\"]", #"["// no /* comment */"]"#),
        ])
    func comments(text: String, plain: String) throws {
        #expect(try JSON(parsing: text, options: .jsonc).text() == plain)
        #expect(throws: JSONError.self) { try JSON(parsing: text + "\u{0}") }
    }

    @Test(
        "a comment without end, a lone slash and a comma alone stay faults",
        arguments: [
            ("1 /* x", 3, JSONError.Code.unexpectedEnd), ("/ 1", 1, .unexpectedCharacter),
            ("[,]", 2, .unexpectedCharacter),
        ])
    func badComments(text: String, column: Int, code: JSONError.Code) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text, options: .jsonc) }
        #expect(error?.code == code)
        #expect(error?.position.column == column)
    }

    @Test("the words Python writes for non-finite floats are read where they are allowed")
    func nonFinite() throws {
        #expect(
            try JSON(parsing: "[NaN, Infinity, -Infinity]", options: .python)
                == [.double(.nan), .double(.infinity), .double(-.infinity)])
        #expect(throws: JSONError.self) { try JSON(parsing: "-NaN", options: .python) }
    }

    @Test("a fault is placed by line and by Unicode scalar")
    func places() {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: "{\n  \"é😀\": 1,\r\n  \"日\": x}") }
        #expect(error?.position == TextPosition(offset: 27, line: 3, column: 8))
        #expect(error?.description == "3:8: unexpected 'x', expected a value")
    }

    @Test(
        "bytes that are not UTF-8 are a fault with a place",
        arguments: [
            ([0x22, 0x61, 0xFF, 0x22], 2), ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
            ([0x22, 0x5C, 0x6E, 0xE6, 0x97, 0x22], 3), ([0x5B, 0x80, 0x5D], 1), ([0x31, 0x20, 0xFF], 2),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xC3, 0x22], 1),
        ] as [([UInt8], Int)])
    func invalidUTF8(bytes: [UInt8], offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
        #expect(error?.code == .invalidUTF8)
        #expect(error?.position.offset == offset)
    }

    @Test("a hundred thousand open brackets are a fault, not a crash", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func depth(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.code == .tooDeep)
        #expect(throws: JSONError.self) { try PositionedJSON(parsing: text) }
    }

    @Test("the depth allowed is exactly the one asked for")
    func exactDepth() throws {
        let options = JSONReadingOptions(maximumDepth: 3)
        #expect(try JSON(parsing: "[[{}]]", options: options) == [[[:]]])
        #expect(throws: JSONError.self) { try JSON(parsing: "[[[[]]]]", options: options) }
        let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        onSmallStack {
            let value = try? JSON(parsing: deep)
            #expect(value?.text() == deep)
            #expect(value == (try? PositionedJSON(parsing: deep).json))
            #expect(value.hashValue == (try? JSON(parsing: deep)).hashValue)
        }
    }

    @Test("an object of many keys keeps their order and finds each")
    func manyKeys() throws {
        let text = "{" + (0..<500).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + ",\"k7\":-1}"
        let value = try JSON(parsing: text)
        #expect(value.object?.keys == (0..<500).map { "k\($0)" })
        #expect(value["k499"] == 499)
        #expect(value["k7"] == -1)
    }

    @Test(
        "takes and refuses what Python's json.loads takes and refuses", arguments: GoldenFile.lines("json_loads.jsonl"))
    func likePython(_ example: JSON) throws {
        let text = try #require(example["text"]?.string)
        let value = try? JSON(parsing: text, options: .python)
        #expect((value != nil) == example["ok"]?.bool)
        if let written = example["written"]?.string {
            #expect(try value == JSON(parsing: written, options: .python))
        } else {
            #expect(throws: JSONError.self) { try JSON(parsing: text) }
        }
    }
}
