import Basics
import Platform
import DSPyCore

/// Opens a session when one is needed, and another one when the server has ended.
actor MCPConnector {
    private let name: String
    private let options: MCPClient.Options
    private let openChannel: @Sendable (MCPSession) async throws -> any MCPChannel
    private var session: MCPSession?
    private var opening: Opening?
    private var openings = 0
    private var restarts: [ContinuousClock.Instant] = []
    private var wasOpened = false
    private var isClosed = false

    /// A session on its way, and how many wait for it.
    private struct Opening {
        let number: Int
        let task: Task<MCPSession, any Error>
        var waiting = 0
    }

    /// A connector; nothing starts yet.
    init(
        name: String, options: MCPClient.Options,
        openChannel: @escaping @Sendable (MCPSession) async throws -> any MCPChannel
    ) {
        self.name = name
        self.options = options
        self.openChannel = openChannel
    }

    /// Runs the body with an open session; once more with a new one when the server has forgotten the old one.
    nonisolated func withSession<Value: Sendable>(_ body: (MCPSession) async throws -> Value) async throws -> Value {
        let session = try await current()
        do { return try await body(session) } catch is MCPSession.Expired {
            await drop(session)
        }
        do { return try await body(try await current()) } catch is MCPSession.Expired {
            throw ToolError("RuntimeError", "the MCP server `\(name)` forgets its sessions")
        }
    }

    /// Ends the session, and takes no further ones.
    func close() async {
        isClosed = true
        let (session, opening) = (session, opening)
        self.session = nil
        await session?.close()
        opening?.task.cancel()
        if let late = try? await opening?.task.value { await late.close() }
    }

    private func drop(_ session: MCPSession) {
        session.end(ToolError("RuntimeError", "the MCP server `\(name)` has forgotten the session"))
        if self.session === session { self.session = nil }
    }

    private func current() async throws -> MCPSession {
        while true {
            guard !isClosed else { throw ToolError("RuntimeError", "the MCP server `\(name)` was closed") }
            if let session, !session.isOver { return session }
            if opening == nil {
                let pause = try pauseBeforeRestart()
                openings += 1
                let number = openings
                opening = Opening(number: number, task: Task { try await self.open(number, after: pause) })
            }
            try await waitForOpening()
        }
    }

    /// All wait for one start; a task that is cancelled stops waiting, and the last one to do so ends the start.
    private func waitForOpening() async throws {
        guard let (number, task) = opening.map({ ($0.number, $0.task) }) else { return }
        opening?.waiting += 1
        do { try await Self.wait(for: task) } catch {
            guard opening?.number == number else { throw error }
            opening?.waiting -= 1
            if opening?.waiting == 0 {
                task.cancel()
                opening = nil
            }
            throw error
        }
    }

    private func open(_ number: Int, after pause: Duration) async throws -> MCPSession {
        defer { if opening?.number == number { opening = nil } }
        if pause > .zero { try await Task.sleep(for: pause) }
        let session = MCPSession(name: name, options: options)
        let channel = try await openChannel(session)
        try await session.open(channel)
        guard opening?.number == number, !isClosed else {
            await session.close()
            throw CancellationError()
        }
        self.session = session
        return session
    }

    private static func wait(for opening: Task<MCPSession, any Error>) async throws {
        let outcome = Mailbox<Bool>()
        Task {
            do {
                _ = try await opening.value
                outcome.put(true)
            } catch { outcome.finish(error) }
        }
        _ = try await outcome.next()
    }

    /// How long to wait before the server is started; the first time not at all.
    private func pauseBeforeRestart() throws -> Duration {
        defer { wasOpened = true }
        guard wasOpened else { return .zero }
        let now = ContinuousClock.now
        restarts.removeAll { now - $0 > options.restartWindow }
        guard restarts.count < options.restartsPerMinute else {
            throw ToolError(
                "RuntimeError",
                "the MCP server `\(name)` ended \(restarts.count + 1) times within a minute and is not started again for now"
            )
        }
        restarts.append(now)
        return .milliseconds(min(50 << (restarts.count - 1), 2000))
    }
}
