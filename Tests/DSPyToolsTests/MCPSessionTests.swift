import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyTools

@Suite("A session with a server of tools")
struct MCPSessionTests {
    private static func opened(
        _ options: MCPClient.Options = MCPClient.Options(),
        _ rule: @escaping @Sendable (MCPSession, JSON) async throws -> Bool = { _, _ in false }
    ) async throws -> (session: MCPSession, channel: FakeChannel) {
        let session = MCPSession(name: "s", options: options)
        let channel = FakeChannel(to: session) { try await rule(session, $0) }
        try await session.open(channel)
        return (session, channel)
    }

    private static let ended = ToolError("RuntimeError", "it is over")

    // MARK: Opening

    @Test("it opens with a version that both speak, and then says that it is ready")
    func opening() async throws {
        let (session, channel) = try await Self.opened()
        #expect(channel.sent.map { $0["method"]?.string } == ["initialize", "notifications/initialized"])
        #expect(channel.sent[0]["params"]?["protocolVersion"] == "2025-06-18" && channel.sent[1]["id"] == nil)
        #expect(channel.version == "2025-06-18" && !session.isOver)
    }

    @Test(
        "a server of an unknown version is not used, and its channel is closed",
        arguments: ["1999-01-01", .null, 1] as [JSON])
    func version(version: JSON) async throws {
        let session = MCPSession(name: "s", options: MCPClient.Options())
        let channel = FakeChannel(to: session, version: version)
        let error = await #expect(throws: ToolError.self) { try await session.open(channel) }
        #expect(error?.message.contains("2025-06-18") == true)
        #expect(session.isOver && channel.isClosed && channel.version == nil && channel.sent.count == 1)
    }

    @Test("nothing can be asked before it is open")
    func unopened() async {
        let session = MCPSession(name: "s", options: MCPClient.Options())
        let error = await #expect(throws: ToolError.self) { try await session.request("x", [:]) }
        #expect(error?.message == "the MCP server `s` is not open")
    }

    // MARK: Answers

    @Test("each request gets the answer of its id, in whatever order they come, in whatever bundles", arguments: 1...20)
    func answers(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let (session, channel) = try await Self.opened()
        let tasks = (0..<8).map { number in
            Task { try await session.request("tools/call", ["n": .int(number)]) }
        }
        let requests = await channel.sent(10).dropFirst(2).shuffled(using: &random)
        var rest = requests.map { request -> JSON in
            ["jsonrpc": "2.0", "id": request["id"] ?? .null, "result": ["n": request["params"]?["n"] ?? .null]]
        }[...]
        while !rest.isEmpty {
            let bundle = rest.prefix(Int.random(in: 1...3, using: &random))
            session.take(bundle.count == 1 ? rest[rest.startIndex] : .array(Array(bundle)))
            rest = rest.dropFirst(bundle.count)
        }
        for (number, task) in tasks.enumerated() { #expect(try await task.value == ["n": .int(number)]) }
        #expect(Set(requests.compactMap { $0["id"]?.int }).count == 8)
    }

    @Test("a refusal is an error in the server's words")
    func refusal() async throws {
        let (session, _) = try await Self.opened { session, message in
            session.take([
                "jsonrpc": "2.0", "id": message["id"] ?? .null, "error": ["code": 1, "message": "no such tool"],
            ])
            return true
        }
        let error = await #expect(throws: ToolError.self) { try await session.request("tools/call", [:]) }
        #expect(error?.kind == "mcp.shared.exceptions.McpError" && error?.message == "no such tool")
    }

    @Test("a channel that is done without an answer is told, and not waited for")
    func silent() async throws {
        let (session, channel) = try await Self.opened { _, _ in true }
        let error = await #expect(throws: ToolError.self) { try await session.request("tools/call", [:]) }
        #expect(error?.message == "the MCP server `s` gave no answer to tools/call" && channel.sent.count == 3)
    }

    @Test("what a channel throws is what the caller sees: that the session is forgotten, or an error")
    func thrown() async throws {
        let (expired, _) = try await Self.opened { _, message in
            if message["id"] != nil { throw MCPSession.Expired() }
            return false
        }
        await #expect(throws: MCPSession.Expired.self) { try await expired.request("tools/call", [:]) }
        let (broken, channel) = try await Self.opened { _, message in
            if message["id"] != nil { throw Self.ended }
            return false
        }
        await #expect(throws: Self.ended) { try await broken.request("tools/call", [:]) }
        #expect(channel.sent.count == 3)
    }

    // MARK: Requests that nobody waits for any more

    @Test("a request that is cancelled is taken back, and its late answer is nobody's")
    func cancelled() async throws {
        let (session, channel) = try await Self.opened()
        let task = Task { try await session.request("tools/call", [:]) }
        let id = await channel.sent(3)[2]["id"]
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let notice = await channel.sent(4)[3]
        #expect(notice["method"] == "notifications/cancelled" && notice["params"]?["requestId"] == id)
        #expect(notice["id"] == nil)
        let next = Task { try await session.request("tools/call", [:]) }
        let nextID = await channel.sent(5)[4]["id"]
        session.answer(id, "late")
        session.answer(nextID, "in time")
        #expect(try await next.value == "in time" && id != nextID)
    }

    @Test("a request that is not answered in time is taken back")
    func late() async throws {
        let (session, channel) = try await Self.opened(MCPClient.Options(timeout: .zero))
        let error = await #expect(throws: ToolError.self) { try await session.request("tools/call", [:]) }
        #expect(error?.kind == "TimeoutError")
        let messages = await channel.sent(4)
        #expect(messages[3]["params"]?["requestId"] == messages[2]["id"] && !session.isOver)
    }

    // MARK: The end

    @Test("at the end what is under way fails for the first reason, and nothing more is asked")
    func end() async throws {
        let (session, channel) = try await Self.opened()
        let tasks = (0..<3).map { _ in Task { try await session.request("tools/call", [:]) } }
        _ = await channel.sent(5)
        session.end(Self.ended)
        session.end(ToolError("RuntimeError", "again"))
        for task in tasks { await #expect(throws: Self.ended) { try await task.value } }
        await #expect(throws: Self.ended) { try await session.request("tools/call", [:]) }
        #expect(session.isOver && channel.sent.count == 5)
    }

    @Test("a session that is closed closes its channel")
    func close() async throws {
        let (session, channel) = try await Self.opened()
        let task = Task { try await session.request("tools/call", [:]) }
        _ = await channel.sent(3)
        await session.close()
        let error = await #expect(throws: ToolError.self) { try await task.value }
        #expect(error?.message == "the MCP server `s` was closed" && channel.isClosed)
    }

    // MARK: What the server sends by itself

    @Test("a ping is answered, other requests are refused, and notices are taken in silence")
    func requests() async throws {
        let (session, channel) = try await Self.opened()
        session.take(["jsonrpc": "2.0", "method": "notifications/progress", "params": [:]])
        session.take(["jsonrpc": "2.0", "id": "p", "method": "ping"])
        #expect(await channel.sent(3)[2] == ["jsonrpc": "2.0", "id": "p", "result": [:]])
        session.take(["jsonrpc": "2.0", "id": 7, "method": "sampling/createMessage"])
        let refusal = await channel.sent(4)[3]
        #expect(refusal["id"] == 7 && refusal["error"]?["code"] == -32601)
    }

    @Test("a server may send a hundred lines that are no messages in a row; one more ends the session")
    func nonsense() async throws {
        let (session, channel) = try await Self.opened()
        func send(_ text: String, _ count: Int) { for _ in 0..<count { session.receive(Array(text.utf8)) } }
        for text in ["Server is ready", "{}", #"{"jsonrpc": "2.0"}"#, #"{"jsonrpc": "1.0", "method": "m"}"#, "[1]"] {
            send(text, 100)
            #expect(!session.isOver, "\(text)")
            // A message in between starts the count anew; empty lines do not count.
            send(#"{"jsonrpc": "2.0", "method": "n"}"#, 1)
            send(" \t\r", 200)
        }
        send("Server is ready", 101)
        #expect(session.isOver)
        while !channel.isClosed { await Task.yield() }
        let error = await #expect(throws: ToolError.self) { try await session.request("tools/call", [:]) }
        #expect(error?.message.contains("'Server is ready'") == true)
    }

    @Test("tools are listed page by page, until there is no next one")
    func pages() async throws {
        let (session, channel) = try await Self.opened { session, message in
            let page = message["params"]?["cursor"]?.string.flatMap { Int($0) } ?? 0
            var result: JSONObject = ["tools": [["name": .string("t\(page)"), "inputSchema": ["type": "object"]]]]
            if page < 2 { result["nextCursor"] = .string("\(page + 1)") }
            session.answer(message["id"], .object(result))
            return true
        }
        #expect(try await session.tools().map(\.name) == ["t0", "t1", "t2"])
        #expect(channel.sent.count == 5)
    }

    @Test("a list of tools without end ends")
    func endless() async throws {
        let (session, _) = try await Self.opened { session, message in
            session.answer(message["id"], ["tools": [], "nextCursor": "again"])
            return true
        }
        let error = await #expect(throws: ToolError.self) { try await session.tools() }
        #expect(error?.message.contains("without end") == true)
    }
}
