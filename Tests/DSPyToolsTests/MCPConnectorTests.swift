import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyTools

@Suite("Sessions that are opened when they are needed")
struct MCPConnectorTests {
    /// Opens channels to no server, and keeps them.
    private final class Channels: Sendable {
        private let kept = Shared<[FakeChannel]>([])
        private let gate: Gate

        init(_ gate: Gate = Gate(isOpen: true)) { self.gate = gate }

        var all: [FakeChannel] { kept.withLock { $0 } }

        func connector(restarts: Int = 5) -> MCPConnector {
            MCPConnector(name: "s", options: MCPClient.Options(restartsPerMinute: restarts)) { session in
                try await self.gate.pass()
                let channel = FakeChannel(to: session)
                self.kept.withLock { $0.append(channel) }
                return channel
            }
        }
    }

    private static let ended = ToolError("RuntimeError", "it ended")

    @Test("nothing starts before it is needed; many that need a session at once share one")
    func shared() async throws {
        let gate = Gate()
        let channels = Channels(gate)
        let connector = channels.connector()
        let tasks = (0..<10).map { _ in Task { try await connector.withSession { ObjectIdentifier($0) } } }
        await gate.reached(by: 1)
        gate.open()
        var sessions = Set<ObjectIdentifier>()
        for task in tasks { sessions.insert(try await task.value) }
        #expect(sessions.count == 1 && channels.all.count == 1)
    }

    @Test("a session that the server has forgotten is opened anew, once")
    func expired() async throws {
        let channels = Channels()
        let connector = channels.connector()
        let tries = Shared(0)
        let second = try await connector.withSession { session in
            let number = tries.withLock { tries in
                tries += 1
                return tries
            }
            if number == 1 { throw MCPSession.Expired() }
            return number
        }
        #expect(second == 2 && channels.all.count == 2)
        let error = await #expect(throws: ToolError.self) {
            try await connector.withSession { _ in throw MCPSession.Expired() }
        }
        #expect(error?.message == "the MCP server `s` forgets its sessions")
    }

    @Test("other errors of the caller open nothing anew")
    func errors() async throws {
        let channels = Channels()
        let connector = channels.connector()
        await #expect(throws: Self.ended) { try await connector.withSession { _ in throw Self.ended } }
        _ = try await connector.withSession { $0.isOver }
        #expect(channels.all.count == 1)
    }

    @Test("a server that ended is started again as often as is allowed", arguments: [0, 1])
    func restarts(limit: Int) async throws {
        let channels = Channels()
        let connector = channels.connector(restarts: limit)
        for _ in 0...limit { try await connector.withSession { $0.end(Self.ended) } }
        let error = await #expect(throws: ToolError.self) { try await connector.withSession { _ in } }
        #expect(error?.message.contains("ended \(limit + 1) times within a minute") == true)
        #expect(channels.all.count == limit + 1)
    }

    @Test("after the end there are no sessions, and the open one is closed")
    func closed() async throws {
        let channels = Channels()
        let connector = channels.connector()
        let session = try await connector.withSession { $0 }
        await connector.close()
        #expect(session.isOver && channels.all[0].isClosed)
        let error = await #expect(throws: ToolError.self) { try await connector.withSession { _ in } }
        #expect(error?.message == "the MCP server `s` was closed" && channels.all.count == 1)
    }

    @Test("of several that wait for a start one may leave; when the last one leaves, the start ends")
    func leaving() async throws {
        let gate = Gate()
        let connector = Channels(gate).connector()
        let waiting = (0..<2).map { _ in Task { try await connector.withSession { _ in } } }
        await gate.reached(by: 1)
        // Until the second one waits as well.
        for _ in 0..<200 { await Task.yield() }
        waiting[0].cancel()
        await #expect(throws: CancellationError.self) { try await waiting[0].value }
        #expect(gate.count == 1)
        waiting[1].cancel()
        await #expect(throws: CancellationError.self) { try await waiting[1].value }
        while gate.count > 0 { await Task.yield() }
    }
}
