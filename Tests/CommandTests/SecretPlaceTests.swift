import OrderedJSON
import TestSupport
import Testing

/// Every place where a secret could land, with the whole binary: none has it.
@Suite struct SecretPlaces {
    private static let secrets = ["hidden-word", "sk-own-key-of-the-user", "pass-word"]

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func tool(_ arguments: [String]) async throws -> ToolRun {
        try await ToolRun.run(
            arguments, in: folder,
            environment: ["OPENAI_API_KEY": "sk-own-key-of-the-user", "WORD": "hidden-word", "PASS": "pass-word"])
    }

    /// Which files of the folder hold a secret, cache and journal included.
    private func files() async throws -> String {
        let list = Self.secrets.map { "-e \($0)" }.joined(separator: " ")
        return try await ToolRun.shell("grep -rlaF \(list) --exclude=given.json . || true", in: folder).output
    }

    @Test(
        "files that a run or a batch writes, and all it prints, hold no secret, also where the server echoes them",
        arguments: [(200, true), (200, false), (401, true), (401, false), (500, true), (400, false)])
    func files(status: Int, isBatch: Bool) async throws {
        let server = try LoopbackServer { request, _ in
            let echo = JSON.string(request.headers["authorization"] ?? "" + request.text).text()
            let good = #"{"choices":[{"message":{"content":"[[ ## a ## ]]\nyes\n\n[[ ## completed ## ]]"}}]}"#
            return .init(
                status: status, status == 200 ? good : "{\"error\": {\"message\": \(echo), \"code\": \(echo)}}")
        }
        let address = "http://name:${env:PASS}@127.0.0.1:\(server.port)/v1?key=${env:WORD}"
        try folder.write(
            "{\"lm\": {\"model\": \"openai/m\", \"api_base\": \"\(address)\", \"apiKey\": \"${env:WORD}\", "
                + #""azure_ad_token": "${env:WORD}", "aws_secret_access_key": "${env:PASS}", "user": "${env:WORD}", "#
                + #""extra_headers": {"X-Key": "${env:PASS}"}}, "signature": "q -> a"}"#, to: "p.json")
        try folder.write("{\"q\": \"x\"}\n{\"q\": \"y\"}\n", to: "in.jsonl")
        let common = [
            "--allow", "env:WORD", "--allow", "env:PASS", "--record", "rec.jsonl", "--trace", "trace.jsonl", "-vv",
            "--retries", "1",
            "--set", #"lm.extra_headers={"X-Title": "${env:WORD}"}"#,
        ]
        let run = try await tool(
            isBatch
                ? ["batch", "p.json", "in.jsonl", "-o", "out.jsonl", "--progress", "plain"] + common
                : ["run", "p.json", "q=x"] + common)
        #expect(run.code != 77 || status == 401, "\(run.errors)")
        #expect(!server.requests.isEmpty)
        for secret in Self.secrets { #expect(!(run.output + run.errors).contains(secret), "\(run.errors)") }
        #expect(try await files() == "")
        #expect(run.errors.contains("POST http://NAME:PASSWORD@127.0.0.1:\(server.port)/v1/chat/completions?key=…"))
        // What was recorded with the names of variables is found again without their values.
        guard status == 200, !isBatch else { return }
        let replay = try await ToolRun.run(
            ["run", "p.json", "q=x", "--replay", "rec.jsonl", "--field", "a"], in: folder)
        #expect(replay.output == "yes\n", "\(replay.errors)")
    }

    @Test(
        "a secret on the command line is refused, however it is written, and not repeated",
        arguments: [
            "lm.api_key=hidden-word", "lm.apiKey=hidden-word", "lm.API-Key=hidden-word",
            "lm.azure_ad_token=hidden-word",
            "lm.aws_secret_access_key=hidden-word", "lm.aws_session_token=hidden-word", "lm.password=hidden-word",
            #"lm.extra_headers={"Authorization": "hidden-word"}"#, #"lm.headers={"X-Api-Key": "hidden-word"}"#,
            #"lm.extra_body={"client_secret": "hidden-word"}"#, "lm.user=sk-0123456789-hidden-word",
            "api_key=hidden-word",
            "hidden=hidden-word",
        ])
    func set(setting: String) async throws {
        let run = try await tool(["run", "q -> a", "q=x", "--lm", "scripted/echo", "--set", setting])
        #expect(run.code == 64)
        #expect(!run.errors.contains("hidden-word"), "\(run.errors)")
    }

    @Test(
        "what goes on with a batch is printed, and kept beside it, without header values, logins and keys of addresses")
    func resume() async throws {
        let server = try LoopbackServer(replies: [.init(status: 400, #"{"error":{"message":"no"}}"#)])
        try folder.write("{\"q\": \"x\"}\n", to: "in.jsonl")
        let run = try await tool([
            "batch", "q -> a", "in.jsonl", "-o", "out.jsonl", "--lm", "openai/m", "--api-base",
            "http://name:pass-word@127.0.0.1:\(server.port)/v1?key=hidden-word&v=1", "--set",
            #"lm.extra_headers={"X-Corporation": "hidden-word"}"#,
        ])
        #expect(run.errors.contains("--resume") && run.errors.contains("NAME:PASSWORD@127.0.0.1"), "\(run.errors)")
        #expect(run.errors.contains("X-Corporation") && !run.errors.contains("hidden-word"))
        #expect(server.requests.first?.headers["x-corporation"] == "hidden-word")
        #expect(try await files() == "")
    }

    @Test(
        "findings show the line around them without what is secret in it, whatever they are about",
        arguments: [
            #"{"signature": "q -> a", "lm": {"model": "openai/m", "api_key": "hidden-word"}}"#,
            #"{"signature": "q -> a", "lm": {"model": "openai/m", "api_key": "hidden-word"}, "sigg": 1}"#,
            #"{"signature": "q -> ", "lm": {"model": "openai/m", "API-Key": "hidden-word", "x": [}"#,
            #"{"signature": "q -> a", "api_key": "hidden-word"}"#, #"{"lm": {"api_key": "hidden-word, "model": 1"#,
            #"{"signature": "q -> a", "lm": {"model": "m", "headers": {"X-Token": "hidden-word", "y": 1}}, "z": 2}"#,
            #"{"signature": "q -> a", "lm": {"model": "m", "headers": "Bearer hidden-word"}, "z": 2}"#,
            #"{"signature": "q -> a", "lm": {"model": "m", "api_base": "http://name:hidden-word@h"}, "z": 2}"#,
            #"{"signature": "q -> a", "lm": {"model": "m", "api_base": "http://h?api_key=hidden-word"}, "z": 2}"#,
            #"{"signature": "q -> a", "lm": {"model": "m", "user": "sk-01234567890-hidden-word"}, "z": 2}"#,
            #"{"signature": "q -> a", "lm": {"model": "m", "password": {"x": "hidden-word"}}}"#,
            #"{"tools": {"t": {"command": ["x", "sk-hidden-word"]}}, "module": "ReAct", "signature": "q -> a", "z": 2}"#,
            #"{"tools": {"t": {"http": "GET http://h", "headers": "Bearer hidden-word"}}, "signature": "q -> a"}"#,
        ])
    func excerpts(program: String) async throws {
        try folder.write(program, to: "given.json")
        for arguments in [
            ["check", "given.json"], ["check", "given.json", "--format", "json"],
            ["check", "given.json", "--format", "github"], ["run", "given.json", "q=x"],
            ["fmt", "--check", "given.json"],
        ] {
            let run = try await tool(arguments)
            #expect(arguments[0] == "fmt" || run.code == 65, "\(run.errors)")
            #expect(!(run.output + run.errors).contains("hidden-word"), "\(arguments): \(run.output)\(run.errors)")
        }
    }

    @Test("carets stand under what they are about, also behind a hidden key")
    func carets() async throws {
        try folder.write(
            #"{"lm": {"model": "x/y", "api_key": "hidden-word-hidden-word"}, "sigg": 1}"#, to: "given.json")
        let run = try await tool(["check", "given.json"])
        let lines = run.errors.split(separator: "\n").map(String.init)
        let line = #" 1 | {"lm": {"model": "x/y", "api_key": "…"}, "sigg": 1}"#
        #expect(lines.filter { $0 == line }.count >= 2, "\(run.errors)")
        #expect(lines.contains(#"   |                                    ^^^"#), "\(run.errors)")
        #expect(lines.contains(#"   |                                          ^^^^^^"#), "\(run.errors)")
    }
}
