@testable import DSPyCore
import OrderedJSON
import Testing

/// How objects are read, and how prompts show them.
@Suite struct ObjectPromptTests {
    @Test(
        "an image takes a URL as Python's urlparse reads it, with white space around",
        arguments: [
            ("https://e.com/x.png", "https://e.com/x.png"), (" https://e.com/x.png", "https://e.com/x.png"),
            ("\n\t https://e.com/x.png\n", "https://e.com/x.png"), ("https://e.com/x.png\u{A0}", "https://e.com/x.png"),
            ("HTTPS://E.com/x", "HTTPS://E.com/x"), ("gs://b/x", "gs://b/x"), ("http://[::1]/x", "http://[::1]/x"),
            ("http://user@/x", "http://user@/x"), ("https://e.com/a b.png", "https://e.com/a b.png"),
            ("ht\ntps://e.com/x", "ht\ntps://e.com/x"),
            ("data:image/png;base64,AA\n", "data:image/png;base64,AA"),
            ("\u{A0}https://e.com/x.png", nil), (" data:image/png;base64,AA", nil), ("http:///x", nil),
            ("https://", nil),
            ("https://?x", nil), ("http://[bad", nil), ("http://[]/x", nil), ("http://e.com]/x", nil),
            ("ftp://x/y", nil),
            ("http: //x", nil), ("DATA:image/png;base64,AA", nil), ("x.png", nil), ("", nil),
        ] as [(String, String?)])
    func images(text: String, url: String?) throws {
        let read = try? FieldType.custom(.image).fit(.dict(["url": .string(text)]))
        #expect(read == url.map { .custom(.image(url: $0)) })
    }

    @Test("files strip their texts, a data URI only at its end; audio keeps all of it")
    func media() throws {
        func file(_ value: Value) -> Value? { try? FieldType.custom(.file).fit(value) }
        #expect(file(" data:a/b;base64,AA") == nil)
        #expect(
            file(.dict(["file_data": " data:a/b;base64,AA "]))
                == .custom(.file(data: "data:a/b;base64,AA", id: nil, name: nil)))
        #expect(file(.dict(["file_id": " f1 "])) == .custom(.file(data: nil, id: "f1", name: nil)))
        #expect(
            try FieldType.custom(.audio).fit("data:audio/x-wav;base64,AA\n")
                == .custom(.audio(data: "AA\n", format: "wav")))
    }

    private static let prediction = Value.prediction(Prediction(["answer": "x\ny", "n": 1]))

    @Test(
        "a list in a field of type str shows its items as Python prints them",
        arguments: [
            ([prediction], "«Prediction(\n    answer='x\\ny',\n    n=1\n)»"),
            (["a", prediction], "[1] «a»\n[2] «Prediction(\n    answer='x\\ny',\n    n=1\n)»"),
            ([.record(Record(type: "P", fields: ["name": "x\n", "age": 3]))], "«name='x\\n' age=3»"),
            ([.custom(.code("x\ny", language: nil))], "«code='x\\ny'»"),
            ([.custom(.reasoning("r\nq"))], "«««\n    r\n    q\n»»»"),
            ([.dict(["a": "\n"])], "«{'a': '\\n'}»"), ([.tuple(["a"])], "«('a',)»"),
            ([.list([prediction])], "«[Prediction(\n    answer='x\\ny',\n    n=1\n)]»"),
        ] as [([Value], String)])
    func lists(items: [Value], expected: String) throws {
        #expect(try FieldFormat.value(.list(items), of: .string) == expected)
    }

    @Test(
        "a list of numbers and the like in a field of type str is refused, as in Python",
        arguments: [1, 1.5, true, .null] as [Value])
    func refused(item: Value) {
        #expect(throws: AdapterFormatError.self) { try FieldFormat.value(.list([item]), of: .string) }
    }

    @Test("BAML prints a record each time it is used, and only names it where that would never end")
    func baml() throws {
        let point = RecordType(name: "Point", fields: [.init(name: "x", type: .integer)])
        let line = RecordType(
            name: "Line", fields: [.init(name: "from", type: .record(point)), .init(name: "to", type: .record(point))])
        var printer = BAMLTypePrinter()
        #expect(
            try printer.text(of: .record(line), indent: 0)
                == "{\n  from:   {\n    x: int,\n  },\n  to:   {\n    x: int,\n  },\n}")
        var type = point
        for depth in 0..<24 {
            type = RecordType(
                name: "R\(depth)",
                fields: [.init(name: "a", type: .record(type)), .init(name: "b", type: .record(type))])
        }
        var bounded = BAMLTypePrinter()
        let text = try bounded.text(of: .record(type), indent: 0)
        #expect(text.utf8.count < 200_000 && text.contains("b: "))
    }

    @Test("tool calls written down keep the ids by which results find them")
    func ids() throws {
        let calls = ToolCalls(
            [.init(id: "id0", name: "calc", args: ["e": "1"]), .init(name: "now", args: [:])],
            results: [.init(callID: "id0", name: "calc", value: 1)])
        let history = Value.custom(.history([["q": "x", "tool_calls": .custom(.toolCalls(calls))]]))
        let turn = Prediction(["history": history]).json["history"]?["messages"]?.array?.first
        #expect(turn?["q"] == "x")
        let json = try #require(turn?["tool_calls"])
        #expect(
            json["tool_calls"] == [["id": "id0", "name": "calc", "args": ["e": "1"]], ["name": "now", "args": [:]]])
        #expect(ToolCalls(reading: Value(json)) == calls)
    }
}
