import OrderedJSON
import TestSupport
import Testing

/// Answers that cannot be read, are cut off or refused, with the whole binary.
@Suite struct UnreadableAnswers {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A server that gives these answers one after the other, and the last one from then on.
    private func server(_ messages: [JSON], finish: String = "stop") throws -> LoopbackServer {
        try LoopbackServer { _, number in
            let body: JSON = [
                "choices": [
                    ["message": messages[min(number, messages.count - 1)], "finish_reason": .string(finish)]
                ], "usage": ["prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2],
            ]
            return LoopbackServer.Reply(body.text())
        }
    }

    private func tool(_ server: LoopbackServer, _ arguments: String...) async throws -> ToolRun {
        try await ToolRun.run(
            arguments + ["--lm", "openai/any", "--api-base", server.address + "/v1"], in: folder,
            environment: ["OPENAI_API_KEY": "sk-very-secret"])
    }

    private static let good: JSON = ["content": "[[ ## answer ## ]]\nyes"]
    private static let bad: JSON = ["content": "I do not do fields"]

    @Test("--retry-failed asks the model again, and not the cache")
    func retryFailed() async throws {
        // Chat and then JSON could not read the first; the second time the chat's answer is good.
        let server = try server([Self.bad, Self.bad, Self.good])
        defer { server.stop() }
        try folder.write("{\"question\": \"q\"}\n", to: "in.jsonl")
        let batch = ["batch", "question -> answer", "in.jsonl", "-o", "out.jsonl", "-q"]
        let first = try await tool(server, batch[0], batch[1], batch[2], batch[3], batch[4], batch[5])
        #expect(first.code == 1 && server.requests.count == 2, "\(first.errors)")
        let second = try await tool(
            server, batch[0], batch[1], batch[2], batch[3], batch[4], batch[5], "--resume", "--retry-failed")
        #expect(second.code == 0 && server.requests.count == 3, "\(second.errors)")
        #expect((Golden.text(of: folder.path + "/out.jsonl") ?? "").contains("\"output\": {\"answer\": \"yes\"}"))
    }

    @Test("a fallback that makes the same request asks anew, and so does a second run")
    func fallback() async throws {
        let server = try server([Self.bad, Self.bad, Self.good])
        defer { server.stop() }
        try folder.write(
            #"{"signature": "question -> answer", "adapter": {"type": "chat", "use_json_adapter_fallback": false}, "fallback": {"signature": "question -> answer", "adapter": {"type": "chat", "use_json_adapter_fallback": false}}}"#,
            to: "p.json")
        let first = try await tool(server, "run", "p.json", "question=q")
        #expect(first.code == 1 && server.requests.count == 2, "\(first.errors)")
        let second = try await tool(server, "run", "p.json", "question=q")
        #expect(second.output == "{\"answer\": \"yes\"}\n" && server.requests.count == 3, "\(second.errors)")
        let third = try await tool(server, "run", "p.json", "question=q")
        #expect(third.output == second.output && server.requests.count == 3)
    }

    @Test(
        "an answer that is cut off is told in a warning and in its row, and asked for again",
        arguments: ["run", "batch"])
    func cut(command: String) async throws {
        let server = try server([Self.good], finish: "length")
        defer { server.stop() }
        try folder.write("{\"question\": \"q\"}\n", to: "in.jsonl")
        for round in 1...2 {
            let run =
                command == "run"
                ? try await tool(server, "run", "question -> answer", "question=q")
                : try await tool(server, "batch", "question -> answer", "in.jsonl")
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.errors.contains("cut off at the token limit (finish_reason length)"), "\(run.errors)")
            #expect(run.output.contains("\"finish_reason\": \"length\"") == (command == "batch"))
            #expect(server.requests.count == round)
        }
    }

    @Test("what a model refuses to say, it says why")
    func refusal() async throws {
        let server = try server([["content": nil, "refusal": "I cannot help with that."]])
        defer { server.stop() }
        let run = try await tool(server, "run", "question -> answer", "question=q")
        #expect(run.code == 1 && run.errors.contains("the model refused: I cannot help with that."), "\(run.errors)")
    }
}
