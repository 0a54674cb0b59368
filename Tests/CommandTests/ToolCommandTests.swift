import Basics
import OrderedJSON
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the tools of a program do, and what they may do, with the whole binary.
@Suite struct ToolCommands {
    /// A program with a tool of every harmless kind, and three that want something.
    static let program = #"""
        {
          "tools": {
            "echo": { "description": "Says it again.", "args": { "text": "str", "times": "int = 1" },
                      "command": ["printf", "--", "%s|%s", "{text}", "{times}"] },
            "calc": { "builtin": "calculator" },
            "read": { "builtin": "read_file" },
            "code": { "builtin": "python_interpreter" },
            "fetch": { "description": "Fetches.", "args": { "q": "str" }, "http": "GET http://127.0.0.1:9/x?q={q}" },
            "short": { "program": "short.json", "description": "Makes it short." }
          },
          "module": "ReAct", "signature": "question -> answer", "max_iters": 2
        }
        """#

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(Self.program, to: "agent.json")
        try folder.write(#"{ "signature": "text -> short" }"#, to: "short.json")
        try folder.write("secret of the folder", to: "note.txt")
        return folder
    }

    private func call(_ arguments: [String], in folder: TemporaryFolder) async throws -> ToolRun {
        try await ToolRun.run(["tool", "call", "agent.json"] + arguments, in: folder)
    }

    @Test("tool list tells arguments, and what each tool needs; check tells the same")
    func list() async throws {
        let folder = try folder()
        let text = try await ToolRun.run(["tool", "list", "agent.json", "--allow", "python"], in: folder)
        #expect(text.code == 0)
        #expect(
            text.output.contains("echo: command (needs --allow run:printf)\n  echo(text: string, times: integer = 1)"))
        #expect(text.output.contains("calc: builtin\n"))
        #expect(text.output.contains("code: builtin (allowed: python)"))
        #expect(text.output.contains("short(text: any)"))
        let json = try await ToolRun.run(["tool", "list", "agent.json", "--json"], in: folder)
        let listing = try JSON(parsing: json.output).array ?? []
        #expect(
            listing.map { $0["needs"] } == ["run:printf", .null, .null, "python", "net:127.0.0.1:9", .null])
        let check = try await ToolRun.run(["check", "agent.json"], in: folder)
        #expect(check.output.contains("asks for --allow run:printf"))
        #expect(check.output.contains("asks for --allow net:127.0.0.1:9"))
        #expect(!check.output.contains("calculator"))
    }

    @Test("tool call checks arguments as a model's call, and prints text raw and anything else as JSON")
    func call() async throws {
        let folder = try folder()
        let echo = try await call(["echo", "text=a b;c", "times:=3", "--allow", "run:printf"], in: folder)
        #expect(echo.output == "a b;c|3\n")
        #expect(echo.errors.isEmpty)
        #expect(try await call(["calc", "expression=2**10"], in: folder).output == "1024\n")
        #expect(try await call(["read", "path=note.txt"], in: folder).output == "secret of the folder\n")
        let short = try await call(["short", "text=long", "--lm", "scripted/echo"], in: folder)
        #expect(short.output == #"{"short": "long"}"# + "\n")
        #expect(try await call(["calc", "expression=1/0"], in: folder).code == 1)
        #expect(try await call(["calc", "nothing=1"], in: folder).code == 64)
        #expect(try await call(["echo", "text=x", "times=many"], in: folder).code == 65)
        let unknown = try await call(["ech"], in: folder)
        #expect(unknown.code == 64)
        #expect(unknown.errors.contains("did you mean 'echo'"))
    }

    @Test(
        "what is not granted is refused with 77, whatever else is granted",
        arguments: [
            ["echo", "text=x"], ["echo", "text=x", "--allow", "run:/bin/sh"], ["code", "code=1"], ["fetch", "q=1"],
            ["fetch", "q=1", "--allow", "net:127.0.0.1:10"], ["read", "path=/etc/hostname"],
            ["read", "path=../../../etc/hostname"],
        ])
    func denied(arguments: [String]) async throws {
        let run = try await call(arguments, in: try folder())
        #expect(run.code == 77)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("PermissionError"))
    }

    @Test("a granted folder may be read by its absolute path, and nothing beside it")
    func grantedFolder() async throws {
        let folder = try folder()
        let other = try TemporaryFolder()
        try other.write("there", to: "a.txt")
        let allowed = try await call(["read", "path=\(other.path)/a.txt", "--allow", "read:\(other.path)"], in: folder)
        #expect(allowed.output == "there\n")
        let beside = try await call(["read", "path=\(other.path)/../x", "--allow", "read:\(other.path)"], in: folder)
        #expect(beside.code == 77)
    }

    @Test("a word that --allow does not know is refused at once, with what was meant")
    func unknownGrant() async throws {
        let run = try await call(["calc", "expression=1", "--allow", "rum:ls"], in: try folder())
        #expect(run.code == 64)
        #expect(run.errors.contains("run"))
    }

    @Test(
        "somebody at a terminal is asked once for each thing that is not granted, and the answer counts",
        .enabled(if: Conditions.has("tmux"), "tmux is not installed: apt-get install tmux"), .timeLimit(.minutes(10)))
    func asked() async throws {
        let folder = try folder()
        let screen = try await TmuxScreen(columns: 110, rows: 30, in: folder)
        let call = "\(ToolRun.path()) tool call agent.json echo text=hi; echo \"code $?\""
        try await screen.type(call)
        _ = try await screen.wait { $0.last?.hasSuffix("(run:printf)? [y/N]") == true }
        try await screen.type("y")
        let granted = try await screen.wait { $0.contains("code 0") }
        #expect(granted.contains("hi|1"))
        try await screen.type("clear; \(call)")
        _ = try await screen.wait { $0.last?.hasSuffix("(run:printf)? [y/N]") == true }
        try await screen.type("")
        _ = try await screen.wait { $0.contains("code 77") }
    }

    // MARK: Runs

    /// A script that has the agent call a tool once and then answer.
    static func script(_ tool: String, _ args: String = "{}") -> String {
        func text(_ lines: String) -> String { JSON.string(lines).text() }
        let act =
            "[[ ## next_thought ## ]]\nt\n\n[[ ## next_tool_name ## ]]\n\(tool)\n\n[[ ## next_tool_args ## ]]\n\(args)"
        let end = "[[ ## reasoning ## ]]\nr\n\n[[ ## answer ## ]]\ndone"
        return "{\"`[[ ## next_tool_name ## ]]`\": \(text(act))}\n{\"`[[ ## answer ## ]]`\": \(text(end))}\n"
    }

    @Test("a denied tool is what the agent sees; a program that depends on it ends with 77")
    func deniedRuns() async throws {
        let folder = try folder()
        try folder.write(Self.script("echo", #"{"text": "x"}"#), to: "script.json")
        let agent = try await ToolRun.run(
            ["run", "agent.json", "question=q", "--lm", "scripted/script.json"], in: folder)
        #expect(agent.code == 0)
        #expect(agent.output.contains("PermissionError: tool `echo` needs --allow run:printf"))
        #expect(agent.errors.contains("not allowed, its calls are refused; allow it with --allow run:printf"))
        try folder.write(
            #"{"tools": {"echo": {"description": "d", "args": {"t": "str"}, "command": ["printf", "--", "{t}"]}}, "#
                + #""tool": "echo", "with": {"t": "word"}}"#, to: "step.json")
        let step = try await ToolRun.run(["run", "step.json", "word=x"], in: folder)
        #expect(step.code == 77)
        let granted = try await ToolRun.run(["run", "step.json", "word=x", "--allow-all"], in: folder)
        #expect(granted.output == #"{"result": "x"}"# + "\n")
    }

    @Test("with --sync a tool without a sync form is an error that says so, unless the conversion is allowed")
    func conversion() async throws {
        let folder = try folder()
        try folder.write(Self.script("calc", #"{"expression": "1+1"}"#), to: "script.json")
        let run = ["run", "agent.json", "question=q", "--lm", "scripted/script.json", "--sync", "-q"]
        let refused = try await ToolRun.run(run, in: folder)
        #expect(refused.output.contains("You are calling `__call__` on an async tool"))
        let allowed = try await ToolRun.run(run + ["--allow-tool-async-sync-conversion"], in: folder)
        #expect(allowed.output.contains(#""observation_0": "2""#))
    }

    @Test("a streamed agent tells its tool calls and their results by their ids")
    func events() async throws {
        let folder = try folder()
        try folder.write(Self.script("calc", #"{"expression": "1+1"}"#), to: "script.json")
        let run = try await ToolRun.run(
            ["run", "agent.json", "question=q", "--lm", "scripted/script.json", "--stream=ndjson", "-q"], in: folder)
        let events = try run.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        let call = try #require(events.first { $0["type"] == "tool_call" && $0["name"] == "calc" })
        let result = try #require(events.first { $0["type"] == "tool_result" && $0["id"] == call["id"] })
        #expect(result["ok"] == true)
        #expect(result["text"] == "2")
        #expect(events.last?["output"]?["answer"] == "done")
    }

    @Test("--trace holds every model call, tool call and value handed on, with times")
    func trace() async throws {
        let folder = try folder()
        try folder.write(Self.script("calc", #"{"expression": "1/0"}"#), to: "script.json")
        let run = try await ToolRun.run(
            ["run", "agent.json", "question=q", "--lm", "scripted/script.json", "--trace", "t.jsonl", "-q"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        let lines = try (Golden.text(of: folder.path + "/t.jsonl") ?? "").split(separator: "\n").map {
            try JSON(parsing: String($0))
        }
        #expect(lines.count { $0["type"] == "lm_call" } == 3)
        let tool = try #require(lines.first { $0["type"] == "tool_call" })
        #expect(tool["name"] == "calc")
        #expect(tool["ok"] == false)
        #expect(tool["error"]?["message"] == "division by zero")
        #expect(lines.allSatisfy { $0["ms"]?.number != nil })
        #expect(lines.last?["kind"] == "ReAct")
    }

    @Test("modules that write Python run it where that is allowed, and end with 77 where it is not")
    func code() async throws {
        let folder = try TemporaryFolder()
        func answer(_ fields: [(String, String)]) -> JSON {
            .string(fields.map { "[[ ## \($0.0) ## ]]\n\($0.1)" }.joined(separator: "\n\n"))
        }
        let write = answer([
            ("reasoning", "r"), ("generated_code", "```python\nx = sum(range(5))\nSUBMIT({'answer': x})\n```"),
        ])
        let final = answer([("reasoning", "r"), ("answer", "10")])
        try folder.write(JSON.array([write, final]).text(), to: "pot.json")
        try folder.write(#"{"module": "ProgramOfThought", "signature": "question -> answer: int"}"#, to: "p.json")
        let run = ["run", "p.json", "question=q", "--lm", "scripted/pot.json"]
        let refused = try await ToolRun.run(run, in: folder)
        #expect(refused.code == 77)
        #expect(refused.errors.contains("--allow python"))
        let allowed = try await ToolRun.run(run + ["--allow", "python", "--trace", "t"], in: folder)
        #expect(allowed.output == #"{"reasoning": "r", "answer": 10}"# + "\n", "\(allowed.errors)")
        #expect(Golden.text(of: folder.path + "/t")?.contains(#"{\"answer\": 10}"#) == true)

        let look = answer([("reasoning", "look"), ("code", "print(len(text), llm_query('how many?'))")])
        let submit = answer([("reasoning", "done"), ("code", "SUBMIT(len(text.split()))")])
        try folder.write(JSON.array([look, "about two", submit]).text(), to: "rlm.json")
        try folder.write(#"{"module": "RLM", "signature": "text -> words: int"}"#, to: "r.json")
        let explored = try await ToolRun.run(
            ["run", "r.json", "text=two words", "--lm", "scripted/rlm.json", "--allow", "python"], in: folder)
        let output = try JSON(parsing: explored.output)
        #expect(output["words"] == 2, "\(explored.errors)")
        #expect(output["trajectory"]?.array?.first?["output"]?.string?.contains("9 about two") == true)

        let act = answer([("generated_code", "print(double(n=21)['twice'])"), ("finished", "True")])
        let rules: [(String, JSON)] = [
            ("[[ ## generated_code ## ]]", act), ("[[ ## twice ## ]]", answer([("twice", "42")])),
            ("[[ ## code_output_0 ## ]]\n\"42", answer([("reasoning", "r"), ("answer", "it is 42")])),
        ]
        try folder.write(
            rules.map { JSON.object([$0.0: $0.1]).text() }.joined(separator: "\n"), to: "act.json")
        try folder.write(#"{"signature": "n: int -> twice: int"}"#, to: "double.json")
        try folder.write(
            #"{"tools": {"double": {"program": "double.json", "description": "Doubles."}}, "#
                + #""module": "CodeAct", "signature": "question -> answer"}"#, to: "a.json")
        let acted = try await ToolRun.run(
            ["run", "a.json", "question=q", "--lm", "scripted/act.json", "--allow", "python"], in: folder)
        #expect(acted.code == 0, "\(acted.errors)")
        #expect(acted.output.contains(#""answer": "it is 42""#))
    }

    // MARK: Processes

    /// Waits until a condition holds; false after thirty seconds.
    private func eventually(_ holds: () -> Bool) async throws -> Bool {
        for _ in 0..<3000 {
            if holds() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// Whether a process is there and no zombie.
    private func lives(_ pid: Int) -> Bool {
        guard let status = Golden.text(of: "/proc/\(pid)/stat") else { return false }
        return !status.contains(") Z ")
    }

    @Test(
        "no process of a tool outlives the run, however that is ended",
        arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGKILL, 137)] as [(Int32, Int32)])
    func killed(signal: Int32, code: Int32) async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            #"{"tools": {"wait": {"description": "d", "args": {}, "command": ["sh", "-c", "#
                + #""sleep 100 & echo $! > child; echo $$ > parent; wait"]}}, "#
                + #""module": "ReAct", "signature": "question -> answer"}"#, to: "agent.json")
        try folder.write(Self.script("wait"), to: "script.json")
        let files = ["parent", "child"].map { folder.path + "/" + $0 }
        let started = try await ToolRun.run(
            ["run", "agent.json", "question=q", "--lm", "scripted/script.json", "--allow", "run:sh"], in: folder
        ) { pid in
            _ = SystemThread.start {
                for _ in 0..<3000 where files.contains(where: { (Golden.text(of: $0) ?? "").isEmpty }) {
                    usleep(10_000)
                }
                kill(pid, signal)
            }
        }
        #expect(started.code == code)
        for file in files {
            let pid = try #require(Int((Golden.text(of: file) ?? "").filter(\.isNumber)))
            #expect(try await eventually { !lives(pid) }, "\(file) lives on")
        }
    }

    /// A tool that waits until so many of its kind run at once; it fails when they never do.
    private func gathering(_ count: Int) -> String {
        #"["sh", "-c", "touch in/$$; for i in $(seq 600); do [ $(ls in | wc -l) -ge "#
            + "\(count)" + #" ] && echo met && exit 0; sleep 0.05; done; exit 9"]"#
    }

    @Test("sync tools of many rows run at the same time")
    func manyRows() async throws {
        let folder = try TemporaryFolder()
        mkdir(folder.path + "/in", 0o700)
        try folder.write(
            #"{"tools": {"wait": {"description": "d", "args": {}, "timeout": 60, "command": "# + gathering(24)
                + #"}}, "module": "ReAct", "signature": "question -> answer", "max_iters": 1}"#, to: "agent.json")
        try folder.write(Self.script("wait"), to: "script.json")
        let rows = (0..<24).map { #"{"question": "\#($0)"}"# }.joined(separator: "\n")
        let run = try await ToolRun.run(
            [
                "batch", "agent.json", "--lm", "scripted/script.json", "--allow", "run:sh", "--concurrency", "24",
                "--progress", "none",
            ], input: rows, in: folder)
        #expect(run.code == 0, "\(run.errors)")
        let met = run.output.split(separator: "\n").filter { $0.contains(#""observation_0": "met""#) }
        #expect(met.count == 24)
    }

    @Test("four branches of tools run at the same time")
    func branches() async throws {
        let folder = try TemporaryFolder()
        mkdir(folder.path + "/in", 0o700)
        let branch = #"{"tool": "wait", "with": {}}"#
        try folder.write(
            #"{"tools": {"wait": {"description": "d", "args": {}, "timeout": 60, "command": "# + gathering(4)
                + #"}}, "parallel": {"a": \#(branch), "b": \#(branch), "c": \#(branch), "d": \#(branch)}}"#,
            to: "four.json")
        let run = try await ToolRun.run(["run", "four.json", "--allow", "run:sh", "-i", "-"], input: "{}", in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(
            run.output
                == #"{"a": {"result": "met"}, "b": {"result": "met"}, "c": {"result": "met"}, "d": {"result": "met"}}"#
                + "\n")
    }
}
