import DSPyCore
import DSPySpec
import OrderedJSON
import Testing

/// How steps find their inputs, and what a program takes and gives.
@Suite struct Wirings {
    /// `a, b: int -> c`, of a program without any finding.
    private func interface(_ text: String, files: [String: String] = [:]) throws -> String {
        let outcome = MemoryFiles(texts: files).load(text)
        try #require(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.description))")
        let program = try #require(outcome.program)
        func list(_ ports: [Port]) -> String {
            ports.map { ($0.typeName == "str" ? $0.name : "\($0.name): \($0.typeName)") + ($0.isOptional ? "?" : "") }
                .joined(separator: ", ")
        }
        return "\(list(program.inputs)) -> \(list(program.outputs))"
    }

    @Test(
        "a program takes what its nodes ask for and nobody gives, in order of use",
        arguments: [
            (#""q, style: int -> a""#, "q, style: int -> a"),
            (#"{"steps": ["q -> a", "a, style -> b", "b, q, length: int -> c"]}"#, "q, style, length: int -> c"),
            (#"{"steps": ["q -> a", {"signature": "text -> b", "in": {"text": "a"}}]}"#, "q -> b"),
            (#"{"steps": ["q -> a", {"signature": "text -> b", "in": {"text": "letter"}}]}"#, "q, letter -> b"),
            (
                #"{"steps": [{"name": "s", "signature": "q -> a"}, {"signature": "x -> b", "in": {"x": "s.a"}}]}"#,
                "q -> b"
            ),
            (
                #"{"steps": [{"name": "s", "signature": "q -> a"}, {"signature": "x: str -> b", "in": {"x": "s"}}]}"#,
                "q -> b"
            ),
            (
                #"{"steps": [{"name": "s", "signature": "q -> s: int"}, {"signature": "x: int -> b", "in": {"x": "s"}}]}"#,
                "q -> b"
            ),
            (
                #"{"types": {"P": {"age": "int"}}, "steps": ["q -> p: P", {"signature": "n: int -> b", "in": {"n": "p.age"}}]}"#,
                "q -> b"
            ),
            (
                #"{"types": {"P": {"age": "int"}}, "steps": ["q -> p: P | None", {"signature": "n: int -> b", "in": {"n": "p.age"}}]}"#,
                "q -> b"
            ),
            (#"{"steps": ["q -> m: dict[str, int]", {"signature": "n: int -> b", "in": {"n": "m.x"}}]}"#, "q -> b"),
            (#"{"steps": ["q -> m: list[int]", {"signature": "n: int -> b", "in": {"n": "m.0"}}]}"#, "q -> b"),
            (#"{"parallel": ["q -> a", "q, r -> b"]}"#, "q, r -> a, b"),
            (#"{"parallel": {"x": "q -> a", "y": "q -> a"}}"#, "q -> x: Prediction, y: Prediction"),
            (#"{"steps": [{"parallel": {"x": "q -> a"}}, {"signature": "t -> b", "in": {"t": "x.a"}}]}"#, "q -> b"),
            (#"{"steps": [{"parallel": {"x": "q -> a"}}, "x, r -> b"]}"#, "q, r -> b"),
            (#"{"steps": [{"program": "inner.json"}, "a -> b"]}"#, "q -> b"),
            (
                #"{"steps": [{"name": "i", "program": "inner.json", "in": {"q": "letter"}}, {"signature": "x -> b", "in": {"x": "i.a"}}]}"#,
                "letter -> b"
            ),
            (#"{"signature": "q, style -> a", "defaults": {"style": "x"}}"#, "q, style? -> a"),
            (#"{"module": "ChainOfThought", "signature": "q -> a"}"#, "q -> reasoning, a"),
            (
                #"{"module": "ReActV2", "signature": "q -> a"}"#,
                "q, history: History? -> a, history: History, termination_reason"
            ),
            (
                #"{"module": "ReActV2", "steps": [{"name": "one", "signature": "q -> a"}, "a -> b"], "outputs": ["b"]}"#,
                "q, history: History? -> b"
            ),
            (
                #"{"module": "ReActV2", "steps": [{"name": "one", "signature": "q -> a"}, {"signature": "r -> b", "in": {"history": "one.history"}}], "outputs": ["b"]}"#,
                "q, history: History?, r -> b"
            ),
        ])
    func inputs(text: String, expected: String) throws {
        #expect(try interface(text, files: ["inner.json": #"{"steps": ["q -> draft", "draft -> a"]}"#]) == expected)
    }

    @Test(
        "an input that several nodes take suits all of them",
        arguments: [
            (#"{"steps": ["n -> a", "n: int -> b"]}"#, "n: int -> b"),
            (#"{"steps": ["n: float -> a", "n: int -> b"]}"#, "n: int -> b"),
            (#"{"steps": ["n: int -> a", "n: float -> b"]}"#, "n: int -> b"),
            (#"{"steps": [{"signature": "n: int -> a", "defaults": {"n": 1}}, "n: int -> b"]}"#, "n: int -> b"),
            (
                #"{"steps": [{"signature": "n -> a", "defaults": {"n": 1}}, {"signature": "n -> b", "defaults": {"n": 2}}]}"#,
                "n? -> b"
            ),
        ])
    func sharedInputs(text: String, expected: String) throws { #expect(try interface(text) == expected) }

    @Test(
        "outputs select from all that the program holds",
        arguments: [
            (#"["a"]"#, "a"), (#"["a", "b", "q"]"#, "a, b, q"), (#"{"x": "s.a", "y": "b"}"#, "x, y"),
            (#"["s.a"]"#, "a"),
            (#"["s"]"#, "s: Prediction"), (#"{"all": "t"}"#, "all: Prediction"),
        ])
    func outputs(selection: String, expected: String) throws {
        let text =
            #"{"outputs": \#(selection), "steps": [{"name": "s", "signature": "q -> a"}, {"name": "t", "signature": "a -> b"}]}"#
        #expect(try interface(text) == "q -> \(expected)")
    }

    @Test(
        "a value counts as read when its step is read, later or by the outputs",
        arguments: [
            #"{"steps": [{"name": "x", "signature": "q -> t"}, "q -> t", {"signature": "t, u -> a", "in": {"u": "x.t"}}]}"#,
            #"{"steps": [{"name": "x", "signature": "q -> t"}, "q -> t", {"signature": "t, u -> a", "in": {"u": "x"}}]}"#,
            #"{"outputs": ["x.t", "a"], "steps": [{"name": "x", "signature": "q -> t"}, "q -> t", "t -> a"]}"#,
            #"{"module": "ChainOfThought", "steps": ["q -> a", "a -> b"]}"#,
            #"{"steps": ["q -> t", "t -> t2", "t2 -> t"]}"#,
        ])
    func reading(text: String) { #expect(MemoryFiles().load(text).diagnostics.isEmpty) }

    @Test("a broken step hides what depends on it, not what does not")
    func brokenStep() {
        let marked = MarkedText(
            #"{"steps": ["q -> a: ⟦itn⟧", {"signature": "x -> b", "in": {"x": "s.a"}}, "b: int, c -> d", {"signature": "d -> e", "in": {⟦"z"⟧: "d"}}]}"#
        )
        let found = MemoryFiles().load(marked.text).diagnostics
        #expect(found.map(\.range).prefix(1) == marked.ranges.prefix(1), "\(found.map(\.description))")
        #expect(found.last?.code == .unknownField)
    }

    /// The predictors of a program with what enclosing nodes say.
    private func predictors(_ node: CheckedNode) -> [CheckedPredictor] {
        switch node.kind {
        case .predictor(let predictor): [predictor]
        case .program(let program): predictors(program.root)
        default: node.children.flatMap { predictors($0.node) }
        }
    }

    @Test("module, lm, adapter and config hold for all inside, and inner ones come first")
    func inheritance() throws {
        let text = """
            {
              "lms": { "cheap": { "model": "openai/small", "temperature": 0.5 } },
              "lm": "cheap", "module": "ChainOfThought", "adapter": "json", "config": { "temperature": 0, "top_p": 1 },
              "steps": [
                "q -> a",
                { "signature": "a -> b", "lm": { "model": "cheap", "max_tokens": 5 }, "module": "Predict",
                  "adapter": { "type": "chat", "use_json_adapter_fallback": false }, "config": { "temperature": 1 }, "n": 2 },
                { "program": "inner.json", "config": { "seed": 1 } }
              ]
            }
            """
        let files = MemoryFiles(texts: ["inner.json": #"{"signature": "b -> c", "lm": "openai/own"}"#])
        let outcome = files.load(text)
        #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.description))")
        let found = predictors(try #require(outcome.program).root)
        #expect(found.map(\.module) == [.chainOfThought, .predict, .chainOfThought])
        #expect(
            found.map(\.lm) == [
                LMSpec(model: "openai/small", options: ["temperature": 0.5]),
                LMSpec(model: "openai/small", options: ["temperature": 0.5, "max_tokens": 5]),
                LMSpec(model: "openai/own"),
            ])
        #expect(found.map(\.adapter) == [.json, .chat(useJSONAdapterFallback: false), .json])
        #expect(
            found.map(\.config) == [
                ["temperature": 0, "top_p": 1], ["temperature": 1, "top_p": 1, "n": 2],
                ["temperature": 0, "top_p": 1, "seed": 1],
            ])
    }

    @Test(
        "an edge fits when any value of the one type is a value of the other",
        arguments: [
            ("int", "float", true), ("float", "int", false), ("bool", "int", true), ("bool", "float", true),
            ("int", "str", false), ("str", "Any", true), ("Any", "int", true), ("int", "int | None", true),
            ("int | None", "int", false), ("int | bool", "float", true), ("list[str]", "str", true),
            ("list", "str", true),
            ("list[Literal['a']]", "str", true), ("list[int]", "str", false), ("list[list[str]]", "list[str]", false),
            ("list[int]", "list[float]", true), ("list", "list[int]", true),
            ("dict[str, int]", "dict[str, float]", true),
            ("dict[str, str]", "dict[str, int]", false), ("Literal['a']", "Literal['a', 'b']", true),
            ("Literal['a', 'b']", "Literal['a']", false), ("Literal['a', 1]", "str | int", true),
            ("Literal['a', 1]", "str", false), ("Literal[1]", "float", true),
            ("Literal[None, 'a']", "str | None", true),
            ("set[int]", "frozenset[int]", false), ("set[int]", "set[float]", true),
            ("tuple[int, int]", "tuple[float, ...]", true), ("tuple[int, int]", "tuple[int]", false),
            ("tuple[int, ...]", "tuple[int, int]", false), ("datetime.datetime", "datetime.date", true),
            ("datetime.date", "datetime.datetime", false), ("Color", "str", true), ("Color", "Color", true),
            ("str", "Color", false), ("Point", "Point", true), ("Point", "str", false), ("dspy.Reasoning", "str", true),
        ])
    func edges(given: String, wanted: String, fits: Bool) {
        let text =
            #"{"types": {"Color": ["red"], "Point": {"x": "int"}}, "steps": ["q -> v: \#(given)", "v: \#(wanted) -> a"]}"#
        let found = MemoryFiles().load(text).diagnostics
        #expect(found.map(\.code) == (fits ? [] : [.edge]), "\(found.map(\.description))")
    }
}
