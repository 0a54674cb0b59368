import OrderedJSON
import TestSupport
import Testing

/// What makes the tool handy at a prompt: programs without a file, labels, previews that tell what is sent.
@Suite struct Handy {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func tool(
        _ arguments: String..., input: String? = nil, environment: [String: String] = [:]
    ) async throws -> ToolRun {
        try await ToolRun.run(arguments, input: input, in: folder, environment: environment)
    }

    // MARK: Programs without a file

    @Test("--module and --instructions say of a bare signature what a file would")
    func signature() async throws {
        try folder.write("Name the\ncapital.", to: "task.md")
        for command in [["run", "--dry-run"], ["show"]] {
            let shown = try await ToolRun.run(
                [command[0], "q -> a", "q=x", "--module", "ChainOfThought", "--instructions", "@task.md"]
                    + command.dropFirst(), in: folder)
            #expect(shown.code == 0, "\(shown.errors)")
            #expect(shown.output.contains("[[ ## reasoning ## ]]"))
            #expect(shown.output.contains("        Name the\n        capital."))
        }
        let checked = try await tool("check", "q -> a", "--module", "ProgramOfThought")
        #expect(checked.output.contains("q -> a: ok, q -> reasoning, a (2 to 4 calls)"), "\(checked.errors)")
        try folder.write("{\"q\": \"x\"}\n", to: "in.jsonl")
        let batch = try await tool(
            "batch", "q -> a", "in.jsonl", "--module", "ChainOfThought", "--lm", "scripted/echo", "-o", "out.jsonl")
        #expect(batch.code == 0, "\(batch.errors)")
        #expect(try #require(Golden.text(of: folder.path + "/out.jsonl")).contains("reasoning"))
        let other = try await tool(
            "batch", "q -> a", "in.jsonl", "--module", "Predict", "--lm", "scripted/echo", "-o", "out.jsonl", "--resume"
        )
        #expect(other.code == 65 || other.code == 64 || other.code == 73, "\(other.code) \(other.errors)")
    }

    @Test(
        "--module and --instructions beside anything but a signature are refused",
        arguments: [
            ["run", "p.json", "--module", "Predict"], ["show", "p.json", "--instructions", "x"],
            ["check", "q -> a", "p.json", "--module", "Predict"], ["batch", ".", "--instructions", "x"],
            ["run", "{\"signature\": \"q -> a\"}", "--module", "Predict"],
            ["run", "q -> a", "--module", "Reat"], ["run", "q -> a", "q=x", "--instructions", "@-"],
        ])
    func refused(arguments: [String]) async throws {
        try folder.write(#""q -> a""#, to: "p.json")
        try folder.write(#""q -> a""#, to: "program.json")
        let run = try await ToolRun.run(arguments, in: folder)
        #expect(run.code == 64)
        #expect(run.errors.contains("--module") || run.errors.contains("--instructions"), "\(run.errors)")
        #expect(run.output.isEmpty)
    }

    @Test("instructions from a file that is missing or no text say so")
    func noInstructions() async throws {
        let missing = try await tool("run", "q -> a", "q=x", "--instructions", "@none.md")
        #expect(missing.code == 66 && missing.errors.contains("none.md"), "\(missing.errors)")
        _ = try Bytes.write([0xFF, 0xFE, 0x00], to: folder.path + "/odd.md")
        let odd = try await tool("run", "q -> a", "q=x", "--instructions", "@odd.md")
        #expect(odd.code == 65 && odd.errors.contains("odd.md is not UTF-8"), "\(odd.errors)")
    }

    @Test("a program may stand on the command line as JSON text")
    func jsonText() async throws {
        let program = #" {"signature": "q -> a", "module": "ChainOfThought"}"#
        let run = try await tool("run", program, "q=x", "--lm", "scripted/echo")
        #expect(run.output == "{\"reasoning\": \"x\", \"a\": \"x\"}\n", "\(run.errors)")
        let broken = try await tool("check", #"{"signature": "q -> a", "modul": "Predict"}"#)
        #expect(broken.code == 65 && broken.errors.contains("did you mean `module`?"), "\(broken.errors)")
        let named = try await tool("run", #"{"program": "inner.json"}"#, "q=x", "--lm", "scripted/echo")
        #expect(named.code == 65 && named.errors.contains("inner.json"), "\(named.errors)")
        try folder.write(#""q -> a""#, to: "inner.json")
        let inner = try await tool("run", #"{"steps": [{"program": "inner.json"}]}"#, "q=x", "--lm", "scripted/echo")
        #expect(inner.output == "{\"a\": \"x\"}\n", "\(inner.errors)")
    }

    // MARK: Standard input

    @Test(
        "a JSON object on standard input is the inputs only where its keys are inputs",
        arguments: [
            (#"{"config": "c"}"#, 0, "## config ## ]]\nc\n"),
            (#"{"debug": true}"#, 0, "## config ## ]]\n{\"debug\": true}\n"),
            ("{}", 0, "## config ## ]]\n{}\n"), ("[1, 2]", 0, "## config ## ]]\n[1, 2]\n"),
            (#"{"confg": "c"}"#, 64, "did you mean 'config'?"),
            (#"{"config": "c", "other": 1}"#, 64, "no input `other`"),
        ])
    func standardInput(text: String, code: Int32, part: String) async throws {
        let run = try await tool("run", "config -> a", "--lm", "scripted/echo", "--record", "r.jsonl", input: text)
        #expect(run.code == code, "\(run.errors)")
        guard code == 0 else {
            #expect(run.errors.contains(part), "\(run.errors)")
            return
        }
        let line = try #require(Golden.text(of: folder.path + "/r.jsonl"))
        let recorded = try JSON(parsing: line)["request"]?["messages"]?.array?.last?["content"]
        #expect(try #require(recorded?.string).contains(part))
    }

    @Test("NAME=@- takes standard input as a text, also where it is an object of inputs")
    func textOfStandardInput() async throws {
        let run = try await tool(
            "run", "config -> a", "config=@-", "--lm", "scripted/echo", "--field", "a", input: "{\"config\": \"c\"}\n")
        #expect(run.output == "{\"config\": \"c\"}\n", "\(run.errors)")
    }

    // MARK: What is sent, without sending it

    @Test(
        "a recording needs no model: that of the recording answers, whatever it can do",
        arguments: ["chat", "json", "xml"])
    func replay(adapter: String) async throws {
        let recorded = try await tool(
            "run", "q -> a: list[int]", "q=[1]", "--lm", "scripted/echo", "--adapter", adapter, "--record", "r.jsonl")
        #expect(recorded.code == 0, "\(recorded.errors)")
        let replayed = try await tool("run", "q -> a: list[int]", "q=[1]", "--adapter", adapter, "--replay", "r.jsonl")
        #expect(replayed.code == 0 && replayed.output == recorded.output, "\(replayed.errors)")
        try folder.write("{\"q\": \"[1]\"}\n", to: "in.jsonl")
        let batch = try await tool(
            "batch", "q -> a: list[int]", "in.jsonl", "--adapter", adapter, "--replay", "r.jsonl", "-o", "out.jsonl")
        #expect(batch.code == 0, "\(batch.errors)")
    }

    @Test("show and --dry-run tell the options that are sent, those of the program's model among them, and no secret")
    func options() async throws {
        try folder.write(
            #"""
            {"signature": "q -> a", "config": {"top_p": 0.5},
             "lm": {"model": "openai/m", "temperature": 0.1, "max_tokens": 7, "api_base": "http://127.0.0.1:1/v1",
               "extra_headers": {"X-Team": "Basic ${env:TEAM}", "X-Plain": "it's"}}}
            """#, to: "p.json")
        let curl = try await tool("show", "p.json", "q=x", "--format", "curl", environment: ["TEAM": "hidden-team"])
        #expect(curl.code == 0, "\(curl.errors)")
        #expect(curl.output.contains("'http://127.0.0.1:1/v1/chat/completions'"))
        #expect(curl.output.contains(#""max_completion_tokens":7,"temperature":0.1,"top_p":0.5"#))
        #expect(curl.output.contains(#"-H "X-Team: Basic ${TEAM}""#) && curl.output.contains("X-Plain: it"))
        #expect(!curl.output.contains("hidden-team"))
        let json = try JSON(parsing: try await tool("show", "p.json", "q=x", "--format", "json").output)
        let shown = try #require(json.array?.first?["options"])
        #expect(shown["temperature"] == 0.1 && shown["max_tokens"] == 7 && shown["top_p"] == 0.5)
        #expect(shown["extra_headers"] == nil)
        for command in [["show"], ["run", "--dry-run"]] {
            let text = try await ToolRun.run(
                [command[0], "p.json", "q=x", "--set", "lm.seed=3"] + command.dropFirst(), in: folder)
            #expect(
                text.output.contains("\"temperature\": 0.1") && text.output.contains("\"seed\": 3"), "\(text.errors)")
        }
        let other = try await tool("show", "p.json", "q=x", "--format", "curl", "--lm", "openai/other")
        #expect(
            other.output.contains("https://api.openai.com/") && !other.output.contains("temperature"), "\(other.errors)"
        )
        let responses = try await tool(
            "show", "q -> a", "q=x", "--format", "curl", "--lm", "openai/m", "--set", "lm.model_type=responses")
        #expect(
            responses.output.contains("/v1/responses") && responses.output.contains("\"input\""), "\(responses.errors)")
        let builtIn = try await tool("show", "q -> a", "q=x", "--format", "curl", "--lm", "scripted/echo")
        #expect(builtIn.code != 0 && builtIn.errors.contains("scripted/echo"), "\(builtIn.errors)")
    }

    @Test("another option of a program's own model is another program to --resume")
    func resumeKnowsOptions() async throws {
        func write(_ temperature: String) throws {
            try folder.write(
                #"{"signature": "q -> a", "lm": {"model": "scripted/echo", "temperature": \#(temperature)}}"#,
                to: "p.json")
        }
        try folder.write("{\"q\": \"x\"}\n{\"q\": \"y\"}\n", to: "in.jsonl")
        try write("0.1")
        let first = try await tool("batch", "p.json", "in.jsonl", "-o", "out.jsonl", "--limit", "1")
        #expect(first.code == 0, "\(first.errors)")
        try write("0.9")
        let second = try await tool("batch", "p.json", "in.jsonl", "-o", "out.jsonl", "--resume")
        #expect(second.code != 0 && second.errors.contains("options"), "\(second.code) \(second.errors)")
    }

    // MARK: What is not spoken, and what runs

    @Test("check and doctor say at once which provider is not spoken", arguments: ["anthropic", "gemini"])
    func unspoken(provider: String) async throws {
        let checked = try await tool("check", #"{"signature": "q -> a", "lm": "\#(provider)/m"}"#)
        #expect(
            checked.code == 0 && checked.errors.contains("\(provider) is known, but its own protocol is not spoken yet")
        )
        #expect(checked.errors.contains("openrouter/"))
        let strict = try await tool("check", "--strict", #"{"signature": "q -> a", "lm": "\#(provider)/m"}"#)
        #expect(strict.code == 65)
        let ambient = try await tool("check", "q -> a", environment: ["DSPY_LM": "\(provider)/m"])
        #expect(ambient.errors.contains("the default model \(provider)/m, of DSPY_LM: \(provider) is known, but"))
        let doctor = try await tool("doctor", environment: ["DSPY_LM": "\(provider)/m"])
        #expect(doctor.output.contains("--  model: \(provider)/m: \(provider) is known, but"), "\(doctor.output)")
        let key = ["anthropic": "ANTHROPIC_API_KEY", "gemini": "GEMINI_API_KEY"]
        let keyed = try await tool("doctor", environment: [key[provider] ?? "": "x"])
        #expect(keyed.output.contains("the protocol of \(provider) is not spoken yet"), "\(keyed.output)")
    }

    @Test("local says what there is, and stops what runs")
    func local() async throws {
        let home = ["XDG_CACHE_HOME": folder.path + "/none"]
        let none = try await tool("local", environment: home)
        #expect(none.code == 0 && none.output.contains("not set up"), "\(none.errors)")
        let listing = try JSON(parsing: try await tool("local", "--json", environment: home).output)
        #expect(listing["installed"] == false && listing["address"] == .null)
        let stopped = try await tool("local", "stop", environment: home)
        #expect(stopped.code == 0 && stopped.output == "no server runs\n")
        let other = try await tool("local", "stpo", environment: home)
        #expect(other.code == 64 && other.errors.contains("did you mean 'stop'?"))
    }

    // MARK: Streams

    @Test("several fields have their labels in a text stream; one field is its text alone")
    func labels() async throws {
        let program = #"{"module": "ChainOfThought", "signature": "q -> a"}"#
        let both = try await tool("run", program, "q=x", "--lm", "scripted/echo", "--stream=text")
        #expect(both.output == "reasoning: x\na: x\n", "\(both.errors)")
        let one = try await tool(
            "run", program, "q=x", "--lm", "scripted/echo", "--stream=text", "--stream-field", "a")
        #expect(one.output == "x\n")
        let steps =
            #"{"steps": [{"name": "first", "signature": "q -> b"}, {"name": "last", "signature": "b -> a, c"}]}"#
        let named = try await tool("run", steps, "q=x", "--lm", "scripted/echo", "--stream=text")
        #expect(named.output == "first: x\nlast.a: x\nlast.c: x\n")
    }

    @Test("a text stream tells on standard error what tools answered, and -q keeps it still")
    func tools() async throws {
        try folder.write(
            #"""
            ["[[ ## next_thought ## ]]\nt\n[[ ## next_tool_name ## ]]\ncalc\n[[ ## next_tool_args ## ]]\n{\"expression\": \"6*7\"}",
             "[[ ## next_thought ## ]]\nt\n[[ ## next_tool_name ## ]]\ncalc\n[[ ## next_tool_args ## ]]\n{\"expression\": \"1/0\"}",
             "[[ ## next_thought ## ]]\nt\n[[ ## next_tool_name ## ]]\nfinish\n[[ ## next_tool_args ## ]]\n{}",
             "[[ ## reasoning ## ]]\nr\n[[ ## a ## ]]\n42"]
            """#, to: "replies.json")
        let program = #"{"tools": {"calc": {"builtin": "calculator"}}, "module": "ReAct", "signature": "q -> a"}"#
        let arguments = [
            "run", program, "q=x", "--lm", "scripted/replies.json", "--stream=text", "--stream-field", "extract.a",
            "--no-cache",
        ]
        let told = try await ToolRun.run(arguments, in: folder)
        #expect(told.output == "42\n", "\(told.errors)")
        #expect(told.errors.contains(#"calc(expression="6*7") -> 42"#), "\(told.errors)")
        #expect(told.errors.contains(#"calc(expression="1/0") failed"#), "\(told.errors)")
        #expect(!told.errors.contains("finish"))
        let quiet = try await ToolRun.run(arguments + ["-q"], in: folder)
        #expect(quiet.output == "42\n" && quiet.errors.isEmpty)
    }

    @Test(
        "a dumb terminal gets no movements of the cursor",
        arguments: [
            "TOOL batch 'q -> a' in.jsonl --lm scripted/echo -o out.jsonl",
            "TOOL run p.json q=x --lm scripted/echo --stream",
        ])
    func dumb(line: String) async throws {
        try folder.write("{\"q\": \"x\"}\n{\"q\": \"y\"}\n", to: "in.jsonl")
        try folder.write(#"{"parallel": {"one": "q -> a", "two": "q -> a"}}"#, to: "p.json")
        for term in ["dumb", "xterm"] {
            let terminal = try PseudoTerminal(columns: 80, rows: 24)
            let run = try await ToolRun.shell(
                """
                export TERM=\(term) XDG_CACHE_HOME=$PWD/.cache; rm -f out.jsonl out.jsonl.run.json
                \(line.replacing("TOOL", with: ToolRun.path())) > \(terminal.path) 2>&1 < /dev/null
                """, in: folder)
            #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
            let written = await terminal.written()
            #expect(written.contains("\u{1B}") == (term == "xterm"), "\(term): \(written)")
        }
    }
}
