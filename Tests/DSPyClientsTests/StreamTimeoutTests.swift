import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("how long a streamed call may take") struct StreamTimeoutTests {
    private func ask(
        _ reply: LoopbackServer.Reply, timeout: Duration, pause: Duration = .zero
    ) async throws -> Result<LMResponse, any Error> {
        let server = try LoopbackServer(replies: [reply])
        defer { server.stop() }
        let factory = LMFactory(environment: ["OPENAI_API_KEY": "sk-x"])
        let model = try factory.make("openai/gpt", apiBase: server.address, retries: 0, timeout: timeout)
        do {
            return .success(
                try await model.stream(LMRequest(messages: [LMMessage(role: "user", text: "q")])) { _ in
                    if pause > .zero { try await Task.sleep(for: pause) }
                })
        } catch {
            return .failure(error)
        }
    }

    private func trickle(_ type: String, _ piece: String, times: Int) -> LoopbackServer.Reply {
        var reply = LoopbackServer.Reply(
            headers: [("Content-Type", type)], chunks: Array(repeating: Array(piece.utf8), count: times))
        reply.gap = .milliseconds(20)
        return reply
    }

    private static let text = #"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#
    private static let end = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#

    @Test(
        "an answer that is not complete in time is a timeout that tells the time, whatever keeps coming",
        arguments: [
            ("text/event-stream", ": still here\n\n"), ("text/event-stream", "data: {\"choices\":[]}\n\n"),
            ("text/event-stream", "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n"),
            ("text/event-stream", "data: \(Self.text)\n\n"), ("text/event-stream", "d"), ("application/json", " "),
            ("text/event-stream", "\n"),
        ])
    func endless(type: String, piece: String) async throws {
        // Where nobody stops it, it ends by itself after a minute, without an error.
        let result = try await ask(trickle(type, piece, times: 3000), timeout: .milliseconds(500))
        let error = #expect(throws: LMError.self) { try result.get() }
        #expect(error?.code == .timeout, "\(String(describing: error))")
        #expect(error?.message.contains("within 0.5 seconds") == true, "\(String(describing: error))")
    }

    @Test("a reader that holds up a stream does so on its own time")
    func slowReader() async throws {
        // Far more than waits between the network and a reader, so that the sender is paused again and again.
        let long = #"{"choices":[{"index":0,"delta":{"content":"\#(String(repeating: "a", count: 400_000))"}}]}"#
        let reply = LoopbackServer.Reply(
            headers: [("Content-Type", "text/event-stream")],
            chunks: [long, long, long, long, Self.end, "[DONE]"].map { Array("data: \($0)\n\n".utf8) })
        let result = try await ask(reply, timeout: .seconds(1), pause: .milliseconds(600))
        #expect(try result.get().outputs.first?.text?.count == 1_600_000)
    }

    @Test("behind [DONE], a connection that is held open is not waited for")
    func done() async throws {
        // Ten minutes of it: whoever waits for the end has the error of the time limit.
        var reply = trickle("text/event-stream", ": bye\n\n", times: 30_000)
        reply.chunks[0] = Array("data: \(Self.text)\n\ndata: [DONE]\n\n".utf8)
        #expect(try await ask(reply, timeout: .seconds(300)).get().outputs.first?.text == "a")
    }

    @Test("behind a reason to stop, the rest is waited for a moment only, and voids nothing")
    func heldOpen() async throws {
        var reply = trickle("text/event-stream", ": bye\n\n", times: 30_000)
        reply.chunks[0] = Array("data: \(Self.text)\n\ndata: \(Self.end)\n\n".utf8)
        #expect(try await ask(reply, timeout: .seconds(300)).get().outputs.first?.text == "a")
    }

    @Test("a connection whose stream has ended serves the next one")
    func reuse() async throws {
        let chunks = [Self.text, Self.end, "[DONE]"].map { Array("data: \($0)\n\n".utf8) }
        let server = try LoopbackServer(replies: [
            .init(headers: [("Content-Type", "text/event-stream")], chunks: chunks)
        ])
        defer { server.stop() }
        let model = try LMFactory(environment: ["OPENAI_API_KEY": "sk-x"]).make("openai/gpt", apiBase: server.address)
        for _ in 0..<3 {
            _ = try await model.stream(LMRequest(messages: [LMMessage(role: "user", text: "q")])) { _ in }
            // A busy machine takes its time to put a connection back.
            try await Task.sleep(for: .seconds(1))
        }
        #expect(Set(server.requests.map(\.connection)) == [0])
    }
}
