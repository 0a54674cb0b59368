import OrderedJSON
import TestSupport
import Testing

/// Agents and tools of servers under every command, with the whole binary.
@Suite struct AgentCommands {
    /// A turn of an agent that calls tools in its text.
    private static func turn(_ thought: String, _ calls: [(String, JSON)]) -> JSON {
        let made: JSON = ["tool_calls": .array(calls.map { ["name": .string($0.0), "args": $0.1] })]
        return .string(
            "[[ ## next_thought ## ]]\n\(thought)\n\n[[ ## tool_calls ## ]]\n\(made.text())\n\n[[ ## completed ## ]]")
    }

    @Test("an agent's conversation goes on in another run, and in another step where `in` says so")
    func conversation() async throws {
        let folder = try TemporaryFolder()
        let calc = #""tools": {"calc": {"builtin": "calculator"}}, "module": "ReActV2""#
        try folder.write("{\(calc), \"signature\": \"question -> answer\"}", to: "p.json")
        let first = [
            Self.turn("look", [("calc", ["expression": "6*7"])]),
            Self.turn("end", [("submit", ["answer": "forty-two"])]),
        ]
        try folder.write(JSON.array(first).text(), to: "first.json")
        let one = try await ToolRun.run(["run", "p.json", "question=6*7?", "--lm", "scripted/first.json"], in: folder)
        let prediction = try JSON(parsing: one.output)
        #expect(prediction["answer"] == "forty-two", "\(one.errors)")
        try folder.write((prediction["history"] ?? .null).text(), to: "history.json")

        try folder.write(JSON.array([Self.turn("end", [("submit", ["answer": "again"])])]).text(), to: "second.json")
        let goingOn = ["question=and now?", "history:=@history.json", "--lm", "scripted/second.json"]
        let two = try await ToolRun.run(["run", "p.json"] + goingOn + ["--record", "second.jsonl"], in: folder)
        #expect(try JSON(parsing: two.output)["history"]?["messages"]?.array?.count == 3, "\(two.errors)")
        let asked = Golden.text(of: folder.path + "/second.jsonl") ?? ""
        for words in ["6*7?", #"\"expression\": \"6*7\""#, "tool_call_results", "forty-two", "and now?"] {
            #expect(asked.contains(words), "\(words) is not in the second run's request")
        }
        // What a preview shows is what was asked.
        let shown = try await ToolRun.run(["show", "p.json", "--format", "json"] + goingOn, in: folder)
        let request = try JSON(parsing: asked.split(separator: "\n").first.map(String.init) ?? "")
        #expect(try JSON(parsing: shown.output).array?.first?["messages"] == request["request"]?["messages"])

        let steps = """
            {\(calc), "steps": [{"name": "one", "signature": "question -> answer"},
              {"signature": "more -> final", "in": {"history": "one.history"}}]}
            """
        try folder.write(steps, to: "steps.json")
        #expect(try await ToolRun.run(["check", "steps.json"], in: folder).code == 0)
        try folder.write(
            JSON.array(first + [Self.turn("end", [("submit", ["final": "done"])])]).text(), to: "chain.json")
        let chain = try await ToolRun.run(
            ["run", "steps.json", "question=6*7?", "more=why?", "--lm", "scripted/chain.json"], in: folder)
        #expect(try JSON(parsing: chain.output)["history"]?["messages"]?.array?.count == 3, "\(chain.errors)")
        let bad = try await ToolRun.run(
            ["run", "p.json", "question=q", "history:=[1]", "--lm", "scripted/first.json"], in: folder)
        #expect(bad.code == 65 && bad.errors.contains("`history`"))
    }

    @Test("an agent that calls tools natively runs under every command", arguments: ["json", "baml"])
    func native(adapter: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            {"module": "ReActV2", "signature": "question -> answer", "adapter": "\(adapter)",
             "tools": {"calc": {"builtin": "calculator"}}}
            """, to: "p.json")
        try folder.write("{\"question\": \"one\"}\n{\"question\": \"two\"}\n", to: "in.jsonl")
        let call: JSON = [
            "id": "c1", "type": "function", "function": ["name": "submit", "arguments": #"{"answer": "5"}"#],
        ]
        let choice: JSON = [
            "index": 0, "message": ["role": "assistant", "tool_calls": [call]], "finish_reason": "tool_calls",
        ]
        let body: JSON = ["id": "x", "model": "m", "choices": [choice]]
        let server = try LoopbackServer(replies: [.init(body.text())])
        let model = ["--lm", "openai/gpt-4o-mini", "--api-base", "http://127.0.0.1:\(server.port)/v1", "--no-cache"]
        let key = ["OPENAI_API_KEY": "sk-test"]
        func run(_ arguments: [String]) async throws -> ToolRun {
            let run = try await ToolRun.run(arguments + model, in: folder, environment: key)
            #expect(run.code == 0, "\(arguments): \(run.errors)")
            return run
        }
        #expect(try JSON(parsing: try await run(["run", "p.json", "question=q"]).output)["answer"] == "5")
        #expect(try await run(["batch", "p.json", "in.jsonl", "-o", "o.jsonl"]).errors.contains("2 ok"))
        #expect(Golden.text(of: folder.path + "/o.jsonl")?.contains("\"answer\": \"5\"") == true)
        let first = try JSON(parsing: server.requests.first?.text ?? "")
        for command in [
            ["show", "p.json", "question=q", "--format", "json"], ["batch", "p.json", "in.jsonl", "--check"],
        ] {
            let shown = try await ToolRun.run(
                command + ["--lm", "openai/gpt-4o-mini"], in: folder, environment: key)
            #expect(shown.code == 0, "\(command): \(shown.errors)")
            guard command[0] == "show" else { continue }
            let call = try JSON(parsing: shown.output).array?.first
            #expect(call?["messages"] == first["messages"])
            #expect(call?["options"]?["tools"] == first["tools"])
        }
        let dry = try await ToolRun.run(
            ["run", "p.json", "question=q", "--dry-run", "--lm", "openai/gpt-4o-mini"], in: folder, environment: key)
        #expect(dry.code == 0 && dry.output.contains("\"submit\""), "\(dry.errors)")
    }

    /// A server with one tool that must have `query` and may have two more.
    private static let server = #"""
        import json, sys
        schema = {"type": "object", "required": ["query"], "properties": {
            "query": {"type": "string"}, "limit": {"type": "integer", "default": 3}, "page": {"type": "integer"},
            "tree": {"$ref": "#/$defs/T"}}, "$defs": {"T": {"type": "object", "properties": {
                "left": {"$ref": "#/$defs/T"}, "right": {"$ref": "#/$defs/T"}, "rest": {"type": "array", "items": {"$ref": "#/$defs/T"}}}}}}
        for line in sys.stdin:
            message = json.loads(line)
            method, result = message.get("method"), {}
            if method == "initialize":
                result = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "s", "version": "1"}}
            elif method == "tools/list":
                result = {"tools": [{"name": "search", "description": "Searches.", "inputSchema": schema}]}
            elif method == "tools/call":
                result = {"content": [{"type": "text", "text": json.dumps(message["params"].get("arguments"))}]}
            if "id" in message:
                print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
        """#

    @Test(
        "a server's tool is called with what it must have, by hand and as a step",
        .enabled(if: Conditions.has("python3")))
    func serverTool() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.server, to: "server.py")
        let tools = #""tools": {"s": {"mcp": ["python3", "server.py"]}}"#
        try folder.write("{\(tools), \"module\": \"ReAct\", \"signature\": \"q -> a\"}", to: "p.json")
        func call(_ arguments: [String], input: String? = nil) async throws -> ToolRun {
            try await ToolRun.run(
                ["tool", "call", "p.json", "s.search"] + arguments + ["--allow", "mcp:s"], input: input, in: folder)
        }
        #expect(try await call(["query=hi"]).output == #"{"query": "hi"}"# + "\n")
        #expect(try await call(["limit=4"], input: "piped").output == #"{"query": "piped", "limit": 4}"# + "\n")
        #expect(try await call(["query=hi", "other:=[1]"]).output == #"{"query": "hi", "other": [1]}"# + "\n")
        let missing = try await call(["limit=4"])
        #expect(missing.code == 64 && missing.errors.contains("missing input `query` (str)"))
        let misspelt = try await call(["query=hi", "lim=4"])
        #expect(misspelt.code == 64 && misspelt.errors.contains("did you mean 'limit'?"))
        let listed = try await ToolRun.run(["tool", "list", "p.json", "--json", "--allow", "mcp:s"], in: folder)
        #expect(!listed.output.contains("$ref") && listed.output.utf8.count < 4000)

        try folder.write(
            "{\(tools), \"steps\": [\"question -> query, limit: int\", {\"tool\": \"s.search\"}]}", to: "steps.json")
        let steps = ["steps.json", "question=hi", "--lm", "scripted/echo"]
        let run = try await ToolRun.run(["run"] + steps + ["--allow", "mcp:s"], in: folder)
        #expect(run.output == #"{"result": "{\"query\": \"hi\"}"}"# + "\n", "\(run.errors)")
        // The server is not asked for a preview, nor for the fingerprint of a journal.
        #expect(try await ToolRun.run(["show"] + steps, in: folder).code == 0)
        try folder.write("{\"question\": \"hi\"}\n", to: "in.jsonl")
        let batch = try await ToolRun.run(
            ["batch", "steps.json", "in.jsonl", "-o", "o.jsonl", "--lm", "scripted/echo", "--allow", "mcp:s"],
            in: folder)
        #expect(batch.code == 0, "\(batch.errors)")
    }

    @Test("a grep that finds nothing is no failure where the tool says so")
    func statuses() async throws {
        let folder = try TemporaryFolder()
        try folder.write("one\ntwo\n", to: "note.txt")
        func program(_ statuses: String) -> String {
            #"{"tools": {"grep": {"args": {"text": "str"}, "command": ["grep", "-n", "--", "{text}", "note.txt"]\#(statuses)}}, "tool": "grep"}"#
        }
        try folder.write(program(""), to: "strict.json")
        try folder.write(program(#", "ok_statuses": [0, 1]"#), to: "easy.json")
        func run(_ file: String, _ text: String) async throws -> ToolRun {
            try await ToolRun.run(["run", file, "text=\(text)", "--allow", "run:grep"], in: folder)
        }
        #expect(try await run("strict.json", "three").code == 1)
        let nothing = try await run("easy.json", "three")
        #expect(nothing.code == 0 && nothing.output == #"{"result": ""}"# + "\n", "\(nothing.errors)")
        #expect(try await run("easy.json", "two").output == #"{"result": "2:two"}"# + "\n")
        try folder.write(program(#", "ok_statuses": [1]"#), to: "odd.json")
        #expect(try await run("odd.json", "two").errors.contains("ended with status 0"))
        // What it printed counts, whatever the status.
        let both =
            #"{"tools": {"t": {"command": ["sh", "-c", "echo kept; echo no >&2; exit 3"], "ok_statuses": [3]}}, "tool": "t"}"#
        try folder.write(both, to: "both.json")
        let kept = try await ToolRun.run(["run", "both.json", "--allow", "run:sh"], in: folder)
        #expect(kept.output == #"{"result": "kept"}"# + "\n", "\(kept.errors)")
    }
}
