import DSPyCore
import DSPySpec
import OrderedJSON
import Synchronization
import TestModels
import Testing

/// Tools of program files: what they are, who may call them, and how they are built.
@Suite struct Tools {
    private func program(_ text: String, files: [String: String] = [:]) throws -> CheckedProgram {
        let outcome = MemoryFiles(texts: files).load(text)
        #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.description))")
        return try #require(outcome.program)
    }

    private func tool(_ entry: String, types: String = "{}") throws -> ToolSpec {
        let text = #"{"types": \#(types), "tools": {"t": \#(entry)}, "module": "ReAct", "signature": "q -> a"}"#
        return try #require(try program(text).tools.first)
    }

    // MARK: What they are

    @Test("a command keeps its arguments with types and defaults, and where their values go")
    func command() throws {
        let spec = try tool(
            #"{"description": "D", "args": {"kind": "Kind = 'a'", "n": {"type": "int", "desc": "how many", "default": "3"}, "rest": "list[str]"}, "command": ["rg", "-m{n}", "{kind}", "{{kind}}", "{ }", "{rest}"], "stdin": "{kind}!", "cwd": "docs", "env": ["HOME"], "timeout": 2.5, "max_output": 100, "result": "json", "ok_statuses": [0, 1]}"#,
            types: #"{"Kind": ["a", "b"]}"#)
        #expect(spec.name == "t" && spec.description == "D")
        let arguments = try #require(spec.arguments)
        #expect(arguments.map(\.name) == ["kind", "n", "rest"])
        #expect(arguments.map(\.type.name) == ["Kind", "int", "list[str]"])
        #expect(arguments.map { $0.defaultValue?.pythonRepr } == ["<Kind.A: 'a'>", "3", nil])
        #expect(arguments[1].description == "how many")
        guard case .command(let command) = spec.kind else {
            Issue.record("no command")
            return
        }
        #expect(
            command.argv.map(\.parts) == [
                [.text("rg")], [.text("-m"), .argument("n")], [.argument("kind")], [.text("{kind}")], [.text("{ }")],
                [.argument("rest")],
            ])
        #expect(command.argv[2].onlyArgument == "kind" && command.argv[1].onlyArgument == nil)
        #expect(command.stdin?.parts == [.argument("kind"), .text("!")])
        #expect(command.folder == "docs" && command.environment == ["HOME"] && command.timeout == 2.5)
        #expect(command.maxOutput == 100 && command.result == .json && command.statuses == [0, 1])
    }

    @Test("a request keeps method, host, headers, body and what is selected")
    func http() throws {
        let spec = try tool(
            #"{"args": {"q": "str"}, "http": "POST https://api.example.org:8443/v1/{q}?key=${env:K}", "headers": {"Authorization": "Bearer ${env:TOKEN}", "X-Q": "{q}"}, "body": {"query": "{q}", "n": 1}, "select": "items.0.name"}"#
        )
        guard case .http(let http) = spec.kind else {
            Issue.record("no request")
            return
        }
        #expect(http.method == "POST" && http.host == "api.example.org:8443")
        #expect(
            http.url.parts == [
                .text("https://api.example.org:8443/v1/"), .argument("q"), .text("?key="), .environment("K"),
            ])
        #expect(http.headers.map(\.name) == ["Authorization", "X-Q"])
        #expect(http.headers[0].value.parts == [.text("Bearer "), .environment("TOKEN")])
        #expect(http.body == .json(["query": "{q}", "n": 1]) && http.select == ["items", "0", "name"])
    }

    @Test("servers, built-in tools, programs and fixed arguments")
    func others() throws {
        #expect(try tool(#"{"builtin": "calculator"}"#).kind == .builtin("calculator"))
        #expect(
            try tool(#"{"mcp": ["server", "."], "allow": ["x"], "env": ["HOME"]}"#).kind
                == .mcp(MCPTools(server: .command(["server", "."]), allowed: ["x"], environment: ["HOME"])))
        #expect(
            try tool(#"{"mcp": "https://example.org/mcp"}"#).kind
                == .mcp(MCPTools(server: .url("https://example.org/mcp"), allowed: nil, environment: [])))
        let bound = try tool(
            #"{"command": ["ls", "{n}", "{k}"], "args": {"n": "int", "k": "str"}, "bind": {"n": "5", "k": "${env:KEY}"}}"#
        )
        #expect(bound.bound.map(\.name) == ["n", "k"])
        #expect(bound.bound.map(\.value) == [.literal(5), .environment("KEY")])
    }

    @Test("a program's tools are the file's own, then those of the files inside")
    func flat() throws {
        let files = [
            "inner.json": #"{"tools": {"calc": {"builtin": "calculator"}}, "module": "ReAct", "signature": "q -> a"}"#,
            "deep.json": #"{"program": "inner.json"}"#,
        ]
        let text = """
            {"tools": {"ask": {"program": "deep.json", "description": "asks"}, "now": {"builtin": "now"}},
             "steps": [{"module": "ReAct", "signature": "q -> b"}, {"program": "inner.json"}]}
            """
        #expect(try program(text, files: files).tools.map(\.name) == ["ask", "now", "calc", "calc"])
    }

    // MARK: Who may call them

    @Test(
        "a module may call all tools, or those that it names",
        arguments: [
            ("", ["calc", "files"]), (#""use": ["calc"],"#, ["calc"]), (#""use": ["files.x"],"#, ["files.x"]),
            (#""use": ["files", "calc"],"#, ["files", "calc"]),
        ])
    func uses(use: String, expected: [String]) throws {
        let text =
            #"{"tools": {"calc": {"builtin": "calculator"}, "files": {"mcp": ["x"]}}, "module": "CodeAct", \#(use) "signature": "q -> a"}"#
        let outcome = MemoryFiles().load(text)
        #expect(outcome.diagnostics.allSatisfy { $0.code == .unused && $0.severity == .warning })
        guard case .predictor(let predictor)? = outcome.program?.root.kind else {
            Issue.record("no predictor")
            return
        }
        #expect(predictor.tools.map { $0.member == nil ? $0.tool : "\($0.tool).\($0.member ?? "")" } == expected)
    }

    @Test(
        "modules give what DSPy's give, in its order",
        arguments: [
            ("ReAct", "q", "trajectory: dict[str, Any], reasoning: str, a: int"),
            ("CodeAct", "q", "trajectory: dict[str, Any], reasoning: str, a: int"),
            ("ReActV2", "q history", "a: int, history: History, termination_reason: str"),
            ("ProgramOfThought", "q", "reasoning: str, a: int"),
            ("RLM", "q", "a: int, trajectory: list[Any], final_reasoning: str"),
            ("MultiChainComparison", "q completions", "rationale: str, a: int"),
            ("ChainOfThought", "q", "reasoning: str, a: int"), ("Predict", "q", "a: int"),
        ])
    func ports(module: String, inputs: String, outputs: String) throws {
        let loaded = try #require(
            MemoryFiles().load(
                #"{"tools": {"calc": {"builtin": "calculator"}}, "module": "\#(module)", "signature": "q -> a: int"}"#
            ).program)
        #expect(loaded.inputs.map(\.name).joined(separator: " ") == inputs)
        #expect(loaded.outputs.map { "\($0.name): \($0.typeName)" }.joined(separator: ", ") == outputs)
    }

    @Test("each module of DSPy is built")
    func modules() throws {
        func build(_ module: String) throws -> any Module {
            try TestBuilder.recording.build(
                try #require(
                    MemoryFiles().load(
                        #"{"tools": {"calc": {"builtin": "calculator"}}, "module": "\#(module)", "signature": "q -> a: int"}"#
                    ).program))
        }
        #expect(try build("ReAct") is ReAct)
        #expect(try build("ReActV2") is ReActV2)
        #expect(try build("MultiChainComparison") is MultiChainComparison)
        #expect(try build("ProgramOfThought") is ProgramOfThought)
        #expect(try build("CodeAct") is CodeAct)
        #expect(try build("RLM") is RLM)
        let knn = try program(
            #"{"signature": "q -> a", "knn": {"k": 1, "embedder": "test/e"}, "demos": [{"q": "x", "a": "y"}]}"#)
        #expect(try TestBuilder.recording.build(knn) is KNNFewShot)
    }

    // MARK: How they are built

    @Test("tools are made once for a program, whoever calls them")
    func once() throws {
        let made = Mutex<[String]>([])
        let files = [
            "inner.json": #"{"tools": {"date": {"builtin": "date"}}, "module": "ReAct", "signature": "x -> y"}"#
        ]
        let text = """
            {"tools": {"calc": {"builtin": "calculator"}, "now": {"builtin": "now"}}, "fallback": "openai/x", "steps": [
              {"program": "inner.json", "fallback": "openai/y"},
              {"module": "ReAct", "signature": "q -> a"}, {"module": "ReAct", "signature": "a -> b"},
              {"tool": "calc", "with": {"expression": "b"}, "retry": 2, "fallback": "q -> result"}]}
            """
        let loaded = try #require(MemoryFiles(texts: files).load(text).program)
        let builder = ProgramBuilder(
            makeLM: { RuleModel.ofFields($0.model) },
            makeTools: { spec in
                made.withLock { $0.append(spec.name) }
                return TestBuilder.tools(spec)
            })
        _ = try builder.build(loaded)
        #expect(made.withLock { $0 } == ["calc", "now", "date"])
    }

    @Test("a tool call takes its arguments from the scope, fixed values and the environment")
    func calls() async throws {
        let text = """
            {"tools": {"grep": {"args": {"pattern": "str", "limit": "int = 20", "key": "str"}, "bind": {"key": "${env:KEY}"},
                                "command": ["rg", "{pattern}", "{limit}", "{key}"]}},
             "steps": [{"name": "s", "signature": "q -> p"},
               {"tool": "grep", "with": {"pattern": "s.p", "limit": {"value": "5"}}, "as": "hits"}]}
            """
        let loaded = try program(text)
        #expect(loaded.outputs.map { "\($0.name): \($0.typeName)" } == ["hits: str"])
        let module = try TestBuilder.recording.build(loaded)
        let prediction = try await module.call(["q": "Q"], in: RunContext(lm: RuleModel.ofFields("test/m")))
        #expect(prediction["hits"] == "grep{'pattern': 'the p', 'limit': 5, 'key': 'the KEY'}")
    }

    /// A builder whose server has one tool: it must have `query`, may have `limit`, and echoes what it gets.
    private static var searching: ProgramBuilder {
        ProgramBuilder(
            makeLM: { RuleModel.ofFields($0.model) },
            makeTools: { _ in
                var limit = Tool.Argument("limit", .integer)
                limit.isOptional = true
                var tool = Tool(
                    name: "search", purpose: nil, arguments: [Tool.Argument("query", .string), limit],
                    body: .sync { .string(Value.dict($0).pythonRepr) })
                tool.isOpen = true
                return [tool]
            })
    }

    @Test(
        "what a server's tool must have comes from the scope at any depth, what it may have only by `with`",
        arguments: [
            (#"["q -> query, limit: int", {"tool": "s.search"}]"#, "{'query': 'the query'}"),
            (#"[{"tool": "s.search"}, "q, query, result -> x"], "outputs": ["result"]"#, "{'query': 'the user'}"),
            (
                #"["q -> text, limit: int", {"tool": "s.search", "with": {"query": "text", "limit": "limit"}}]"#,
                "{'query': 'the text', 'limit': 7}"
            ),
            (
                #"["q -> text, query", {"tool": "s.search", "with": {"query": {"value": "fixed"}}}]"#,
                "{'query': 'fixed'}"
            ),
            (
                #"["q -> query", {"steps": ["q -> y", {"if": "len(y) > 0", "then": {"tool": "s.search"}, "else": "y -> result"}]}]"#,
                "{'query': 'the query'}"
            ),
            (
                #"["q -> words: list[str]", {"for_each": "words", "as": "query", "do": {"tool": "s.search"}, "collect": "result"}]"#,
                #"["{'query': 'one'}"]"#
            ),
        ])
    func serverSteps(steps: String, expected: String) async throws {
        let loaded = MemoryFiles().load(#"{"tools": {"s": {"mcp": ["x"]}}, "steps": \#(steps)}"#)
        let program = try #require(loaded.program, "\(loaded.diagnostics.map(\.description))")
        let module = try Self.searching.build(program)
        let model = RuleModel.ofFields { field, _, _ in
            switch field {
            case "limit": "7"
            case "words": #"["one"]"#
            default: "the \(field)"
            }
        }
        let prediction = try await module.call(["q": "Q", "query": "the user"], in: RunContext(lm: model))
        #expect(prediction["result"]?.pythonString == expected)
    }

    @Test("a server's tool without what it must have is told so before it is called")
    func serverStepWithout() async throws {
        let loaded = try program(#"{"tools": {"s": {"mcp": ["x"]}}, "steps": ["q -> y", {"tool": "s.search"}]}"#)
        let module = try Self.searching.build(loaded)
        let error = try await #require(throws: ToolError.self) {
            try await module.call(["q": "Q"], in: RunContext(lm: RuleModel.ofFields("test/m")))
        }
        #expect(error.message.contains("needs `query`") && error.message.contains("`with`"))
    }

    @Test("an agent that is a tool keeps its conversation to itself")
    func agentAsTool() throws {
        let files = [
            "inner.json": #"{"module": "ReActV2", "signature": "q, style: str -> a", "defaults": {"style": "x"}}"#
        ]
        let text =
            #"{"tools": {"ask": {"program": "inner.json"}}, "module": "ReAct", "signature": "question -> answer"}"#
        let loaded = try #require(MemoryFiles(texts: files).load(text).program)
        #expect(loaded.ownTools.first?.program?.inputs.map(\.name) == ["q", "style", "history"])
        #expect(
            try TestBuilder.recording.tools(of: loaded).first?.tools.first?.arguments.map(\.name) == ["q", "style"])
    }

    @Test("a program with a server that is not asked can still be looked at")
    func unaskedServer() throws {
        let text =
            #"{"tools": {"s": {"mcp": ["x"]}}, "steps": ["q -> query", {"tool": "s.search"}, {"module": "ReAct", "signature": "result -> a", "use": ["s.search"]}]}"#
        let builder = ProgramBuilder(makeLM: { RuleModel.ofFields($0.model) }, makeTools: { _ in nil })
        #expect(try builder.build(try program(text)).namedPredictors().count == 3)
    }

    @Test("an argument that `with` does not name comes from the scope, unless it may be left out")
    func byName() throws {
        let loaded = try program(
            #"{"tools": {"t": {"args": {"a": "str", "b": "int = 1"}, "command": ["x", "{a}", "{b}"]}}, "tool": "t"}"#)
        #expect(loaded.inputs.map { "\($0.name): \($0.typeName)" } == ["a: str"])
        #expect(loaded.outputs.map { "\($0.name): \($0.typeName)" } == ["result: str"])
    }

    @Test("a program is a tool: its inputs are the arguments, its outputs the result")
    func programs() async throws {
        let files = ["inner.json": #"{"signature": "word, style -> meaning", "defaults": {"style": "short"}}"#]
        let fields = try program(
            #"{"tools": {"look": {"program": "inner.json"}}, "steps": [{"tool": "look", "with": {"word": "q"}}, "meaning -> b"]}"#,
            files: files)
        let model = RuleModel.ofFields("test/m")
        let module = try TestBuilder.builder { _ in model }.build(fields)
        #expect(try await module.call(["q": "Q"], in: RunContext(lm: model)).json == ["b": "the b"])
        guard case .text(let prompt)? = model.requests.first?.messages.last?.content else { return }
        #expect(prompt.contains("short"))
        let whole = try program(
            #"{"tools": {"look": {"program": "inner.json"}}, "tool": "look", "with": {"word": "q"}, "as": "all"}"#,
            files: files)
        let prediction = try await TestBuilder.builder { _ in model }.build(whole)
            .call(["q": "Q"], in: RunContext(lm: model))
        #expect(prediction["all"] == .dict(["meaning": "the meaning"]))
    }

    @Test("a server without the tool that a program names fails the building with the nearest name")
    func unknownMember() throws {
        let loaded = try program(
            #"{"tools": {"files": {"mcp": ["x"]}}, "module": "ReAct", "signature": "q -> a", "use": ["files.raed_file"]}"#
        )
        let error = #expect(throws: ModuleError.self) { try TestBuilder.recording.build(loaded) }
        #expect(error?.message == "`files` has no tool `raed_file`; did you mean `read_file`?")
    }

    @Test("what nothing can do here is an error that says so")
    func missing() throws {
        let bare = ProgramBuilder { RuleModel.ofFields($0.model) }
        let cases = [
            (#"{"module": "RLM", "signature": "q -> a"}"#, "nothing runs the Python code that `RLM` writes here"),
            (
                #"{"tools": {"t": {"builtin": "now"}}, "module": "ReAct", "signature": "q -> a"}"#,
                "nothing runs the tool `t` here"
            ),
            (
                #"{"signature": "q -> a", "knn": {"k": 1, "embedder": "test/e"}, "demos": [{"q": "x", "a": "y"}]}"#,
                "nothing compares examples with test/e here"
            ),
        ]
        for (text, message) in cases {
            let error = #expect(throws: ModuleError.self) { try bare.build(try program(text)) }
            #expect(error?.message == message)
        }
    }
}
