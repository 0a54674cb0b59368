import Testing

@testable import HTTPServer

@Suite("A head as it lies in memory")
struct HeadMemoryTests {
    /// `|` stands for the zeros that ended a line or a name; fields are told by their texts.
    private func hides(_ text: String, _ fields: [String]) -> Bool {
        let bytes = text.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }
        let whole = String(decoding: bytes, as: UTF8.self)
        let spans = fields.compactMap { field -> HeadMemory.Span? in
            let field = String(decoding: field.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }, as: UTF8.self)
            guard let range = whole.firstRange(of: field) else { return nil }
            return (
                whole.utf8.distance(from: whole.startIndex, to: range.lowerBound),
                whole.utf8.distance(from: whole.startIndex, to: range.upperBound)
            )
        }
        return bytes.withUnsafeBytes { HeadMemory.hidesSomething($0, from: 3, spans) }
    }

    @Test("fields one behind the other hide nothing, whatever the white space")
    func whole() {
        #expect(!hides("1.1||A|1||Bc| 2||||", ["A|1", "Bc| 2"]))
        #expect(!hides("1.1||A|1  ||B|2||||", ["A|1", "B|2"]))
        #expect(!hides("1.1|A|1|B|2||", ["A|1", "B|2"]))
        #expect(!hides("1.1||||", []))
    }

    @Test("what stands behind a NUL, before one, or without a name shows")
    func hidden() {
        #expect(hides("1.1||A|1|x||B|2||||", ["A|1", "B|2"]))
        #expect(hides("1.1||A|1|||B|2||||", ["A|1", "B|2"]))
        #expect(hides("1.1||A|1||| 1||B|2||||", ["A|1", "B|2"]))
        #expect(hides("1.1||A|1|||X| 1||||", ["A|1"]))
        #expect(hides("1.1||A|1|||||", ["A|1"]))
        #expect(hides("1.1||A|1||\tfolded||||", ["A|1"]))
    }

    @Test("a field elsewhere was put together, which nobody may do")
    func elsewhere() {
        let head: [UInt8] = Array("1.1".utf8) + [0, 0, 0, 0]
        for span in [(start: -5, end: 2), (start: 4, end: 900), (start: 6, end: 5)] {
            #expect(head.withUnsafeBytes { HeadMemory.hidesSomething($0, from: 3, [span]) })
        }
    }
}
