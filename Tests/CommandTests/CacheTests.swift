import Basics
import OrderedJSON
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The cache of answers, with the whole binary.
@Suite struct Cache {
    private let folder: TemporaryFolder
    private var file: String { folder.path + "/.cache/dspy-swift/cache.db" }

    init() throws { folder = try TemporaryFolder() }

    /// A server whose answers carry the number of the request.
    private func server(slow: Int = -1) throws -> LoopbackServer {
        try LoopbackServer { _, number in
            let content = "[[ ## a ## ]]\nanswer \(number)\n\n[[ ## b ## ]]\nanswer \(number)\n"
            let body: JSON = [
                "id": "1", "object": "chat.completion", "created": 0, "model": "any",
                "choices": [
                    [
                        "index": 0, "message": ["role": "assistant", "content": .string(content)],
                        "finish_reason": "stop",
                    ]
                ], "usage": ["prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2],
            ]
            var reply = LoopbackServer.Reply(body.text())
            if number == slow { reply.delay = .seconds(20) }
            return reply
        }
    }

    private func run(
        _ server: LoopbackServer, _ arguments: String..., environment: [String: String] = [:],
        onStart: (@Sendable (pid_t) -> Void)? = nil
    ) async throws -> ToolRun {
        var variables = ["OPENAI_API_KEY": "sk-very-secret"]
        variables.merge(environment) { $1 }
        return try await ToolRun.run(
            ["run"] + arguments + ["--lm", "openai/any", "--api-base", server.address + "/v1"], in: folder,
            environment: variables, onStart: onStart)
    }

    @Test("a second run of the same asks nobody, and says so; --no-cache asks")
    func secondRun() async throws {
        let server = try server()
        defer { server.stop() }
        let first = try await run(server, "q -> a", "q=x", "--usage")
        #expect(first.output == "{\"a\": \"answer 0\"}\n", "\(first.errors)")
        #expect(first.errors.contains("\"requests\": 1, \"cached\": 0, \"openai/any\""), "\(first.errors)")
        let second = try await run(server, "q -> a", "q=x", "--usage")
        #expect(second.output == first.output && server.requests.count == 1)
        #expect(
            second.errors == "dspy-swift: usage: {\"calls\": 1, \"requests\": 0, \"cached\": 1}\n"
                || second.errors == "usage: {\"calls\": 1, \"requests\": 0, \"cached\": 1}\n", "\(second.errors)")
        #expect(try await run(server, "q -> a", "q=x", "--no-cache").output == "{\"a\": \"answer 1\"}\n")
        #expect(try await run(server, "q -> a", "q=y").output == "{\"a\": \"answer 2\"}\n")
        #expect(try await run(server, "q -> a", "q=x", "--set", "lm.rollout_id=1").output.contains("answer 3"))
        #expect(server.requests.allSatisfy { !$0.text.contains("rollout_id") })
        for name in [file, file + "-wal"] { #expect(Golden.text(of: name)?.contains("sk-very-secret") != true) }
    }

    @Test("the configuration, a program's lm, and the environment decide as well")
    func switches() async throws {
        let server = try server()
        defer { server.stop() }
        let lm = "{\"model\": \"openai/own\", \"api_base\": \"\(server.address)/v1\", \"cache\": false}"
        try folder.write("{\"signature\": \"q -> a\", \"lm\": \(lm)}", to: "p.json")
        for _ in 0..<2 {
            let run = try await ToolRun.run(
                ["run", "p.json", "q=x"], in: folder, environment: ["OPENAI_API_KEY": "k"])
            #expect(run.code == 0, "\(run.errors)")
        }
        #expect(server.requests.count == 2)
        _ = try await run(server, "q -> a", "q=x", environment: ["DSPY_CACHE_DIR": folder.path + "/mine"])
        #expect(Golden.text(of: folder.path + "/mine/cache.db") != nil && Golden.text(of: file) == nil)
        try folder.write("{\"cache\": false}", to: "dspy-swift.json")
        for _ in 0..<2 { _ = try await run(server, "q -> a", "q=x") }
        #expect(server.requests.count == 5 && Golden.text(of: file) == nil)
    }

    @Test("another server gives another answer, and each one's is kept")
    func twoServers() async throws {
        let (one, other) = (try server(), try server())
        defer {
            one.stop()
            other.stop()
        }
        _ = try await run(one, "q -> a", "q=y")
        for _ in 0..<2 {
            #expect(try await run(one, "q -> a", "q=x").output == "{\"a\": \"answer 1\"}\n")
            #expect(try await run(other, "q -> a", "q=x").output == "{\"a\": \"answer 0\"}\n")
        }
        #expect(one.requests.count == 2 && other.requests.count == 1)
    }

    @Test("a run killed between two steps replays the first one's answer")
    func killed() async throws {
        let server = try server(slow: 1)
        defer { server.stop() }
        try folder.write(#"{"steps": ["q -> a", "a -> b"]}"#, to: "p.json")
        let killed = try await run(server, "p.json", "q=x") { pid in
            _ = SystemThread.start {
                for _ in 0..<2000 where server.requests.count < 2 { usleep(10_000) }
                usleep(300_000)
                Signal.send(9, to: pid)
            }
        }
        #expect(killed.code == 137)
        #expect(server.requests.count == 2)
        let again = try await run(server, "p.json", "q=x")
        #expect(again.output == "{\"b\": \"answer 2\"}\n", "\(again.errors)")
        #expect(server.requests.count == 3 && server.requests[2].text == server.requests[1].text)
    }

    @Test("a failed step leaves the answers before it in the cache")
    func failed() async throws {
        let server = try LoopbackServer { _, number in
            number == 0
                ? .init(#"{"choices": [{"message": {"role": "assistant", "content": "[[ ## a ## ]]\nx"}}]}"#)
                : .init(status: 400, #"{"error": {"message": "no"}}"#)
        }
        defer { server.stop() }
        try folder.write(#"{"steps": ["q -> a", "a -> b"]}"#, to: "p.json")
        for count in [2, 3] {
            #expect(try await run(server, "p.json", "q=x").code == 1)
            #expect(server.requests.count == count)
        }
    }

    @Test("a broken file is set aside with one warning, and made anew")
    func broken() async throws {
        let server = try server()
        defer { server.stop() }
        _ = try await run(server, "q -> a", "q=x")
        let handle = fopen(file, "w")
        fputs(String(repeating: "this is no database\n", count: 500), handle)
        fclose(handle)
        unlink(file + "-wal")
        let second = try await run(server, "q -> a", "q=x")
        #expect(second.code == 0 && second.output.contains("answer 1"))
        #expect(second.errors.contains("warning: the cache") && second.errors.contains(".corrupt-"), "\(second.errors)")
        #expect(second.errors.split(separator: "\n").count == 1)
        let third = try await run(server, "q -> a", "q=x")
        #expect(third.output == second.output && third.errors == "")
    }

    @Test("several processes at once share the file, also a new or a broken one", arguments: [false, true])
    func processes(isBroken: Bool) async throws {
        let server = try server()
        defer { server.stop() }
        if isBroken {
            mkdir(folder.path + "/.cache", 0o700)
            mkdir(folder.path + "/.cache/dspy-swift", 0o700)
            try folder.write(String(repeating: "broken ", count: 2000), to: ".cache/dspy-swift/cache.db")
        }
        func all() async throws -> [String] {
            try await withThrowingTaskGroup(of: (Int, ToolRun).self) { group in
                for number in 0..<10 {
                    group.addTask { (number, try await run(server, "q -> a", "q=\(number)")) }
                }
                var outputs = [String](repeating: "", count: 10)
                var warnings = 0
                for try await (number, run) in group {
                    #expect(run.code == 0, "\(run.errors)")
                    if run.errors != "" { warnings += 1 }
                    outputs[number] = run.output
                }
                #expect(warnings <= 1)
                return outputs
            }
        }
        let first = try await all()
        #expect(server.requests.count == 10)
        #expect(try await all() == first)
        #expect(server.requests.count == 10)
    }

    @Test("cache shows, prints its path, and clears")
    func command() async throws {
        let server = try server()
        defer { server.stop() }
        func cache(_ arguments: String...) async throws -> ToolRun {
            try await ToolRun.run(["cache"] + arguments, in: folder)
        }
        #expect(try await cache("path").output == file + "\n")
        #expect(try await cache().output == "path: \(file)\nentries: 0\nbytes: 0\n")
        #expect(Golden.text(of: file) == nil)
        for name in ["x", "y"] { _ = try await run(server, "q -> a", "q=\(name)") }
        let json = try JSON(parsing: try await cache("--json").output)
        #expect(json["entries"] == 2 && json["path"] == .string(file) && json["bytes"]?.int ?? 0 > 4096)
        #expect(json["oldest"]?.string?.count == 20 && json["newest"]?.string?.hasSuffix("Z") == true)
        #expect(try await cache("clear", "--older-than", "1h").output == "removed 0 answers\n")
        #expect(try await cache("clear", "--model", "local/*").output == "removed 0 answers\n")
        #expect(try await cache("clear", "--model", "openai/*", "--json").output == "{\"removed\": 2}\n")
        #expect(try await run(server, "q -> a", "q=x").output.contains("answer 2"))
        #expect(try await cache("clear").output == "removed 1 answer\n")
        for wrong in [
            ["clear", "--older-than", "soon"], ["cleer"], ["--model", "x"], ["path", "--older-than", "1d"],
        ] {
            let run = try await ToolRun.run(["cache"] + wrong, in: folder)
            #expect(run.code == 64 && run.output == "", "\(wrong) \(run.errors)")
        }
        #expect(try await cache("cleer").errors.contains("did you mean 'clear'?"))
    }
}
