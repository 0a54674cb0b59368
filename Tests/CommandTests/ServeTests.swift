import Basics
import OrderedJSON
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `serve` with the whole binary: how it starts and does not start, what it says, how it is told to change and to end.
@Suite(.timeLimit(.minutes(5))) struct Serving {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(#"{"name": "qa", "signature": "question -> answer"}"#, to: "qa.json")
        try folder.write(#"{"signature": "question -> answer: nonsense"}"#, to: "broken.json")
        try folder.write(
            #"{"module": "ReAct", "signature": "question -> answer", "tools": {"say": {"description": "Says.", "command": ["printf", "hi"]}}}"#,
            to: "agent.json")
        try folder.write("short\n", to: "brief.txt")
        try folder.write("0123456789abcdef\nsecond line\n", to: "token.txt")
    }

    private static let starts: [(arguments: [String], code: Int32, told: String)] = [
        ([], 64, "missing"), (["qa.json", "--port", "65536"], 64, "between 0 and 65535"),
        (["nowhere.json"], 66, "nowhere.json"), (["broken.json"], 65, "nonsense"),
        (["broken.json", "--skip-broken"], 65, "no program left"), (["qa.json", "qa.json"], 64, "two programs"),
        (["predict=qa.json"], 64, "begins a route"), (["v1=qa.json"], 64, "begins a route"),
        (["two words.json"], 66, "two words"), (["models:/qa@champion"], 64, "models:/"),
        (["qa.json", "--otlp", "http://127.0.0.1:1"], 64, "--otlp"),
        (["qa.json", "--host", "example.com"], 69, "no IP"),
        (["qa.json", "--host", "192.0.2.1", "--allow-unauthenticated"], 69, "192.0.2.1"),
        (["qa.json", "--host", "0.0.0.0"], 64, "--token-file"), (["qa.json", "--host", "::"], 64, "--token-file"),
        (["qa.json", "--token-file", "brief.txt"], 64, "16 visible"),
        (["qa.json", "--token-file", "none.txt"], 66, "none.txt"),
        (["agent.json"], 77, "--allow run:printf"), (["-", "-"], 64, "one program"),
        (["qa.json", "--access-log", "qa.json"], 64, "one file"),
    ]

    @Test("what cannot be served ends at once, with its code and a word on what to do")
    func starts() async throws {
        for (arguments, code, told) in Self.starts {
            let run = try await ToolRun.run(
                ["serve"] + arguments + ["--lm", "scripted/echo"], in: folder,
                onStart: { pid in
                    // One that starts all the same must not hold the test up.
                    _ = Task {
                        try await Task.sleep(for: .seconds(60))
                        Signal.send(SIGKILL, to: pid)
                    }
                })
            #expect(run.code == code, "\(arguments): \(run.errors)")
            #expect(run.errors.contains(told), "\(arguments): \(run.errors)")
            #expect(
                run.output.isEmpty && !run.errors.contains("listening") && !run.errors.contains("short"), "\(arguments)"
            )
        }
    }

    @Test("without a model, or without a key, nothing is served: 78")
    func noModel() async throws {
        let none = try await ToolRun.run(["serve", "qa.json"], in: folder)
        #expect(none.code == 78 && none.errors.contains("no model is configured"))
        let keyless = try await ToolRun.run(["serve", "qa.json", "--lm", "openai/gpt-4o-mini"], in: folder)
        #expect(keyless.code == 78 && keyless.errors.contains("OPENAI_API_KEY"))
    }

    @Test("a port that is taken is named: 69")
    func taken() async throws {
        let server = try await LiveServe("qa.json --lm scripted/echo", in: folder)
        let other = try await ToolRun.run(
            ["serve", "qa.json", "--lm", "scripted/echo", "--port", "\(server.port)"], in: folder)
        #expect(other.code == 69 && other.errors.contains("127.0.0.1:\(server.port)"))
        #expect(try await server.stop() == 0)
    }

    @Test("programs stand under their names, the first one at the root; stdout stays empty, stderr says what is served")
    func names() async throws {
        let server = try await LiveServe("qa.json other=qa.json 'text -> summary' --lm scripted/echo", in: folder)
        #expect(
            try await server.ask("/predict", #"{"text":"hi"}"#)?.body == #"{"status":"success","data":{"answer":"hi"}}"#
        )
        #expect(try await server.ask("/other/predict", #"{"question":"hi"}"#)?.status == 200)
        #expect(
            try await server.ask("/program/predict", #"{"text":"hi"}"#)?.body
                == #"{"status":"success","data":{"summary":"hi"}}"#)
        #expect(try await server.ask("/nobody/predict", #"{"text":"hi"}"#)?.status == 404)
        let listing = try JSON(parsing: try await server.ask("/programs")?.body ?? "")
        #expect(listing["programs"]?.array?.map { $0["name"] } == ["qa", "other", "program"])
        #expect(try await server.ask("/")?["content-type"] == "text/html; charset=utf-8")
        server.signal(SIGTERM)
        let end = try await server.ended()
        #expect(end.code == 0 && end.output.isEmpty)
        #expect(server.errors.contains("serving other: question -> answer\n"))
        #expect(server.errors.hasSuffix("dspy-swift: listening on http://127.0.0.1:\(server.port)\n"))
    }

    @Test("a token is asked for on all but the open routes, from a file or the environment, and is never told")
    func token() async throws {
        for (words, environment) in [("--token-file token.txt", ""), ("", "DSPY_SERVE_TOKEN=0123456789abcdef")] {
            let server = try await LiveServe(
                "qa.json --lm scripted/echo \(words)", in: folder, environment: environment)
            #expect(try await server.ask("/livez")?.status == 200)
            #expect(try await server.ask("/")?.status == 200)
            let refused = try await server.ask("/predict", #"{"text":"hi"}"#)
            #expect(refused?.status == 401 && refused?["www-authenticate"] == "Bearer")
            #expect(try await server.ask("/programs")?.status == 401)
            #expect(try await server.ask("/predict?token=0123456789abcdef", #"{"text":"hi"}"#)?.status == 401)
            let fields = "Authorization: Bearer 0123456789abcdef\r\n"
            #expect(try await server.ask("/predict", #"{"text":"hi"}"#, fields)?.status == 200)
            #expect(try await server.stop() == 0)
            #expect(!server.errors.contains("0123456789abcdef"))
        }
    }

    @Test("SIGHUP reads programs and token again: good ones take over, bad ones change nothing")
    func reload() async throws {
        let server = try await LiveServe("qa.json --lm scripted/echo --token-file token.txt", in: folder)
        let (old, new) = ("Authorization: Bearer 0123456789abcdef\r\n", "Authorization: Bearer fedcba9876543210\r\n")
        try folder.write(#"{"name": "qa", "signature": "question -> short"}"#, to: "qa.json")
        try folder.write("fedcba9876543210\n", to: "token.txt")
        server.signal(SIGHUP)
        #expect(try await server.until { $0.errors.contains("reloaded 1 program\n") })
        #expect(try await server.ask("/predict", #"{"text":"a"}"#, old)?.status == 401)
        #expect(
            try await server.ask("/predict", #"{"text":"a"}"#, new)?.body
                == #"{"status":"success","data":{"short":"a"}}"#)
        try folder.write(#"{"name": "qa", "signature": "question -> "#, to: "qa.json")
        server.signal(SIGHUP)
        #expect(try await server.until { $0.errors.contains("not reloaded") })
        #expect(
            try await server.ask("/predict", #"{"text":"a"}"#, new)?.body
                == #"{"status":"success","data":{"short":"a"}}"#)
        #expect(try await server.stop() == 0)
    }

    @Test("--reload looks at the files by itself")
    func watched() async throws {
        let server = try await LiveServe("qa.json --lm scripted/echo --reload", in: folder)
        try folder.write(#"{"name": "qa", "signature": "question -> brief"}"#, to: "qa.json")
        #expect(try await server.until { $0.errors.contains("reloaded 1 program") })
        #expect(
            try await server.ask("/predict", #"{"text":"a"}"#)?.body == #"{"status":"success","data":{"brief":"a"}}"#)
        #expect(try await server.stop() == 0)
    }

    /// A model that answers when it is told to, and not before.
    private func model(_ signal: BlockingSignal) throws -> LoopbackServer {
        try LoopbackServer { _, _ in
            signal.wait()
            return .init(#"{"choices":[{"message":{"content":"[[ ## answer ## ]]\nlate"},"finish_reason":"stop"}]}"#)
        }
    }

    private func begun(_ server: LiveServe, _ model: LoopbackServer) async throws -> Task<RawClient.Reply?, any Error> {
        let asked = Task { try await server.ask("/predict", #"{"text":"a"}"#) }
        #expect(try await server.until { _ in !model.requests.isEmpty })
        return asked
    }

    @Test("what runs when the end is asked for is finished, and new runs are refused meanwhile")
    func drain() async throws {
        let signal = BlockingSignal()
        let model = try model(signal)
        defer { model.stop() }
        let server = try await LiveServe(
            "qa.json --lm openai/m --api-base \(model.address)/v1 --no-cache --drain 600 --request-timeout 600 --timeout 600",
            in: folder, environment: "OPENAI_API_KEY=sk-x")
        let asked = try await begun(server, model)
        server.signal(SIGTERM)
        #expect(try await server.until { try await $0.ask("/readyz")?.status == 503 })
        #expect(try await server.ask("/livez")?.status == 200)
        let refused = try await server.ask("/predict", #"{"text":"b"}"#)
        #expect(refused?.status == 503 && refused?["connection"] == "close")
        #expect(refused?.body.contains(#""code":"shutting_down""#) == true)
        signal.signal()
        #expect(try await asked.value?.body.contains("late") == true)
        #expect(try await server.ended().code == 0)
    }

    @Test("a second signal ends at once, with its own code")
    func twice() async throws {
        let signal = BlockingSignal()
        let model = try model(signal)
        defer {
            signal.signal()
            model.stop()
        }
        let server = try await LiveServe(
            "qa.json --lm openai/m --api-base \(model.address)/v1 --no-cache --drain 600 --request-timeout 600 --timeout 600",
            in: folder, environment: "OPENAI_API_KEY=sk-x")
        let asked = try await begun(server, model)
        server.signal(SIGTERM)
        #expect(try await server.until { try await $0.ask("/readyz")?.status == 503 })
        server.signal(SIGTERM)
        #expect(try await server.ended().code == 143)
        _ = await asked.result
    }

    @Test("the access log has a line for each request, and nothing of what was asked")
    func accessLog() async throws {
        let server = try await LiveServe("qa.json --lm scripted/echo --access-log log.jsonl", in: folder)
        _ = try await server.ask("/predict?secret=1", #"{"text":"private"}"#, "X-Request-Id: mine\r\n")
        _ = try await server.ask("/nowhere")
        #expect(try await server.stop() == 0)
        let text = Golden.text(of: folder.path + "/log.jsonl") ?? ""
        let lines = try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
        #expect(lines.count == 2)
        #expect(
            lines.first?.object?.keys == [
                "time", "request_id", "method", "route", "program", "status", "code", "ms", "bytes_in", "bytes_out",
            ])
        #expect(lines.first?["request_id"] == "mine" && lines.first?["route"] == "/predict")
        #expect(lines.last?["route"] == "unmatched" && lines.last?["status"] == 404)
        #expect(!text.contains("private") && !text.contains("secret"))
    }
}
