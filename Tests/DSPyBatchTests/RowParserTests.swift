import Basics
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("Rows out of bytes")
struct RowParserTests {
    private static let lines = [
        #"{"id": "a", "q": "x"}"#, #"{"q": "x", "id": 7}"#, #"{"q": [1, {"id": "inner"}], "id": "b\u00e9"}"#,
        #"{"id": "a", "id": "b"}"#, #"{"id": "日本", "q": null}"#, #"{"q": 1.5e3}"#, #"{"id": null}"#, #"[1]"#,
        #""text""#,
        #"{"id": "a", "q": "x"} 1"#, #"  {"id" : "c" , "q" : -1 }  "#, #"{"i\u0064": "escaped"}"#, "", "   ",
    ]
    private static let pieces = [
        "{", "}", "\"", ",", ":", "\\", "\u{0}", "é", "id", "\"id\": \"z\",", "1", "null", "[", "]",
    ]

    /// What a survey looks at.
    private struct Seen: Equatable {
        let index: Int
        let line: Int
        let id: String
        let hasOwnID: Bool
        let isReadable: Bool

        init(_ row: BatchRow) {
            (index, line, id, hasOwnID) = (row.index, row.line, row.id, row.hasOwnID)
            isReadable = if case .success = row.content { true } else { false }
        }
    }

    private static func rows(_ text: String, namesOnly: Bool) -> [Seen] {
        var parser = RowParser(RowParser.Options(), namesOnly: namesOnly)
        var text = text
        return text.withUTF8 { bytes in
            (parser.add(UnsafeRawBufferPointer(bytes)) + parser.end()).map(Seen.init)
        }
    }

    @Test("a look at names alone finds the rows and names that reading them whole does", arguments: 1...20)
    func names(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<200 {
            var text = ""
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                var line = Array((Self.lines.randomElement(using: &random) ?? "").unicodeScalars)
                if Int.random(in: 0..<3, using: &random) == 0 {
                    let place = Int.random(in: 0...line.count, using: &random)
                    let end = min(line.count, place + Int.random(in: 0...2, using: &random))
                    line.replaceSubrange(
                        place..<end, with: Array((Self.pieces.randomElement(using: &random) ?? "").unicodeScalars))
                }
                text.unicodeScalars.append(contentsOf: line)
                text += "\n"
            }
            #expect(Self.rows(text, namesOnly: true) == Self.rows(text, namesOnly: false), "\(text)")
        }
    }
}
