import Platform
import Basics
import DSPyCore
import OrderedJSON
import Synchronization

/// One session with a server: requests and their answers.
final class MCPSession: Sendable {
    /// The server has forgotten the session.
    struct Expired: Error {}

    /// How many messages that are none a server may send in a row.
    static let nonsenseLimit = 100
    /// How many bytes a message may have.
    static let messageLimit = 16 << 20
    private static let versions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
    private static let offeredVersion = "2025-06-18"
    private static let mostPages = 1000

    private struct State {
        var channel: (any MCPChannel)?
        var nextID = 1
        var waiting: [Int: Mailbox<JSON>] = [:]
        var nonsense = 0
        var end: ToolError?
    }

    private let name: String
    private let options: MCPClient.Options
    private let state = Mutex(State())

    /// A session that is not open yet.
    init(name: String, options: MCPClient.Options) {
        self.name = name
        self.options = options
    }

    /// Whether nothing more can be asked.
    var isOver: Bool { state.withLock { $0.end != nil } }

    /// Opens the session.
    ///
    /// - Throws: `ToolError`; the channel is then closed.
    func open(_ channel: any MCPChannel) async throws {
        state.withLock { $0.channel = channel }
        do {
            let parameters: JSON = [
                "protocolVersion": .string(Self.offeredVersion), "capabilities": [:],
                "clientInfo": ["name": "dspy-swift", "version": "1"],
            ]
            let answer = try await request("initialize", parameters, timeout: options.startTimeout)
            guard let version = answer["protocolVersion"]?.string, Self.versions.contains(version) else {
                let spoken = answer["protocolVersion"]?.string ?? "nothing"
                throw ToolError(
                    "RuntimeError",
                    "the MCP server `\(name)` speaks \(spoken) of the protocol; known are \(Self.versions.joined(separator: ", "))"
                )
            }
            channel.agree(on: version)
            _ = try await channel.send(["jsonrpc": "2.0", "method": "notifications/initialized"])
        } catch {
            end(ToolError("RuntimeError", "the MCP server `\(name)` could not be used"))
            await channel.close()
            throw error
        }
    }

    /// Closes the session; what is under way fails.
    func close() async {
        end(ToolError("RuntimeError", "the MCP server `\(name)` was closed"))
        await state.withLock { $0.channel }?.close()
    }

    /// All tools, page by page.
    func tools() async throws -> [MCPToolDescription] {
        var tools: [MCPToolDescription] = []
        var cursor: JSON?
        for _ in 0..<Self.mostPages {
            let answer = try await request("tools/list", cursor.map { ["cursor": $0] } ?? [:])
            tools += (answer["tools"]?.array ?? []).compactMap { MCPToolDescription($0) }
            guard let next = answer["nextCursor"], next.string.map({ !$0.isEmpty }) ?? false else { return tools }
            cursor = next
        }
        throw ToolError("RuntimeError", "the MCP server `\(name)` lists its tools without end")
    }

    /// Asks the server and waits for the answer.
    ///
    /// - Throws: `ToolError`, `Expired`, `CancellationError`.
    func request(_ method: String, _ parameters: JSON, timeout: Duration? = nil) async throws -> JSON {
        let answer = Mailbox<JSON>()
        let outcome = state.withLock { state -> Result<(Int, any MCPChannel), ToolError> in
            if let end = state.end { return .failure(end) }
            guard let channel = state.channel else {
                return .failure(ToolError("RuntimeError", "the MCP server `\(name)` is not open"))
            }
            let id = state.nextID
            state.nextID += 1
            state.waiting[id] = answer
            return .success((id, channel))
        }
        let (id, channel) = try outcome.get()
        defer { state.withLock { $0.waiting[id] = nil } }
        let message: JSON = [
            "jsonrpc": "2.0", "id": .int(id), "method": .string(method), "params": parameters,
        ]
        let limit = timeout ?? options.timeout
        let late = ToolError("TimeoutError", "the MCP server `\(name)` did not answer \(method) within \(limit)")
        let silent = ToolError("RuntimeError", "the MCP server `\(name)` gave no answer to \(method)")
        do {
            let reply = try await Deadline.run(limit, else: late) {
                if try await channel.send(message) { answer.finish(silent) }
                return try await answer.next()
            }
            return try Self.result(of: reply)
        } catch {
            if error is CancellationError || error as? ToolError == late, method != "initialize" {
                cancel(id, on: channel)
            }
            throw error
        }
    }

    /// Takes a message of the server.
    func receive(_ bytes: [UInt8]) {
        if isOver || bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
        guard let json = try? JSON(parsing: bytes, options: .python) else { return noteNonsense(bytes) }
        // Revision 2025-03-26 lets a server send several at once.
        for message in json.array ?? [json] { take(message, bytes) }
    }

    /// Says that nothing more will come; what is under way fails.
    func end(_ error: ToolError) {
        let waiting = state.withLock { state -> [Mailbox<JSON>] in
            guard state.end == nil else { return [] }
            state.end = error
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for mailbox in waiting { mailbox.finish(error) }
    }

    private func take(_ message: JSON, _ bytes: [UInt8]) {
        guard message.object != nil, message["jsonrpc"]?.string == "2.0" else { return noteNonsense(bytes) }
        if let method = message["method"]?.string {
            state.withLock { $0.nonsense = 0 }
            if let id = message["id"], !id.isNull { answer(method, id) }
            return
        }
        guard message["result"] != nil || message["error"] != nil else { return noteNonsense(bytes) }
        let waiting = state.withLock { state in
            state.nonsense = 0
            // An answer that nobody waits for any more was cancelled.
            return message["id"]?.int.flatMap { state.waiting[$0] }
        }
        waiting?.put(message)
    }

    /// Answers a request of the server.
    private func answer(_ method: String, _ id: JSON) {
        var reply: JSONObject = ["jsonrpc": "2.0", "id": id]
        if method == "ping" {
            reply["result"] = [:]
        } else {
            reply["error"] = ["code": -32601, "message": .string("Method not found: \(method)")]
        }
        post(.object(reply))
    }

    private func cancel(_ id: Int, on channel: any MCPChannel) {
        guard !isOver else { return }
        post([
            "jsonrpc": "2.0", "method": "notifications/cancelled",
            "params": ["requestId": .int(id), "reason": "nobody waits for the answer any more"],
        ])
    }

    /// Sends without waiting, also from a cancelled task; a failure shows at the next request.
    private func post(_ message: JSON) {
        guard let channel = state.withLock({ $0.channel }) else { return }
        Task.detached { _ = try? await channel.send(message) }
    }

    private func noteNonsense(_ bytes: [UInt8]) {
        let isTooMuch = state.withLock { state in
            guard state.end == nil else { return false }
            state.nonsense += 1
            return state.nonsense > Self.nonsenseLimit
        }
        guard isTooMuch else { return }
        let start = String(decoding: bytes.prefix(80), as: UTF8.self)
        let message = "the MCP server `\(name)` speaks no JSON-RPC but \(PythonText.repr(start)); is it an MCP server?"
        end(ToolError("RuntimeError", message))
        guard let channel = state.withLock({ $0.channel }) else { return }
        Task.detached { await channel.close() }
    }

    private static func result(of reply: JSON) throws(ToolError) -> JSON {
        if let result = reply["result"] { return result }
        let message = reply["error"]?["message"]?.string ?? "the server refused"
        throw ToolError("mcp.shared.exceptions.McpError", message)
    }
}
