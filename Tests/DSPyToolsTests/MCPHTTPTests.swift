import DSPyCore
import OrderedJSON
import Synchronization
import TestSupport
import Testing

@testable import DSPyTools

@Suite("An MCP client over HTTP", .timeLimit(.minutes(10)))
struct MCPHTTPTests {
    /// A server that answers as `answer` says to what comes after the greeting.
    private static func server(
        _ answer: @escaping @Sendable (JSON, LoopbackServer.Request) -> LoopbackServer.Reply
    ) throws -> LoopbackServer {
        let sessions = Mutex(0)
        return try LoopbackServer { request, _ in
            guard request.method == "POST", let json = try? JSON(parsing: request.body) else { return .init("") }
            switch json["method"]?.string {
            case "initialize":
                let session = sessions.withLock { count in
                    count += 1
                    return count
                }
                return .init(
                    headers: [("Mcp-Session-Id", "session-\(session)")],
                    result(json, ["protocolVersion": "2025-03-26", "capabilities": [:]]))
            case "notifications/initialized": return .init(status: 202, "")
            default: return answer(json, request)
            }
        }
    }

    private static func result(_ request: JSON, _ value: JSON) -> String {
        JSON.object(["jsonrpc": "2.0", "id": request["id"] ?? .null, "result": value]).text()
    }

    private static func text(_ request: JSON, _ text: String) -> String {
        result(request, ["content": [["type": "text", "text": .string(text)]]])
    }

    private static func events(_ texts: [String]) -> LoopbackServer.Reply {
        var reply = LoopbackServer.Reply(
            headers: [("Content-Type", "text/event-stream")],
            chunks: texts.map { Array("event: message\ndata: \($0)\n\n".utf8) })
        reply.isChunked = true
        return reply
    }

    private static func client(_ server: LoopbackServer, _ options: MCPClient.Options = .init()) throws -> MCPClient {
        var options = options
        if options.timeout == .seconds(60) { options.timeout = .seconds(600) }
        options.startTimeout = .seconds(600)
        return try MCPClient(
            name: "far", server: .url(server.address + "/mcp"), options: options,
            grants: try Grants(["mcp:127.0.0.1"]))
    }

    @Test("session, revision and own headers go with every request, and DELETE ends it")
    func headers() async throws {
        let server = try Self.server { json, _ in .init(Self.text(json, "hi")) }
        let client = try Self.client(server, .init(headers: [.init("Authorization", "Bearer x")]))
        #expect(try await client.call("greet", ["a": 1]) == "hi")
        await client.close()
        let requests = server.requests
        #expect(requests.map(\.method) == ["POST", "POST", "POST", "DELETE"])
        #expect(requests.allSatisfy { $0.headers["authorization"] == "Bearer x" && $0.path == "/mcp" })
        #expect(requests[0].headers["mcp-session-id"] == nil)
        #expect(requests.dropFirst().allSatisfy { $0.headers["mcp-session-id"] == "session-1" })
        #expect(requests.dropFirst().allSatisfy { $0.headers["mcp-protocol-version"] == "2025-03-26" })
        #expect(requests[2].headers["accept"] == "application/json, text/event-stream")
        let sent = try JSON(parsing: requests[2].body)
        #expect(sent["params"] == ["name": "greet", "arguments": ["a": 1]])
    }

    @Test("an answer may come as an event among others, and the server's requests are answered")
    func streams() async throws {
        let server = try Self.server { json, _ in
            guard json["method"]?.string == "tools/call" else { return .init(status: 202, "") }
            return Self.events([
                #"{"jsonrpc": "2.0", "method": "notifications/progress", "params": {}}"#,
                #"{"jsonrpc": "2.0", "id": "p", "method": "ping"}"#, Self.text(json, "late"),
            ])
        }
        let client = try Self.client(server)
        #expect(try await client.call("greet", [:]) == "late")
        while !server.requests.contains(where: { $0.text.contains(#""id":"p","result":{}"#) }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        await client.close()
    }

    @Test("a session that the server forgot is opened anew, once")
    func expiry() async throws {
        let server = try Self.server { json, request in
            request.headers["mcp-session-id"] == "session-1" ? .init(status: 404, "") : .init(Self.text(json, "again"))
        }
        let client = try Self.client(server)
        #expect(try await client.call("greet", [:]) == "again")
        await client.close()
        let forgetful = try Self.server { _, _ in .init(status: 404, "") }
        let lost = try Self.client(forgetful)
        let error = try await #require(throws: ToolError.self) { try await lost.call("greet", [:]) }
        #expect(error.message == "the MCP server `far` forgets its sessions")
        await lost.close()
    }

    @Test("refusals, nonsense, silence and dead servers are failures")
    func troubles() async throws {
        let kinds = Mutex(0)
        let server = try Self.server { json, _ in
            switch kinds.withLock({ $0 }) {
            case 0: return .init(status: 500, "no luck")
            case 1: return .init("<html>")
            case 2: return Self.events([#"{"jsonrpc": "2.0", "method": "notifications/message"}"#])
            case 3: return .drop
            default: return .init(chunks: [[65]], delay: .seconds(30))
            }
        }
        let (client, hasty) = (try Self.client(server), try Self.client(server, .init(timeout: .milliseconds(800))))
        for (kind, words) in [
            "answered 500: no luck", "gave no answer to tools/call", "gave no answer to tools/call", "127.0.0.1",
            "did not answer tools/call within 0.8 seconds",
        ].enumerated() {
            kinds.withLock { $0 = kind }
            let error = try await #require(throws: ToolError.self) {
                try await (kind == 4 ? hasty : client).call("greet", [:])
            }
            #expect(error.message.contains(words), "\(error)")
        }
        await client.close()
        await hasty.close()
        server.stop()
        let dead = try MCPClient(name: "far", server: .url("http://127.0.0.1:1/"), grants: .all)
        let error = try await #require(throws: ToolError.self) { try await dead.tools() }
        #expect(error.kind == "ConnectionError")
    }

    @Test("a cancelled call is taken back")
    func cancellation() async throws {
        let server = try Self.server { json, _ in
            json["method"]?.string == "tools/call" ? .init(chunks: [[65]], delay: .seconds(30)) : .init(status: 202, "")
        }
        let client = try Self.client(server)
        let task = Task { try await client.call("greet", [:]) }
        while server.requests.count < 3 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        while !server.requests.contains(where: { $0.text.contains("notifications/cancelled") }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        await client.close()
    }

    @Test("without the grant nothing is sent, and addresses with passwords are refused")
    func grants() async throws {
        let server = try Self.server { json, _ in .init(Self.text(json, "hi")) }
        let client = try MCPClient(name: "far", server: .url(server.address), grants: try Grants(["net:127.0.0.1"]))
        let error = try await #require(throws: ToolError.self) { try await client.tools() }
        #expect(error.message == "the MCP server `far` needs --allow mcp:far")
        #expect(server.requests.isEmpty)
        for url in ["http://u:p@h/", "ftp://h/", "h", "http://h\r\nX: y/"] {
            #expect(throws: ToolDefinitionError.self) { try MCPClient(name: "x", server: .url(url), grants: .all) }
        }
    }
}
