import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// The example programs are tests at once: each answers from its recording as expected.
@Suite struct Programs {
    /// The programs that need nothing but their recording.
    static let names = [
        "best-of-n", "extract", "four-views", "map-reduce", "multi-hop", "qa", "rag", "react-calculator",
        "react-docs-search", "refine", "router", "triage", "two-stage",
    ]
    /// What has to be allowed.
    static let grants = ["multi-hop": "run:grep", "rag": "run:grep", "react-docs-search": "run:grep"]

    private func lines(_ program: String, _ file: String) throws -> [String] {
        let text = try #require(Golden.text(of: "\(Golden.repository)/programs/\(program)/\(file)"))
        return text.split(separator: "\n").map(String.init)
    }

    /// Runs each input of a program against its recording and compares what comes out.
    private func replay(
        _ program: String, at path: String? = nil, allowing grant: String? = nil, _ environment: [String: String] = [:]
    ) async throws {
        let folder = try TemporaryFolder()
        let recorded = "\(Golden.repository)/programs/\(program)"
        let inputs = try lines(program, "inputs.jsonl")
        let expected = try lines(program, "expected.jsonl")
        let model = try JSON(parsing: try #require(lines(program, "replies.jsonl").first))["request"]?["model"]?.string
        #expect(inputs.count == expected.count && !inputs.isEmpty)
        for (input, line) in zip(inputs, expected) {
            let run = try await ToolRun.run(
                [
                    "run", path ?? recorded, "-i", "-", "--replay", "\(recorded)/replies.jsonl", "--lm",
                    try #require(model), "--format", "ndjson",
                ] + (grant.map { ["--allow", $0] } ?? []), input: input, in: folder, environment: environment)
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output == line + "\n")
        }
    }

    @Test("a program answers from its recording as expected", arguments: names)
    func replays(program: String) async throws {
        try await replay(program, allowing: Self.grants[program])
    }

    @Test("weather asks a service that really answers, and sees its refusals")
    func weather() async throws {
        let server = try LoopbackServer { request, _ in
            request.path == "/v1/now?q=S%C3%A3o%20Paulo"
                ? .init(#"{"current":{"temp_c":21.5}}"#) : .init(status: 404, #"{"error":"no such city"}"#)
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let text = try #require(Golden.text(of: "\(Golden.repository)/programs/weather/program.json"))
        let address = String(server.address.dropFirst("http://".count))
        let program = try folder.write(text.replacing("127.0.0.1:8085", with: address), to: "program.json")
        try await replay("weather", at: program, allowing: "net:\(address)")
        #expect(server.requests.map(\.path) == ["/v1/now?q=S%C3%A3o%20Paulo", "/v1/now?q=Nowhere%20%26%20Co"])
    }

    @Test(
        "mcp-files talks to a real MCP server, which ends with the run", .enabled(if: MCPEnvironment.isWanted),
        .timeLimit(.minutes(5)))
    func mcpFiles() async throws {
        let path = try await MCPEnvironment.folder() + "/bin:" + (Golden.environment("PATH") ?? "/usr/bin:/bin")
        try await replay("mcp-files", allowing: "mcp:files", ["PATH": path])
    }

    @Test(
        "an agent and a router run on the real local model, held to their structure",
        .enabled(if: Golden.environment("DSPY_LOCAL_TESTS") != nil), .timeLimit(.minutes(10)))
    func localModel() async throws {
        let folder = try TemporaryFolder()
        // The model is set up once for all runs of a machine.
        let home = Golden.environment("HOME") ?? folder.path
        let cache = ["XDG_CACHE_HOME": Golden.environment("XDG_CACHE_HOME") ?? home + "/.cache"]
        func run(_ program: String, _ input: String) async throws -> JSON {
            let run = try await ToolRun.run(
                [
                    "run", "\(Golden.repository)/programs/\(program)", input, "--lm", "local/smollm2-135m",
                    "--no-cache",
                    "--timeout", "300",
                ], in: folder, environment: cache)
            #expect(run.code == 0, "\(run.errors)")
            return try JSON(parsing: run.output)
        }
        let routed = try await run("router", "message=When do you open?")
        #expect(routed["reply"]?.string?.isEmpty == false)
        let answered = try await run("react-calculator", "question=What is 17 * 23?")
        #expect(answered["answer"]?.string?.isEmpty == false)
        let tool = answered["trajectory"]?["tool_name_0"]
        #expect(tool == "calculator" || tool == "finish")
        #expect(answered["trajectory"]?["observation_0"]?.string?.isEmpty == false)
    }

    @Test(
        "every program passes check without a warning and is in canonical form",
        arguments: names + ["mcp-files", "weather"])
    func isChecked(program: String) async throws {
        let folder = try TemporaryFolder()
        let path = "\(Golden.repository)/programs/\(program)"
        let check = try await ToolRun.run(["check", "--strict", path], in: folder)
        #expect(check.code == 0, "\(check.errors)")
        let format = try await ToolRun.run(["fmt", "--check", path + "/program.json"], in: folder)
        #expect(format.code == 0, "\(format.errors)")
    }

    @Test("a program's own tests run with --tests and decide the exit code")
    func ownTests() async throws {
        let folder = try TemporaryFolder()
        let path = "\(Golden.repository)/programs/triage"
        let good = try await ToolRun.run(
            ["run", path, "--tests", "--replay", "\(path)/replies.jsonl", "--lm", "local/smollm2-135m"], in: folder)
        #expect(good.code == 0, "\(good.errors)")
        #expect(good.output.hasPrefix("ok  1: "))
        let program = try folder.write(
            #"{"signature": "q -> a", "tests": [{"inputs": {"q": "x"}, "expect": "a == 'never'"}]}"#, to: "p.json")
        let bad = try await ToolRun.run(["run", program, "--tests", "--lm", "scripted/echo"], in: folder)
        #expect(bad.code == 1)
        #expect(bad.output.hasPrefix("failed  1: a == 'never'"))
    }

    @Test("four-views sends its four calls at the same time")
    func fourViewsAreConcurrent() async throws {
        let folder = try TemporaryFolder()
        let gate = Gate()
        let server = try LoopbackServer { _, _ in
            // Each answer waits until all four requests are here: sent one after another they would all be late.
            gate.waitForAll(4) ? .init(Self.answer) : .init(status: 400, "alone")
        }
        defer { server.stop() }
        let run = try await ToolRun.run(
            [
                "run", "\(Golden.repository)/programs/four-views", "issue=x", "--lm", "openai/any", "--api-base",
                server.address + "/v1",
            ], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(server.requests.count == 4)
        #expect(Set(server.requests.map(\.connection)).count == 4)
    }

    @Test("--sync sends the four calls one after another on one connection")
    func fourViewsInOrder() async throws {
        let folder = try TemporaryFolder()
        let server = try LoopbackServer { _, _ in .init(Self.answer) }
        defer { server.stop() }
        let run = try await ToolRun.run(
            [
                "run", "\(Golden.repository)/programs/four-views", "issue=x", "--sync", "--lm", "openai/any",
                "--api-base", server.address + "/v1",
            ], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(server.requests.count == 4)
        #expect(Set(server.requests.map(\.connection)).count == 1)
    }

    static let answer = ##"""
        {"id": "1", "object": "chat.completion", "created": 0, "model": "any", "choices": [{"index": 0, "message":
        {"role": "assistant", "content": "[[ ## insight ## ]]\nseen\n\n[[ ## completed ## ]]"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
        """##
}

/// Lets threads wait for one another.
private final class Gate: Sendable {
    private let arrived = Mutex(0)

    /// Counts the caller, and waits until so many are here; false after ten seconds.
    func waitForAll(_ count: Int) -> Bool {
        arrived.withLock { $0 += 1 }
        for _ in 0..<1000 {
            if arrived.withLock({ $0 }) >= count { return true }
            pause()
        }
        return false
    }
}
