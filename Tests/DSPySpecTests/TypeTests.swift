import DSPyCore
import DSPySpec
import OrderedJSON
import Testing

/// Named types, defaults, bounds, demos and instructions as a program holds them.
@Suite struct Declarations {
    /// The signature of a program that is one call.
    private func predictor(_ text: String, files: [String: String] = [:]) throws -> CheckedPredictor {
        let outcome = MemoryFiles(texts: files).load(text)
        try #require(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.description))")
        guard case .predictor(let predictor)? = outcome.program?.root.kind else {
            throw Missing()
        }
        return predictor
    }

    private struct Missing: Error {}

    private func type(_ declared: String) throws -> FieldType {
        let predictor = try predictor(#"{"types": \#(declared), "signature": "q -> a: T"}"#)
        return try #require(predictor.signature["a"]).type
    }

    @Test("an array is an enum of strings, whose members have names of their own")
    func shortEnum() throws {
        let type = try type(#"{"T": ["low", "in progress", "In-Progress", "1st"]}"#)
        guard case .enumeration(let enumeration) = type else { throw Missing() }
        #expect(enumeration.members.map(\.name) == ["LOW", "IN_PROGRESS", "IN_PROGRESS_2", "_1ST"])
        #expect(enumeration.members.map(\.value) == ["low", "in progress", "In-Progress", "1st"].map { .string($0) })
    }

    @Test("the long forms say a docstring, other values and bounds")
    func longForms() throws {
        let enumeration = try type(#"{"T": {"kind": "enum", "doc": "How bad.", "members": {"LOW": 1, "HIGH": 2.5}}}"#)
        #expect(
            enumeration
                == .enumeration(
                    EnumType(
                        name: "T", doc: "How bad.",
                        members: [.init(name: "LOW", value: .int(1)), .init(name: "HIGH", value: .float(2.5))])))
        let record = try type(
            #"{"T": {"kind": "object", "doc": "One order.", "fields": [{"name": "items", "type": "list[str]", "desc": "what", "min_length": 1, "default": ["x"]}]}}"#
        )
        let field = RecordType.Field(
            name: "items", type: .list(.string), description: "what", defaultValue: .list([.string("x")]),
            constraints: Constraints([.init(.minLength, .int(1))]))
        #expect(record == .record(RecordType(name: "T", doc: "One order.", fields: [field])))
    }

    @Test("a record has its fields in the order written, and may have fields called as the long forms' keys")
    func shortRecord() throws {
        let type = try type(
            #"{"T": {"kind": "str", "fields": "list[U]", "members": "int", "doc": "U"}, "U": {"schema": "str", "x": "Literal['T', 'U']"}}"#
        )
        guard case .record(let record) = type else { throw Missing() }
        #expect(record.fields.map(\.name) == ["kind", "fields", "members", "doc"])
        #expect(record.fields.map(\.type.name) == ["str", "list[U]", "int", "U"])
    }

    @Test("the order of declaration decides nothing")
    func order() throws {
        let declared = [#""T": {"u": "U", "k": "Kind"}"#, #""U": {"k": "list[Kind]"}"#, #""Kind": ["a", "b"]"#]
        let expected = try type("{\(declared.joined(separator: ","))}")
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            #expect(try type("{\(order.map { declared[$0] }.joined(separator: ","))}") == expected)
        }
    }

    @Test("of a circle each member is told, and nobody who merely uses it")
    func circles() {
        let marked = MarkedText(
            #"{"types": {⟦"A"⟧: {"b": "B"}, ⟦"B"⟧: {"a": "A | None"}, "C": {"a": "A", "x": "⟦itn⟧"}, "D": {"c": "C"}}, "signature": "q -> d: D"}"#
        )
        let found = MemoryFiles().load(marked.text).diagnostics
        #expect(found.map(\.range) == marked.ranges, "\(found.map(\.description))")
        #expect(found.map(\.code) == [.cycle, .cycle, .type])
    }

    @Test("descriptions, bounds, defaults and instructions reach the signature")
    func details() throws {
        let predictor = try predictor(
            #"""
            { "signature": "text, style: int -> score: float",
              "instructions": ["Rate it.", "Be fair."],
              "fields": { "text": "an e-mail", "score": { "desc": "how angry", "ge": 0, "le": 1.5 } },
              "defaults": { "style": "3" }, "n": 3 }
            """#)
        let signature = predictor.signature
        #expect(signature.instructions == "Rate it.\nBe fair.")
        #expect(signature.inputs.map(\.description) == ["an e-mail", "${style}"])
        #expect(signature["score"]?.description == "how angry")
        #expect(signature["score"]?.constraints == Constraints([.init(.ge, .int(0)), .init(.le, .float(1.5))]))
        #expect(signature["style"]?.defaultValue == .int(3))
        #expect(predictor.config == ["n": 3])
    }

    @Test("instructions and demos may stand in files of the folder")
    func otherFiles() throws {
        let files = [
            "x/task.md": "Answer\n  briefly.\n",
            "x/demos.jsonl": "{\"q\": \"1\", \"a\": \"2\"}\r\n\n  {\"q\": [1], \"a\": null}\n",
        ]
        let outcome = MemoryFiles(texts: files).load(
            #"{"signature": "q -> a", "instructions": {"file": "task.md"}, "demos": "demos.jsonl"}"#, as: "x/p.json")
        #expect(outcome.diagnostics.isEmpty)
        guard case .predictor(let predictor)? = outcome.program?.root.kind else { throw Missing() }
        #expect(predictor.signature.instructions == "Answer\nbriefly.")
        #expect(
            predictor.demos == [
                ["q": .string("1"), "a": .string("2")], ["q": .list([.int(1)]), "a": .null],
            ])
    }

    @Test("bad lines of a demo file are told in that file, and the good ones stay")
    func badDemos() {
        let marked = MarkedText(
            """
            {"question": "1", "a": "2"}
            ⟦[1, 2]⟧
            {"question": "1", ⟦x⟧: 2}

            {⟦"qestion"⟧: "é", "a": "2"}
            {"question": "1"⟦⟧
            """)
        let files = MemoryFiles(texts: ["demos.jsonl": marked.text])
        let found = files.load(#"{"signature": "question -> a", "demos": "demos.jsonl"}"#).diagnostics
        #expect(found.map(\.range) == marked.ranges, "\(found.map(\.description))")
        #expect(found.map(\.code) == [.demo, .demo, .demo, .demo])
        #expect(found.map(\.file) == Array(repeating: "demos.jsonl", count: 4))
        #expect(
            found.map(\.message) == [
                "a demo is an object, found an array", "not JSON: unexpected 'x', expected a key in double quotes",
                "the demo has `qestion`, which the signature does not have",
                "not JSON: unexpected end of the text, expected ',' or '}' after the value",
            ])
    }

    @Test("settings reach the program, and those of an inner program are told to be without effect")
    func settings() throws {
        let text =
            #"{"settings": {"num_retries": 5, "async_max_workers": 2, "track_usage": true, "warn_on_type_mismatch": false}, "signature": "q -> a"}"#
        let settings = try #require(MemoryFiles().load(text).program).settings
        #expect(settings.numRetries == 5 && settings.asyncMaxWorkers == 2)
        #expect(settings.trackUsage && !settings.warnOnTypeMismatch)
        let found = MemoryFiles(texts: ["inner.json": text]).load(#"{"program": "inner.json"}"#)
        #expect(found.diagnostics.map(\.code) == [.unavailable])
        #expect(found.diagnostics.map(\.file) == ["inner.json"])
        #expect(found.program != nil)
    }

    @Test("a link may not lead out of the folder, and one that stays inside is followed")
    func links() {
        var files = MemoryFiles(texts: ["in.md": "x", "out.md": "x"])
        files.links = ["in.md": "/home/p/real.md", "out.md": "/home/private/x.md"]
        #expect(files.load(#"{"signature": "q -> a", "instructions": {"file": "in.md"}}"#).diagnostics.isEmpty)
        let found = files.load(#"{"signature": "q -> a", "instructions": {"file": "out.md"}}"#).diagnostics
        #expect(found.map(\.message) == [#"the path "out.md" leads out of the program's folder"#])
    }

    @Test("programs that contain each other are told, whatever way they name the file")
    func mutual() {
        var files = MemoryFiles(texts: ["a.json": #"{"program": "b.json"}"#, "b.json": #"{"program": "./a.json"}"#])
        files.links = ["./a.json": "/home/p/a.json"]
        files.texts["./a.json"] = files.texts["a.json"]
        let found = files.load(#"{"program": "a.json"}"#).diagnostics
        #expect(found.map(\.code) == [.cycle])
        #expect(found.map(\.file) == ["b.json"])
    }
}
