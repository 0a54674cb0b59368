import OrderedJSON
import Testing

@Suite struct PositionedJSONTests {
    private let text = "{\n  \"a\": [1, true],\n  \"é\": {\"x\": \"y\"}\n}"

    @Test("every value and key knows where it begins and ends")
    func ranges() throws {
        let tree = try PositionedJSON(parsing: text)
        #expect(tree.start == .start)
        #expect(tree.end == TextPosition(offset: text.utf8.count, line: 4, column: 2))
        let array = try #require(tree["a"])
        #expect(array.start == TextPosition(offset: 9, line: 2, column: 8))
        #expect(array.end == TextPosition(offset: 18, line: 2, column: 17))
        #expect(array.array?[1].start == TextPosition(offset: 13, line: 2, column: 12))
        let key = try #require(tree.object?["é"]?.keyRange)
        #expect(key.lowerBound == TextPosition(offset: 22, line: 3, column: 3))
        #expect(key.upperBound == TextPosition(offset: 26, line: 3, column: 6))
        #expect(tree["é"]?["x"]?.start.description == "3:14")
    }

    @Test("a repeated key is reported with both places, and the last value counts")
    func duplicates() throws {
        let tree = try PositionedJSON(parsing: #"{"a":1,"b":2,"a":3,"a":4}"#)
        #expect(tree.json == ["a": 4, "b": 2])
        #expect(tree.members.map(\.key) == ["a", "b"])
        #expect(tree.duplicateKeys.map(\.key) == ["a", "a"])
        #expect(tree.duplicateKeys.map(\.range.lowerBound.column) == [14, 20])
        #expect(tree.duplicateKeys.map(\.firstRange.lowerBound.column) == [2, 2])
    }

    @Test(
        "a place inside a decoded string leads back to the source",
        arguments: [
            ("\"abc\"", 1, 2), ("\"abc\"", 3, 4), ("\"abc\"", 99, 4), ("\"a\\nb\"", 1, 2), ("\"a\\nb\"", 2, 4),
            ("\"\\u0041b\"", 1, 7), ("\"\\ud83d\\ude39!\"", 1, 13), ("\"\\ud83dx\"", 1, 7), ("\"\\ud83dx\"", 2, 8),
            ("\"é→x\"", 2, 6), ("\"\\\\é\\\"x\"", 3, 7), ("\"x\"", -1, 1),
        ])
    func insideStrings(text: String, index: Int, offset: Int) throws {
        let tree = try PositionedJSON(parsing: "\n " + text)
        let position = tree.position(ofScalar: index)
        #expect(position.offset == offset + 2)
        #expect(position.line == 2)
        let before = text.utf8.prefix(offset)
        #expect(position.column == 2 + before.count { $0 & 0xC0 != 0x80 })
    }

    @Test("a value that is no string answers with its start")
    func noString() throws {
        #expect(try PositionedJSON(parsing: " 12").position(ofScalar: 1).column == 2)
    }

    @Test("line ends of every kind count once")
    func lineEnds() throws {
        let tree = try PositionedJSON(parsing: "[\n1,\r2,\r\n3]")
        #expect(tree.array?.map(\.start.description) == ["2:1", "3:1", "4:1"])
    }

    @Test("comments move places along")
    func comments() throws {
        let tree = try PositionedJSON(parsing: "// héllo\n/* a\n */ [ 1, ]", options: .jsonc)
        #expect(tree.start.description == "3:5")
        #expect(tree.array?.first?.start.description == "3:7")
    }
}
