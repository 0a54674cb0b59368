import DSPyCore
import DSPySpec
import OrderedJSON
import TestSupport
import Testing

/// The canonical form of a program file.
@Suite struct Formatting {
    private func format(_ text: String) throws -> String {
        try SpecFormatter.format(Array(text.utf8), name: "p.json").get()
    }

    /// How many random programs; more when asked for.
    static let seeds = 0..<UInt64(Golden.environment("DSPY_FUZZ_ITERATIONS").flatMap { Int($0) } ?? 150)

    @Test("formatting twice is formatting once, keeps the meaning and loses no comment")
    func properties() throws {
        for seed in Self.seeds {
            var random = RandomSpec(seed: seed)
            let json = random.program()
            let text = random.written(json)
            let once = try format(text)
            #expect(try format(once) == once, "seed \(seed)\n\(text)")
            let read = try JSON(parsing: once, options: .jsonc)
            #expect(Self.sorted(read) == Self.sorted(json), "seed \(seed)\n\(text)")
            let kept = Self.comments(of: once)
            #expect(kept.sorted() == random.comments.sorted(), "seed \(seed)\n\(text)\n\(once)")
            guard once == once.filter({ $0 != "\t" }) else { continue }
            #expect(once.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") }, "seed \(seed)")
        }
    }

    @Test("the random programs are programs, and formatting changes nothing of what they are")
    func programs() throws {
        for seed in Self.seeds {
            var random = RandomSpec(seed: seed)
            let text = random.written(random.program())
            let before = MemoryFiles().load(text)
            let after = MemoryFiles().load(try format(text))
            #expect(
                before.diagnostics.allSatisfy { $0.severity == .warning }, "\(before.diagnostics.map(\.description))")
            #expect(before.program?.inputs == after.program?.inputs)
            #expect(before.program?.outputs == after.program?.outputs)
            #expect(before.program?.settings.numRetries == after.program?.settings.numRetries)
        }
    }

    private static func sorted(_ json: JSON) -> JSON {
        switch json {
        case .object(let object):
            .object(JSONObject(object.members.sorted { $0.key < $1.key }.map { ($0.key, sorted($0.value)) }))
        case .array(let items): .array(items.map(sorted))
        default: json
        }
    }

    private static func comments(of text: String) -> [String] {
        var comments: [String] = []
        var rest = Substring(text)
        // Comments of the random programs all start with the letter c and a number, texts of values never do.
        while let start = rest.firstRange(of: "/") {
            rest = rest[start.lowerBound...]
            if rest.hasPrefix("// c"), let end = rest.firstIndex(where: \.isNewline) {
                comments.append(String(rest[..<end]))
                rest = rest[end...]
            } else if rest.hasPrefix("/* c"), let end = rest.firstRange(of: "*/") {
                comments.append(String(rest[..<end.upperBound]))
                rest = rest[end.upperBound...]
            } else {
                rest = rest.dropFirst()
            }
        }
        return comments
    }

    @Test("keys of nodes have one order, short values one line, and data keeps its own order")
    func canonical() throws {
        let text = """
            {"steps":[{"signature":"q -> a","name":"s","demos":[{"steps":1,"name":2}]},"a -> b"],
            "types":{"Task":{"steps":"list[str]","program":"str","name":"str"}},"name":"x", "lm": "openai/x",
            "outputs":["b"]}
            """
        #expect(
            try format(text) == """
                {
                  "name": "x",
                  "lm": "openai/x",
                  "types": {
                    "Task": { "steps": "list[str]", "program": "str", "name": "str" }
                  },
                  "steps": [
                    { "name": "s", "signature": "q -> a", "demos": [{ "steps": 1, "name": 2 }] },
                    "a -> b"
                  ],
                  "outputs": ["b"]
                }

                """)
    }

    @Test("a comment stays with what it speaks of")
    func comments() throws {
        let text = """
            // head
            { // first
              "signature": "q -> a", // what
              // the name
              "name": /* hm */ "x",
              "demos": [
                // one
                { "q": "1" }, // a demo
              ],
              // end
            }
            // tail
            """
        #expect(
            try format(text) == """
                // head
                {
                  // the name
                  /* hm */
                  "name": "x",
                  // first
                  "signature": "q -> a",  // what
                  "demos": [
                    // one
                    { "q": "1" }  // a demo
                  ]
                  // end
                }
                // tail

                """)
    }

    @Test(
        "numbers and strings keep their value",
        arguments: [
            "1e400", "-0.0", "0.1", "123456789012345678901234567890", "1E5", "\"\\ud83d\\ude00\"", "\"\\u0000\\/\"",
            "\"e\u{301}\"",
        ])
    func scalars(text: String) throws {
        let formatted = try format("{\"config\": {\"x\": \(text)}}")
        #expect(
            try JSON(parsing: formatted, options: .jsonc)
                == JSON(parsing: "{\"config\": {\"x\": \(text)}}", options: .jsonc))
    }

    @Test(
        "what is no JSON, or says a key twice, is refused at its place",
        arguments: ["{\"a\": 1, ⟦\"a\"⟧: 2}", "{⟦x⟧}", "[1,2⟦⟧"])
    func refused(text: String) {
        let marked = MarkedText(text)
        guard case .failure(let found) = SpecFormatter.format(marked.bytes, name: "p.json") else {
            Issue.record("formatted")
            return
        }
        #expect([found.range] == marked.ranges)
    }
}
