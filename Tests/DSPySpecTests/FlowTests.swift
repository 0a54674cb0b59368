import DSPyCore
import DSPySpec
import OrderedJSON
import TestModels
import Testing

/// Programs with branches, repetition and guards, from the file to the answer.
@Suite struct Flow {
    private func program(_ text: String, files: [String: String] = [:]) throws -> CheckedProgram {
        let outcome = MemoryFiles(texts: files).load(text)
        #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.description))")
        return try #require(outcome.program)
    }

    private func run(
        _ text: String, _ inputs: ValueDict, files: [String: String] = [:],
        _ rule: @escaping @Sendable (String, Int, String) throws -> String = { field, _, _ in "the \(field)" }
    ) async throws -> (outputs: JSON, prompts: [String]) {
        let model = RuleModel.ofFields("test/model", rule)
        let module = try TestBuilder.builder { _ in model }.build(try program(text, files: files))
        let prediction = try await module.call(inputs, in: RunContext(lm: model))
        return (prediction.json, model.prompts)
    }

    // MARK: Branches

    @Test("a switch asks the branch of the value, and later steps read what all branches give")
    func switched() async throws {
        let text = """
            {"types": {"Kind": ["bill", "question"]}, "steps": [
              "mail -> kind: Kind",
              {"switch": "kind", "cases": {"bill": "mail -> reply, amount: float", "question": "mail -> reply"}},
              "reply -> title"]}
            """
        let (outputs, prompts) = try await run(text, ["mail": "M"]) { field, _, _ in
            field == "kind" ? "question" : "the \(field)"
        }
        #expect(outputs == ["title": "the title"])
        #expect(prompts.count == 3 && !prompts[1].contains("amount") && prompts[2].contains("the reply"))
    }

    @Test("outputs of branches: what all give, and what may be absent")
    func outputs() throws {
        let loaded = try program(
            #"{"switch": "k", "cases": {"a": "q -> x: int, y", "b": "q -> x: float"}}"#)
        #expect(loaded.inputs.map(\.name) == ["k", "q"])
        #expect(loaded.inputs[0].type == .literal(of: ["a", "b"]))
        #expect(loaded.outputs.map(\.name) == ["x", "y"])
        #expect(loaded.outputs.map(\.type) == [.float, .string])
        #expect(loaded.outputs.map(\.isOptional) == [false, true])
    }

    @Test("a branch reads a step around it, as deep as it stands")
    func deepPaths() async throws {
        let text = """
            {"steps": [{"name": "draft", "signature": "topic -> text, good: bool"},
              {"if": "not draft.good", "then": {"steps": [{"parallel": {
                "x": {"signature": "old -> new", "in": {"old": "draft.text"}}}}, "x -> better"]},
               "else": "topic -> better"}]}
            """
        let (outputs, prompts) = try await run(text, ["topic": "T"]) { field, _, _ in
            field == "good" ? "False" : "the \(field)"
        }
        #expect(outputs == ["better": "the better"])
        #expect(prompts.count == 3 && prompts[1].contains("the text"))
    }

    @Test("without else an earlier value stays", arguments: [(5, "the title of NEW"), (1, "the title of OLD")])
    func withoutElse(words: Int, expected: String) async throws {
        let text = """
            {"steps": ["topic -> text, words: int",
              {"if": "words > 3", "then": {"signature": "long -> text", "in": {"long": "text"}}}, "text -> title"]}
            """
        let (outputs, _) = try await run(text, ["topic": "T"]) { field, number, prompt in
            switch field {
            case "words": "\(words)"
            case "text": number == 0 ? "OLD" : "NEW"
            default: "the title of \(prompt.contains("NEW") ? "NEW" : "OLD")"
            }
        }
        #expect(outputs == ["title": .string(expected)])
    }

    @Test("a branch inside other nodes knows the type of its field, whatever a node before it declares")
    func deepTypes() throws {
        let text = """
            {"steps": ["q -> kind: Literal['a', 'b'], l: list[str]", {"for_each": "l", "as": "x", "do": {"steps": [
              "x, kind: str -> y",
              {"switch": "kind", "cases": {"a": "y -> z", "b": "y -> z"}}]}, "collect": "z"}]}
            """
        #expect(try program(text).outputs.map(\.typeName) == ["list[str]"])
        let missing = MemoryFiles().load(text.replacing(#", "b": "y -> z""#, with: "")).diagnostics
        #expect(missing.map(\.message) == [#"`switch` has no case for "b""#])
    }

    @Test("`in` renames what a node itself reads")
    func renames() async throws {
        let text = """
            {"steps": [{"name": "s", "signature": "q -> sure: bool"},
              {"switch": "flag", "in": {"flag": "s.sure"}, "cases": {"true": "q -> a", "false": "q -> a"}}]}
            """
        let (outputs, _) = try await run(text, ["q": "Q"]) { field, _, _ in field == "sure" ? "True" : "A" }
        #expect(outputs == ["a": "A"])
    }

    // MARK: Repetition

    @Test("for_each gives a list of the right type, and later steps take it")
    func forEach() async throws {
        let text = """
            {"steps": ["text -> claims: list[str]",
              {"for_each": "claims", "as": "claim", "do": "claim -> ok: bool", "collect": {"oks": "ok"}},
              "claims, oks: list[bool] -> summary"]}
            """
        let (outputs, prompts) = try await run(text, ["text": "T"]) { field, _, prompt in
            switch field {
            case "claims": #"["one", "two", "three"]"#
            case "ok": prompt.contains("two") ? "True" : "False"
            default: prompt.contains("[false, true, false]") ? "right" : prompt
            }
        }
        #expect(outputs == ["summary": "right"] && prompts.count == 5)
    }

    @Test(
        "what for_each takes and gives is known before the run",
        arguments: [
            (#""collect": "ok""#, "ok", "list[bool]"), (#""collect": {"x": "ok"}"#, "x", "list[bool]"),
            (#""collect": "ok", "on_error": "null""#, "ok", "list[Optional[bool]]"),
            (#""concurrency": 2"#, "results", "list[dict[str, Any]]"),
            (#""name": "each""#, "each", "list[dict[str, Any]]"), (#""collect": "claim""#, "claim", "list[str]"),
        ])
    func forEachPorts(rest: String, output: String, type: String) throws {
        let loaded = try program(#"{"for_each": "l", "as": "claim", "do": "claim: str -> ok: bool", \#(rest)}"#)
        #expect(loaded.inputs.map { "\($0.name): \($0.typeName)" } == ["l: list[str]"])
        let fixed = type.replacing("Optional[bool]", with: FieldType.optional(.boolean).name)
        #expect(loaded.outputs.map { "\($0.name): \($0.typeName)" } == ["\(output): \(fixed)"])
    }

    @Test("a map of a record's parts, inside a map")
    func nested() async throws {
        let text = """
            {"types": {"Book": {"title": "str", "pages": "list[str]"}}, "steps": ["q -> books: list[Book]",
              {"for_each": "books", "as": "book", "collect": "notes", "do":
                {"for_each": "book.pages", "as": "page", "collect": {"notes": "note"},
                 "do": {"signature": "title, page -> note", "in": {"title": "book.title"}}}}]}
            """
        let (outputs, prompts) = try await run(text, ["q": "Q"]) { field, _, prompt in
            guard field == "note" else { return #"[{"title": "A", "pages": ["p", "r"]}, {"title": "B", "pages": []}]"# }
            return prompt.contains("[[ ## title ## ]]\nA") ? (prompt.contains("\np\n") ? "Ap" : "Ar") : "?"
        }
        #expect(outputs == ["notes": [["Ap", "Ar"], []]] && prompts.count == 3)
    }

    @Test("a loop goes on with what it gave")
    func loop() async throws {
        let text = """
            {"steps": ["topic -> draft",
              {"loop": {"signature": "old -> draft, score: int", "in": {"old": "draft"}}, "until": "score >= goal", "max": 9}]}
            """
        let (outputs, prompts) = try await run(text, ["topic": "T", "goal": 3]) { field, number, _ in
            field == "score" ? "\(number)" : "draft \(number)"
        }
        #expect(outputs == ["draft": "draft 3", "score": 3])
        #expect(prompts.count == 4 && prompts[3].contains("draft 2"))
        #expect(try program(text).inputs.map(\.name) == ["topic", "goal"])
    }

    @Test("a loop with max alone does all its rounds, and each finds what those before it gathered")
    func gathers() async throws {
        let text = """
            {"loop": {"steps": ["claim, notes -> query", "claim, notes, query -> found: list[str], title"]}, "max": 3,
             "gather": {"notes": "found", "titles": {"from": "title", "unique": true}},
             "outputs": ["notes", "titles"]}
            """
        let (outputs, prompts) = try await run(text, ["claim": "C"]) { field, number, _ in
            switch field {
            case "found": #"["n\#(number)", "m"]"#
            case "title": number > 2 ? "new" : "old"
            default: "q\(number)"
            }
        }
        let notes = try #require(outputs["notes"]?.array)
        #expect(notes.count == 6 && notes.filter { $0 == "m" }.count == 3)
        #expect(outputs["titles"] == ["old", "new"])
        #expect(prompts.count == 6)
        // The first round finds an empty list, the last one what two rounds gave.
        #expect(prompts[0].contains("[[ ## notes ## ]]\n\n") || prompts[0].contains("[[ ## notes ## ]]\nN/A"))
        #expect(prompts[5].contains("[1] «") && prompts[5].contains("[4] «") && !prompts[5].contains("[5] «"))
        #expect(try program(text).inputs.map(\.name) == ["claim"])
    }

    @Test("a start value is what the first round finds, and is no input of the program")
    func starts() async throws {
        let text = """
            {"loop": {"signature": "topic, old, n: int -> draft, score: int", "in": {"old": "draft"}}, "max": 2,
             "start": {"draft": "empty", "n": "7"}}
            """
        let (outputs, prompts) = try await run(text, ["topic": "T", "draft": "from outside"]) { field, number, _ in
            field == "score" ? "\(number)" : "draft \(number)"
        }
        #expect(outputs == ["draft": "draft 1", "score": 1])
        #expect(prompts.count == 2 && prompts[0].contains("empty") && prompts[1].contains("draft 0"))
        #expect(prompts.allSatisfy { $0.contains("[[ ## n ## ]]\n7") })
        #expect(try program(text).inputs.map(\.name) == ["topic"])
    }

    @Test(
        "how many calls a run makes is a range where a loop, a branch or an agent decides",
        arguments: [
            (#""q -> a""#, "1 call"), (#"{"steps": ["q -> a", "a -> b"]}"#, "2 calls"),
            (#"{"loop": "q -> a", "max": 4}"#, "4 calls"),
            (#"{"loop": "q -> a", "max": 4, "until": "a == 'x'"}"#, "1 to 4 calls"),
            (#"{"steps": ["q -> n: int", {"if": "n > 1", "then": "q -> x"}]}"#, "1 to 2 calls"),
            (
                #"{"steps": ["q -> k: bool", {"switch": "k", "cases": {"true": {"steps": ["q -> m", "m -> x"]}, "false": "q -> x"}}]}"#,
                "2 to 3 calls"
            ),
            (#"{"steps": ["q -> l: list[str]", {"for_each": "l", "as": "i", "do": "i -> o"}]}"#, "1 call or more"),
            (
                #"{"tools": {"c": {"builtin": "calculator"}}, "module": "ReAct", "signature": "q -> a"}"#,
                "2 to 21 calls"
            ),
            (
                #"{"tools": {"c": {"builtin": "calculator"}}, "module": "ReActV2", "signature": "q -> a", "max_iters": 3}"#,
                "1 to 4 calls"
            ),
            (#"{"module": "BestOfN", "of": "q -> a", "n": 3, "reward": "1"}"#, "3 calls"),
            (#"{"module": "BestOfN", "of": "q -> a", "n": 3, "reward": "1", "threshold": 1}"#, "1 to 3 calls"),
            (#"{"module": "Refine", "of": "q -> a", "n": 3, "reward": "1", "threshold": 1}"#, "1 to 5 calls"),
            (#"{"module": "Majority", "of": "q -> a", "n": 9}"#, "1 call"),
            (
                #"{"loop": {"loop": {"loop": {"loop": {"loop": {"loop": {"loop": "q -> a", "max": 1000}, "max": 1000}, "max": 1000}, "max": 1000}, "max": 1000}, "max": 1000}, "max": 1000}"#,
                "9223372036854775807 calls or more"
            ),
        ])
    func callCount(text: String, words: String) throws {
        #expect(CallCount(try program(text)).text == words)
    }

    @Test("what is said of a bare signature beside it is what a file would say")
    func signatureDetails() throws {
        let loader = SpecLoader(files: MemoryFiles(texts: [:]).files)
        let details = SignatureDetails(module: .chainOfThought, instructions: "Be brief.")
        let said = try #require(loader.load(signature: "q -> a", details).program)
        let written = try program(
            #"{"module": "ChainOfThought", "signature": "q -> a", "instructions": "Be brief."}"#)
        #expect(ProgramGraph.text(said).contains("ChainOfThought"))
        #expect(
            said.root.predictors[0].predictor.promptSignature == written.root.predictors[0].predictor.promptSignature)
    }

    @Test("BestOfN and Refine keep the attempt with the best reward", arguments: ["BestOfN", "Refine"])
    func attempts(module: String) async throws {
        let text =
            #"{"module": "\#(module)", "of": {"name": "w", "signature": "q -> a"}, "n": 3, "threshold": 99, "reward": "0 - len(w.a) + bonus"}"#
        let (outputs, _) = try await run(text, ["q": "Q", "bonus": 1]) { field, number, _ in
            field == "a" ? ["xxx", "x", "xx"][number % 3] : "{}"
        }
        #expect(outputs["a"] == "x")
    }

    @Test("a branch of a `parallel` object keeps what is said of it: its title, its limits, what stands in for it")
    func branches() throws {
        let loaded = try program(
            #"{"parallel": {"x": {"name": "n", "title": "X y", "signature": "q -> a", "retry": 2, "timeout": 5, "fallback": "q -> a"}, "z": "q -> a"}}"#
        )
        #expect(loaded.branches.map(\.name) == ["x", "z"] && loaded.branches.map(\.title) == ["X y", nil])
        let node = try #require(loaded.root.children.first?.node)
        #expect(
            node.guards.timeout == 5 && node.guards.retry?.attempts == 2 && node.children.map(\.name) == ["fallback"])
        #expect(try program(#"{"parallel": ["q -> a", "q -> b"]}"#).branches.isEmpty)
        #expect(try program(#"{"steps": [{"parallel": {"x": "q -> a"}}]}"#).branches.isEmpty)
    }

    @Test("Majority counts the generations that `n` asks for")
    func majority() async throws {
        let loaded = try program(#"{"module": "Majority", "of": "q -> a", "n": 5}"#)
        guard case .attempts(let attempts) = loaded.root.kind, case .predictor(let predictor) = attempts.body.kind
        else {
            Issue.record("no attempts")
            return
        }
        #expect(predictor.config == ["n": 5] && attempts.count == nil)
        #expect(try TestBuilder.recording.build(loaded) is Majority)
    }

    @Test("the field that is named votes, else the last")
    func majorityField() async throws {
        let colours = ["red", "blue", "red"]
        let whys = ["x", "y", "y"]
        for (key, expected) in [("", "blue"), (#", "field": "colour""#, "red"), (#", "field": "why""#, "blue")] {
            let text = #"{"module": "Majority", "of": "q -> colour, why", "n": 3\#(key)}"#
            let model = RuleModel(
                outputs: (0..<3).map {
                    .init(
                        text:
                            "[[ ## colour ## ]]\n\(colours[$0])\n\n[[ ## why ## ]]\n\(whys[$0])\n\n[[ ## completed ## ]]"
                    )
                })
            let prediction = try await TestBuilder.builder { _ in model }.build(try program(text))
                .call(["q": "Q"], in: RunContext(lm: model))
            #expect(prediction["colour"] == .string(expected), "\(key)")
        }
    }

    // MARK: Guards

    @Test("a node that fails is tried again, and then another model or node answers")
    func guards() async throws {
        let bad = RuleModel.ofFields("test/bad") { _, _, _ in throw LMError(.serverError, "down") }
        let good = RuleModel.ofFields("test/good") { field, _, _ in "good \(field)" }
        let builder = TestBuilder.builder { $0.model == "test/bad" ? bad : good }
        let byModel = try builder.build(
            try program(
                #"{"lm": "test/bad", "retry": 2, "fallback": "test/good", "steps": [{"name": "s", "signature": "q -> a"}, "a -> b"], "outputs": ["s.a", "b"]}"#
            ))
        #expect(try await byModel.call(["q": "Q"], in: RunContext(lm: bad)).json == ["a": "good a", "b": "good b"])
        #expect(bad.prompts.count == 3 && good.prompts.count == 2)
        let byNode = try builder.build(
            try program(
                #"{"steps": [{"signature": "q -> a, c", "lm": "test/bad", "fallback": {"signature": "x -> a", "in": {"x": "q"}, "lm": "test/good"}}, {"signature": "a -> b", "lm": "test/good"}]}"#
            ))
        #expect(try await byNode.call(["q": "Q"], in: RunContext(lm: bad)).json == ["b": "good b"])
        #expect(byNode.namedPredictors().map(\.name) == ["steps[0]", "steps[0].fallback", "steps[1]"])
    }

    @Test("what stands around a node may read more than the node, and gives what both give")
    func fallbackPorts() throws {
        let loaded = try program(#"{"signature": "q -> a, b", "fallback": "q, hint -> a"}"#)
        #expect(loaded.inputs.map(\.name) == ["q", "hint"])
        #expect(loaded.outputs.map { "\($0.name) \($0.isOptional)" } == ["a false", "b true"])
        let timed = try program(#"{"signature": "q -> a", "timeout": 5, "retry": {"attempts": 3, "wait": 1}}"#)
        #expect(timed.root.guards.timeout == 5 && timed.root.guards.retry?.attempts == 3)
        #expect(try TestBuilder.recording.build(timed) is Retry)
    }

    @Test("children have the names of their modules")
    func children() throws {
        let texts = [
            #"{"steps": [{"name": "s", "signature": "q -> a"}, {"switch": "k", "cases": {"x": "a -> b"}, "else": "a -> b"}]}"#,
            #"{"for_each": "l", "as": "x", "do": {"if": "n > 1", "then": "x -> a", "else": "x -> a"}}"#,
            #"{"loop": {"parallel": ["q -> a", "q -> b"]}, "until": "a == b", "max": 2, "fallback": "q -> a, b"}"#,
            #"{"module": "BestOfN", "of": "q -> a", "n": 2, "reward": "1"}"#,
        ]
        func names(_ node: CheckedNode, _ path: [String]) -> [String] {
            node.children.flatMap { names($0.node, path + [$0.name]) }
                + (node.children.allSatisfy { $0.name == "fallback" } ? [path.joined(separator: ".")] : [])
        }
        for text in texts {
            let loaded = try program(text)
            let built = try TestBuilder.recording.build(loaded).namedPredictors().map(\.name)
            #expect(Set(names(loaded.root, [])) == Set(built), "\(text)")
        }
    }
}
