import Basics
import OrderedJSON
import TestSupport
import Testing

/// `run`: inputs, outputs, models and failures of the whole binary.
@Suite struct Run {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(
        _ arguments: String..., input: String? = nil, environment: [String: String] = [:]
    ) async throws -> ToolRun {
        try await ToolRun.run(["run"] + arguments, input: input, in: folder, environment: environment)
    }

    // MARK: Inputs

    @Test("a signature alone is a program, and a pipe gets one line of JSON")
    func zeroFileStart() async throws {
        let run = try await run("question -> answer", "question=hi", "--lm", "scripted/echo")
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.output == "{\"answer\": \"hi\"}\n")
        #expect(run.errors == "")
    }

    @Test("each form of an input reaches the prompt")
    func inputForms() async throws {
        try folder.write("from a file", to: "note.txt")
        try folder.write("[\"a\", \"b\"]", to: "tags.json")
        let run = try await run(
            "text, note, n: int, tags: list[str] -> out", "text=plain", "note=@note.txt", "n:=3", "tags:=@tags.json",
            "--dry-run")
        #expect(run.code == 0, "\(run.errors)")
        for part in [
            "## text ## ]]\nplain", "## note ## ]]\nfrom a file", "## n ## ]]\n3", "## tags ## ]]\n[\"a\", \"b\"]",
        ] {
            #expect(run.output.contains(part))
        }
    }

    @Test("text on standard input fills the one missing input")
    func textOnStandardInput() async throws {
        let run = try await run(
            "doc, question -> answer", "question=x", "--dry-run", "-i", "-", input: "{\"doc\": \"d\"}")
        #expect(run.output.contains("## doc ## ]]\nd\n"))
        let piped = try await self.run("question -> answer", "--lm", "scripted/echo", input: "piped\n")
        #expect(piped.output == "{\"answer\": \"piped\"}\n")
    }

    @Test("a JSON object on standard input is the inputs")
    func objectOnStandardInput() async throws {
        let run = try await run("question -> answer", "--lm", "scripted/echo", input: #"{"question": "from json"}"#)
        #expect(run.output == "{\"answer\": \"from json\"}\n")
    }

    @Test("standard input is left alone when nothing is missing")
    func standardInputIsLeftAlone() async throws {
        let run = try await run("question -> answer", "question=given", "--lm", "scripted/echo", input: "not read")
        #expect(run.output == "{\"answer\": \"given\"}\n")
    }

    @Test(
        "wrong inputs say what is wrong and how to go on",
        arguments: [
            (["question -> answer"], 64, "missing input `question`"),
            (["a, b -> c", "a=1"], 64, "missing input `b`"),
            (["question -> answer", "questoin=x"], 64, "did you mean 'question'?"),
            (["question -> answer", "question=x", "question=y"], 64, "given twice"),
            (["question -> answer", "loose"], 64, "no input"),
            (["n: int -> answer", "n=seven"], 65, "does not fit int"),
            (["n: int -> answer", "n:={"], 65, "not JSON"),
            (["question -> answer", "question=@missing.txt"], 66, "missing.txt: no such file"),
            (["missing.json"], 66, "missing.json: no such file"),
            (["question -> answer", "--lmm", "x"], 64, "--lm"),
            (["question -> answer", "question=x", "--set", "temperature=0"], 64, "lm.KEY=VALUE"),
            (
                ["question -> answer", "question=x", "--set", "lm.api_key=sk-secret"], 64,
                "may not stand on the command line"
            ),
            (["question -> answer", "question=x", "--lm", "scripted/echo", "--field", "anwser"], 64, "did you mean"),
            ([], 64, "missing argument PROGRAM"),
        ] as [([String], Int32, String)])
    func wrongInputs(arguments: [String], code: Int32, message: String) async throws {
        let run = try await ToolRun.run(["run"] + arguments, in: folder)
        #expect(run.code == code, "\(run.errors)")
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(run.output == "")
        #expect(!run.errors.contains("sk-secret"))
    }

    @Test("standard input that could fill two inputs names both")
    func twoMissing() async throws {
        let run = try await run("a, b -> c", "--lm", "scripted/echo", input: "text")
        #expect(run.code == 64)
        #expect(run.errors.contains("`a`") && run.errors.contains("`b`"))
    }

    // MARK: Output

    @Test("--field prints one raw value, also of a branch")
    func field() async throws {
        try folder.write(#"["[[ ## a ## ]]\ntwo\nlines\n"]"#, to: "replies.json")
        let plain = try await run("q -> a", "q=x", "--lm", "scripted/replies.json", "--field", "a")
        #expect(plain.output == "two\nlines\n")
        let program = try folder.write(#"{"parallel": {"x": "q -> a", "y": "q -> a"}}"#, to: "p.json")
        let branch = try await run(program, "q=deep", "--lm", "scripted/echo", "--field", "x.a")
        #expect(branch.output == "deep\n")
    }

    @Test("--format and -o choose form and place")
    func formats() async throws {
        let json = try await run("q -> a", "q=x", "--lm", "scripted/echo", "--format", "json")
        #expect(json.output == "{\n  \"a\": \"x\"\n}\n")
        let text = try await run("q -> a", "q=x", "--lm", "scripted/echo", "--format", "text")
        #expect(text.output == "a: x\n")
        let file = try await run("q -> a", "q=x", "--lm", "scripted/echo", "-o", "out.json")
        #expect(file.output == "")
        #expect(Golden.text(of: folder.path + "/out.json") == "{\"a\": \"x\"}\n")
    }

    @Test("a full disk ends with 74, and says so")
    func fullDisk() async throws {
        let run = try await ToolRun.run(
            ["run", "q -> a", "q=x", "--lm", "scripted/echo"], in: folder, output: "/dev/full")
        #expect(run.code == 74)
        #expect(run.errors.contains("No space left") || run.errors.contains("no space left"), "\(run.errors)")
    }

    @Test("--usage counts calls on standard error")
    func usage() async throws {
        let run = try await run("q -> a", "q=x", "--lm", "scripted/echo", "--usage")
        #expect(run.errors.contains("\"calls\": 1"))
        #expect(run.output == "{\"a\": \"x\"}\n")
    }

    // MARK: Models

    @Test("no model anywhere ends with 78 and says how to get one")
    func noModel() async throws {
        let run = try await run("q -> a", "q=x")
        #expect(run.code == 78)
        #expect(run.errors.contains("local/smollm2-135m"))
    }

    @Test("the model comes from the flag, else the environment, else the configuration file")
    func precedence() async throws {
        try folder.write(#"{"lm": "scripted/from-config"}"#, to: "dspy-swift.json")
        let config = try await run("q -> a", "q=x")
        #expect(config.errors.contains("from-config"))
        let environment = try await run("q -> a", "q=x", environment: ["DSPY_LM": "scripted/from-environment"])
        #expect(environment.errors.contains("from-environment"))
        let flag = try await run("q -> a", "q=x", "--lm", "scripted/echo", environment: ["DSPY_LM": "scripted/none"])
        #expect(flag.output == "{\"a\": \"x\"}\n")
    }

    @Test("any OpenAI-compatible server answers by --api-base")
    func apiBase() async throws {
        let server = try LoopbackServer { _, _ in .init(Self.chat("[[ ## a ## ]]\nfrom the server\n")) }
        defer { server.stop() }
        let run = try await run("q -> a", "q=x", "--lm", "openai/any", "--api-base", server.address + "/v1")
        #expect(run.output == "{\"a\": \"from the server\"}\n", "\(run.errors)")
        #expect(server.requests.first?.path == "/v1/chat/completions")
        #expect(server.requests.first?.headers["authorization"] == nil)
    }

    @Test("a recording replays to the same prediction without a server")
    func recordAndReplay() async throws {
        let server = try LoopbackServer { _, _ in .init(Self.chat("[[ ## a ## ]]\nonce\n")) }
        let recorded = try await run(
            "q -> a", "q=x", "--lm", "openai/any", "--api-base", server.address + "/v1", "--record", "r.jsonl")
        server.stop()
        #expect(recorded.code == 0, "\(recorded.errors)")
        let replayed = try await run("q -> a", "q=x", "--lm", "openai/any", "--replay", "r.jsonl")
        #expect(replayed.output == recorded.output)
        let unknown = try await run("q -> a", "q=other", "--lm", "openai/any", "--replay", "r.jsonl")
        #expect(unknown.code == 1)
        #expect(unknown.errors.contains("no recorded answer"))
    }

    @Test(
        "a model that fails ends with DSPy's class, its code and no key in sight",
        arguments: [
            (401, #"{"error": {"message": "bad key sk-very-secret"}}"#, 77, "LMAuthError"),
            (404, #"{"error": {"message": "no such model"}}"#, 1, "LMInvalidRequestError"),
            (429, #"{"error": {"message": "slow down"}}"#, 69, "LMRateLimitError"),
            (503, "busy", 69, "LMServerError"),
            (200, "<html>", 1, "LMProviderError"),
            (200, #"{"choices": []}"#, 1, "LMProviderError"),
            (200, #"{"choices": [{"message": {"role": "assistant", "content": ""}}]}"#, 1, "AdapterParseError"),
            (200, #"{"choices": [{"message": {"role": "assistant", "content": null}}]}"#, 1, "AdapterParseError"),
            (
                200, #"{"choices": [{"message": {"role": "assistant", "content": "[[ ## n ## ]]\nhalf"}}]}"#, 1,
                "AdapterParseError"
            ),
        ])
    func failures(status: Int, body: String, code: Int32, name: String) async throws {
        let server = try LoopbackServer { _, _ in .init(status: status, body) }
        defer { server.stop() }
        let run = try await run(
            "q -> n: int", "q=x", "--lm", "openai/any", "--api-base", server.address + "/v1", "--retries", "0",
            environment: ["OPENAI_API_KEY": "sk-very-secret"])
        #expect(run.code == code, "\(run.errors)")
        #expect(run.errors.contains(name), "\(run.errors)")
        #expect(!run.errors.contains("sk-very-secret"))
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }

    @Test("a server that is not there ends with 69")
    func unreachable() async throws {
        let run = try await run(
            "q -> a", "q=x", "--lm", "openai/any", "--api-base", "http://127.0.0.1:9/v1", "--retries", "0")
        #expect(run.code == 69)
        #expect(run.errors.contains("LMTransportError"))
    }

    @Test(
        "SIGINT cancels the call and ends with 130, SIGTERM with 143, SIGHUP with 129",
        arguments: [(2, 130), (15, 143), (1, 129)])
    func signals(signal: Int32, code: Int32) async throws {
        let server = try LoopbackServer { _, _ in .init(headers: [], chunks: [[]], delay: .seconds(3600)) }
        defer { server.stop() }
        // The server would answer in an hour: only a cancelled call lets the run end.
        let run = try await ToolRun.run(
            ["run", "q -> a", "q=x", "--lm", "openai/any", "--api-base", server.address + "/v1"], in: folder,
            onStart: { pid in Self.send(signal, to: pid, once: server) })
        #expect(run.code == code, "\(run.errors)")
        #expect(run.errors.contains("cancelled"))
    }

    /// Sends a signal as soon as the server has seen a request.
    private static func send(_ signal: Int32, to pid: Int32, once server: LoopbackServer) {
        _ = SystemThread.start {
            for _ in 0..<1000 where server.requests.isEmpty { pause() }
            Signal.send(signal, to: pid)
        }
    }

    private static func chat(_ content: String) -> String {
        let body: JSON = [
            "id": "1", "object": "chat.completion", "created": 0, "model": "any",
            "choices": [
                ["index": 0, "message": ["role": "assistant", "content": .string(content)], "finish_reason": "stop"]
            ],
            "usage": ["prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2],
        ]
        return body.text()
    }
}
