import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("streams over HTTP") struct StreamedHTTPTests {
    private let request = LMRequest(messages: [LMMessage(role: "user", text: "q")])

    private func walk(
        _ reply: LoopbackServer.Reply, _ options: JSONObject = [:], retries: Int = 0
    ) async throws -> (events: [LMStreamEvent], result: Result<LMResponse, any Error>, server: LoopbackServer) {
        let server = try LoopbackServer(replies: [reply])
        let factory = LMFactory(environment: ["OPENAI_API_KEY": "sk-0123456789abcdef"], sleep: { _ in })
        let model = try factory.make(
            "openai/gpt", apiBase: server.address, options: options, retries: retries, timeout: .seconds(20))
        var events: [LMStreamEvent] = []
        do {
            let response = try await model.stream(request) { events.append($0) }
            return (events, .success(response), server)
        } catch {
            return (events, .failure(error), server)
        }
    }

    private func sse(_ lines: [String], by size: Int = 7, cut: Int = 0) -> LoopbackServer.Reply {
        let bytes = Array(lines.map { "data: \($0)\n\n" }.joined().utf8).dropLast(cut)
        let chunks = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        return LoopbackServer.Reply(headers: [("Content-Type", "text/event-stream")], chunks: chunks)
    }

    private let answer = [
        #"{"id":"c1","model":"gpt","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#,
        #"{"id":"c1","model":"gpt","choices":[{"index":0,"delta":{"content":"日本"}}]}"#,
        #"{"id":"c1","model":"gpt","choices":[{"index":0,"delta":{"content":"🎉"},"finish_reason":"stop"}]}"#,
        #"{"id":"c1","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#, "[DONE]",
    ]

    @Test("chunks of the network become events of the model and the whole answer", arguments: [1, 7, 4000])
    func whole(size: Int) async throws {
        let (events, result, server) = try await walk(sse(answer, by: size))
        #expect(events == [.start(id: "c1", model: "gpt"), .text("日本"), .text("🎉")])
        let response = try result.get()
        #expect(response.outputs.first?.text == "日本🎉")
        #expect(response.usage["total_tokens"] == 3)
        #expect(server.requests.first?.text.contains(#""stream":true,"stream_options":{"include_usage":true}"#) == true)
    }

    @Test("a server that does not stream is taken as it is")
    func plain() async throws {
        let (events, result, _) = try await walk(
            .init(#"{"model":"gpt","choices":[{"message":{"content":"Paris"},"finish_reason":"stop"}]}"#))
        #expect(events == [.start(id: nil, model: "gpt"), .text("Paris")])
        #expect(try result.get().outputs.first?.text == "Paris")
    }

    @Test("errors before and inside a stream are the provider's, with the model in them")
    func failures() async throws {
        let (_, refused, _) = try await walk(.init(status: 429, #"{"error":{"message":"slow sk-0123456789abcdef"}}"#))
        let limit = #expect(throws: LMError.self) { try refused.get() }
        #expect(
            limit?.code == .rateLimited && limit?.model == "openai/gpt"
                && limit?.message.contains("sk-0123456789abcdef") == false)
        let (events, broken, _) = try await walk(
            sse([answer[1], #"{"error":{"code":"server_error","message":"no"}}"#]))
        #expect(events.last == .text("日本"))
        #expect(throws: LMError.self) { try broken.get() }
    }

    @Test("an answer that breaks off is asked for again, after a restart")
    func retry() async throws {
        let (events, result, server) = try await walk(sse([answer[1]]), retries: 1)
        #expect(server.requests.count == 2)
        let error = #expect(throws: LMError.self) { try result.get() }
        #expect(error?.code == .transport && error?.attempts == 2)
        let restarts = events.filter { if case .restart = $0 { true } else { false } }
        #expect(restarts.count == 1)
    }

    @Test("the responses API streams too")
    func responses() async throws {
        let reply = sse([
            #"{"type":"response.created","response":{"id":"r1","model":"gpt"}}"#,
            #"{"type":"response.output_text.delta","delta":"Par"}"#,
            #"{"type":"response.output_text.delta","delta":"is"}"#,
            #"{"type":"response.completed","response":{"output":[{"type":"message","content":"#
                + #"[{"type":"output_text","text":"Paris"}]}]}}"#,
        ])
        let (events, result, server) = try await walk(reply, ["model_type": "responses"])
        #expect(events == [.start(id: "r1", model: "gpt"), .text("Par"), .text("is")])
        #expect(try result.get().outputs.first?.text == "Paris")
        #expect(server.requests.first?.text.contains(#""stream":true"#) == true)
        #expect(server.requests.first?.path == "/responses")
    }

    @Test("what the handler throws ends the exchange")
    func handler() async throws {
        struct Enough: Error {}
        let server = try LoopbackServer(replies: [sse(answer)])
        let factory = LMFactory(environment: ["OPENAI_API_KEY": "sk-0123456789abcdef"])
        let model = try factory.make("openai/gpt", apiBase: server.address)
        await #expect(throws: Enough.self) { _ = try await model.stream(request) { _ in throw Enough() } }
        #expect(server.requests.count == 1)
    }
}
