import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Streams that say nothing") struct StreamPatienceTests {
    private func ask(_ reply: LoopbackServer.Reply, timeout: Duration) async throws -> Result<LMResponse, any Error> {
        let server = try LoopbackServer(replies: [reply])
        defer { server.stop() }
        let factory = LMFactory(environment: ["OPENAI_API_KEY": "sk-x"])
        let model = try factory.make("openai/gpt", apiBase: server.address, retries: 0, timeout: timeout)
        do {
            return .success(
                try await model.stream(LMRequest(messages: [LMMessage(role: "user", text: "q")])) { _ in })
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

    @Test(
        "bytes that say nothing do not keep a call alive",
        arguments: [
            ("text/event-stream", ": still here\n\n"), ("text/event-stream", "data: {\"choices\":[]}\n\n"),
            ("text/event-stream", "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n"),
            ("text/event-stream", "d"), ("application/json", " "),
        ])
    func silence(type: String, piece: String) async throws {
        // 60 s of it, if nobody stopped it.
        let result = try await ask(trickle(type, piece, times: 3000), timeout: .milliseconds(300))
        let error = #expect(throws: LMError.self) { try result.get() }
        #expect(error?.code == .timeout, "\(String(describing: error))")
    }

    @Test("an answer that is told piece by piece may take longer than its silence may last")
    func speech() async throws {
        var reply = trickle("text/event-stream", "data: \(Self.text)\n\n", times: 60)
        reply.chunks.append(
            Array("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".utf8))
        let result = try await ask(reply, timeout: .milliseconds(800))
        #expect(try result.get().outputs.first?.text?.count == 60)
    }

    @Test("behind a whole answer, a connection that is held open only ends it")
    func heldOpen() async throws {
        var reply = trickle("text/event-stream", ": bye\n\n", times: 3000)
        reply.chunks[0] = Array(
            "data: \(Self.text)\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n".utf8)
        #expect(try await ask(reply, timeout: .milliseconds(300)).get().outputs.first?.text == "a")
    }
}
