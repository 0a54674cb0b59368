import DSPySpec
import OrderedJSON
import Testing

/// Loading as a whole: several findings, forms of text, places.
@Suite struct Loading {
    @Test("all findings are told at once, by place, each at its own")
    func several() {
        let marked = MarkedText(
            """
            {
              ⟦"modul"⟧: "Predict",
              "types": { "T": { "x": "⟦strr⟧" } },
              "steps": [
                "question -> answer: ⟦strx⟧",
                { "signature": "answer -> short: T", "fields": { ⟦"sort"⟧: "x" }, "n": ⟦0⟧ },
                { "signature": "short -> b", "in": { ⟦"shrt"⟧: "short" } }
              ],
              "tests": [{ "inputs": {}, "expect": "⟦^⟧" }]
            }
            """)
        let outcome = MemoryFiles().load(marked.text)
        #expect(outcome.diagnostics.map(\.range) == marked.ranges, "\(outcome.diagnostics.map(\.description))")
        #expect(outcome.program == nil)
    }

    @Test("a type that cannot be read is not told again by those who use it")
    func brokenType() {
        let text =
            #"{"types": {"T": {"x": "strr"}, "U": {"t": "T"}}, "signature": "q: T -> a: list[U]", "defaults": {"q": 1}}"#
        #expect(MemoryFiles().load(text).diagnostics.map(\.message) == ["Unknown name: strr"])
    }

    @Test("comments, trailing commas and a byte order mark are accepted")
    func jsonc() {
        let text = "\u{FEFF}// a program\n{ /* what it asks */ \"signature\": \"q -> a\", // end\n}\n"
        let outcome = MemoryFiles().load(text)
        #expect(outcome.diagnostics.isEmpty)
        #expect(outcome.program?.inputs.map(\.name) == ["q"])
    }

    @Test("places count lines of any end and characters, not bytes", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) {
        let text = ["{", "  \"売上\": 1,", "  \"signature\": \"q -> a: itn\"", "}"].joined(separator: end)
        let found = MemoryFiles().load(text).diagnostics
        #expect(found.map { "\($0.range.lowerBound)-\($0.range.upperBound)" } == ["2:3-2:7", "3:25-3:28"])
    }

    @Test("a finding shows its line with carets under the text, whatever its width")
    func carets() {
        let found = MemoryFiles().load("{\n\t\"signature\": \"売上 -> é: itn\"\n}").diagnostics
        #expect(
            found.first?.description == """
                p.json:2:25: error: Unknown name: itn
                 2 | \t"signature": "売上 -> é: itn"
                   | \t                         ^^^
                   = did you mean `int`?
                """)
    }

    @Test("a long line is cut around the fault, and costs no more than a short one")
    func longLine() throws {
        let text = #"{"description": ""# + String(repeating: "x", count: 1_000_000) + #"", "signature": "q -> a: itn"}"#
        let found = try #require(MemoryFiles().load(text).diagnostics.first)
        #expect(found.excerpt.text.unicodeScalars.count < 250)
        #expect(found.description.contains("…"))
        let line = found.description.split(separator: "\n")[1]
        let carets = found.description.split(separator: "\n")[2]
        let place = try #require(carets.firstIndex(of: "^")).utf16Offset(in: carets)
        #expect(String(line).utf16.dropFirst(place).prefix(3).elementsEqual("itn".utf16))
    }

    @Test("what a message quotes of a file is short and without control characters")
    func quotes() throws {
        let text = #"{"\u001b[31m\n"# + String(repeating: "k", count: 10_000) + #"": 1, "signature": "q -> a"}"#
        let found = try #require(MemoryFiles().load(text).diagnostics.first)
        #expect(found.message.unicodeScalars.count < 600)
        #expect(!found.description.contains("\u{1B}"))
        #expect(found.description.split(separator: "\n").count == 3)
    }

    @Test("a file larger than 16 MB is refused")
    func large() {
        let found = MemoryFiles().load([UInt8](repeating: 0x20, count: 17 << 20)).diagnostics
        #expect(found.map(\.code) == [.syntax])
        #expect(found.first?.message == "the file has 17 MB; a program has at most 16 MB")
    }

    @Test("a bare signature is told about as it was typed")
    func signature() throws {
        let marked = MarkedText("q: Literal[\"a\",\n'b'] -> a: ⟦itn⟧")
        let outcome = SpecLoader(files: MemoryFiles().files).load(signature: marked.text)
        let found = try #require(outcome.diagnostics.first)
        #expect(found.range == marked.ranges.first)
        #expect(
            found.description == """
                <signature>:2:12: error: Unknown name: itn
                 2 | 'b'] -> a: itn
                   |            ^^^
                   = did you mean `int`?
                """)
    }

    @Test(
        "a program is called as it says, else as its file or folder",
        arguments: [
            ("qa.json", #""q -> a""#, "qa"), ("programs/qa/program.json", #""q -> a""#, "qa"),
            ("program.json", #""q -> a""#, "program"),
            ("x.json", #"{"name": "four-views", "signature": "q -> a"}"#, "four-views"),
        ])
    func names(path: String, text: String, name: String) {
        #expect(MemoryFiles().load(text, as: path).program?.name == name)
    }

    @Test("nodes nest 32 deep and no deeper, across files too")
    func depth() {
        func nested(_ count: Int, _ inner: String) -> String {
            String(repeating: #"{"steps": ["#, count: count) + inner + String(repeating: "]}", count: count)
        }
        #expect(MemoryFiles().load(nested(31, #""q -> a""#)).diagnostics.isEmpty)
        #expect(MemoryFiles().load(nested(32, #""q -> a""#)).diagnostics.map(\.code) == [.tooDeep])
        let files = MemoryFiles(texts: ["inner.json": nested(20, #""q -> a""#)])
        #expect(files.load(nested(10, #"{"program": "inner.json"}"#)).diagnostics.isEmpty)
        #expect(files.load(nested(15, #"{"program": "inner.json"}"#)).diagnostics.map(\.code) == [.tooDeep])
    }

    @Test("programs that double at each level are refused before they fill the memory")
    func doubling() {
        var files = MemoryFiles()
        for level in 0..<25 {
            let next = level == 24 ? #""q -> a""# : #"{"program": "l\#(level + 1).json"}"#
            files.texts["l\(level).json"] = #"{"parallel": {"x": \#(next), "y": \#(next)}}"#
        }
        let found = files.load(#"{"program": "l0.json"}"#).diagnostics
        #expect(!found.isEmpty && found.allSatisfy { $0.code == .tooDeep }, "\(found.map(\.summary).prefix(3))")
    }

    @Test("types hold each other 32 deep and no deeper")
    func depthOfTypes() {
        func chain(_ count: Int) -> String {
            let types = (0..<count).map { "\"T\($0)\": {\"x\": \"\($0 == 0 ? "str" : "T\($0 - 1)")\"}" }
            return "{\"types\": {\(types.joined(separator: ","))}, \"signature\": \"q -> a\"}"
        }
        #expect(MemoryFiles().load(chain(32)).diagnostics.isEmpty)
        #expect(MemoryFiles().load(chain(33)).diagnostics.map(\.code) == [.tooDeep])
        #expect(Set(MemoryFiles().load(chain(5000)).diagnostics.map(\.code)) == [.tooDeep])
    }

    @Test("5,000 steps and types are checked in time that grows with them")
    func manySteps() {
        let steps = (0..<5000).map { place in
            "{\"name\": \"s\(place)\", \"signature\": \"f\(place) -> f\(place + 1)\", \"in\": {\"f\(place)\": \"f\(place)\"}}"
        }
        let types = (0..<5000).map { "\"T\($0)\": {\"x\": \"\($0 % 10 == 9 ? "str" : "list[T\($0 + 1)]")\"}" }
        let text =
            "{\"types\": {\(types.joined(separator: ","))}, \"outputs\": [\"f1\", \"s4999.f5000\"], "
            + "\"steps\": [\(steps.joined(separator: ","))]}"
        var outcome: SpecLoader.Outcome?
        let time = ContinuousClock().measure { outcome = MemoryFiles().load(text) }
        #expect(outcome?.diagnostics.isEmpty == true)
        #expect(outcome?.program?.inputs.map(\.name) == ["f0"])
        #expect(time < .seconds(20), "a debug build takes about a second")
    }
}
