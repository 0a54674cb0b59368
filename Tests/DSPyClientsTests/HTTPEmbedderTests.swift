import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Vectors of texts")
struct HTTPEmbedderTests {
    private func embedder(_ server: LoopbackServer) throws -> HTTPEmbedder {
        try LMFactory(environment: ["OPENAI_API_KEY": "k1234567"], sleep: { _ in })
            .embedder("openai/small", apiBase: server.address)
    }

    @Test("texts go out together, and vectors come back in their order whatever the server's")
    func order() async throws {
        let reply = #"{"data":[{"index":1,"embedding":[3,4.5]},{"index":0,"embedding":[1,2]}]}"#
        let server = try LoopbackServer(replies: [.init(reply)])
        #expect(try await embedder(server).embed(["a", "ü"]) == [[1, 2], [3, 4.5]])
        let request = try #require(server.requests.first)
        #expect(request.path == "/embeddings")
        #expect(request.headers["authorization"] == "Bearer k1234567")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"model":"small","input":["a","ü"]}"#)
    }

    @Test("two hundred texts make a request")
    func batches() async throws {
        func reply(_ count: Int) -> LoopbackServer.Reply {
            .init("{\"data\":[\(Array(repeating: "{\"embedding\":[1]}", count: count).joined(separator: ","))]}")
        }
        let server = try LoopbackServer(replies: [reply(200), reply(50)])
        let vectors = try await embedder(server).embed(Array(repeating: "t", count: 250))
        #expect(vectors.count == 250)
        #expect(server.requests.count == 2)
        #expect(try await embedder(server).embed([]).isEmpty)
    }

    @Test("a failure that may pass is tried again, one that may not is told with its model and without the key")
    func failures() async throws {
        let vector = #"{"data":[{"embedding":[1]}]}"#
        let server = try LoopbackServer(replies: [.init(status: 500, "{}"), .init(vector)])
        #expect(try await embedder(server).embed(["a"]) == [[1]])
        let refusing = try LoopbackServer(replies: [.init(status: 401, #"{"error":{"message":"bad key k1234567"}}"#)])
        let error = await #expect(throws: LMError.self) { try await embedder(refusing).embed(["a"]) }
        #expect(error?.code == .auth)
        #expect(error?.model == "openai/small")
        #expect(error?.message.contains("k1234567") == false)
    }

    @Test(
        "a reply without one vector for each text is no reply",
        arguments: [
            "[]", "nonsense", #"{"data":[]}"#, #"{"data":[{"embedding":[]},{"embedding":[]}]}"#,
            #"{"data":[{"embedding":[1]},{"embedding":[1,2]}]}"#, #"{"data":[{"index":7,"embedding":[1]}]}"#,
        ])
    func badReply(text: String) async throws {
        let server = try LoopbackServer(replies: [.init(text)])
        let error = await #expect(throws: LMError.self) { try await embedder(server).embed(["a", "b"]) }
        #expect(error?.code == .badReply)
    }
}
