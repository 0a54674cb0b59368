import Transport
import Basics
import DSPyCore
import OrderedJSON
import Synchronization

/// The way to a server by streamable HTTP: every message is a request, and its answer JSON or a stream of events.
final class MCPHTTPChannel: MCPChannel {
    private struct State {
        var session: String?
        var version: String?
    }

    private let address: HTTPAddress
    private let name: String
    private let options: MCPClient.Options
    private let transport: any HTTPTransport
    private let receiver: MCPSession
    private let state = Mutex(State())

    /// A way; nothing is sent yet.
    init(
        address: HTTPAddress, name: String, options: MCPClient.Options, transport: any HTTPTransport,
        session: MCPSession
    ) {
        self.address = address
        self.name = name
        self.options = options
        self.transport = transport
        receiver = session
    }

    func agree(on version: String) { state.withLock { $0.version = version } }

    func send(_ message: JSON) async throws -> Bool {
        var body: [UInt8] = []
        message.write(into: &body)
        do {
            let stream = try await transport.stream(request("POST", body: body))
            try await take(stream, answering: message)
        } catch let error as HTTPError {
            throw ToolError("ConnectionError", "the MCP server `\(name)`: \(error)")
        } catch let error as ServerSentEventParser.TooLong {
            throw ToolError("ConnectionError", "the MCP server `\(name)`: \(error)")
        }
        return message["id"] != nil
    }

    func close() async {
        guard state.withLock({ $0.session }) != nil else { return }
        // A server that does not take it (405) ends the session by itself some day.
        var request = request("DELETE", body: nil)
        request.timeout = .seconds(5)
        _ = try? await transport.send(request)
    }

    private func request(_ method: String, body: [UInt8]?) -> HTTPRequest {
        let (session, version) = state.withLock { ($0.session, $0.version) }
        var headers = options.headers.map { (name: $0.name, value: $0.value.filled([:])) }
        headers.append(("Accept", "application/json, text/event-stream"))
        if body != nil { headers.append(("Content-Type", "application/json")) }
        if let session { headers.append(("Mcp-Session-Id", session)) }
        if let version { headers.append(("MCP-Protocol-Version", version)) }
        return HTTPRequest(
            method: method, url: address.text, headers: headers, body: body,
            timeout: max(options.timeout, options.startTimeout) + .seconds(5))
    }

    private func take(_ stream: HTTPStream, answering message: JSON) async throws {
        let isInitialization = message["method"]?.string == "initialize"
        if stream.status == 404, state.withLock({ $0.session }) != nil {
            throw MCPSession.Expired()
        }
        guard (200..<300).contains(stream.status) else {
            let start = try await Self.collect(stream, limit: 500, cuts: true)
            let words = PythonString.strip(String(decoding: start, as: UTF8.self))
            throw ToolError(
                "RuntimeError",
                "the MCP server `\(name)` answered \(stream.status)\(words.isEmpty ? "" : ": \(words)")")
        }
        if isInitialization, let session = stream.headers["mcp-session-id"] {
            state.withLock { $0.session = session }
        }
        let type = (stream.headers["content-type"] ?? "").lowercased()
        if type.hasPrefix("text/event-stream") {
            try await events(of: stream, until: message["id"]?.int)
        } else {
            let bytes = try await Self.collect(stream, limit: MCPSession.messageLimit, cuts: false)
            if !bytes.isEmpty { receiver.receive(bytes) }
        }
    }

    /// Hands events over until the one that answers, after which a server need not close the stream.
    private func events(of stream: HTTPStream, until id: Int?) async throws {
        var parser = ServerSentEventParser(limit: MCPSession.messageLimit)
        for try await chunk in stream {
            for event in try parser.feed(chunk) where hand(over: event, isAnswerTo: id) { return }
        }
        for event in try parser.finish() { _ = hand(over: event, isAnswerTo: id) }
    }

    private func hand(over event: ServerSentEvent, isAnswerTo id: Int?) -> Bool {
        guard event.name.isEmpty || event.name == "message", !event.data.isEmpty else { return false }
        receiver.receive(event.data)
        guard let id, let json = try? JSON(parsing: event.data, options: .python) else { return false }
        return (json.array ?? [json]).contains { $0["id"]?.int == id && $0["method"] == nil }
    }

    private static func collect(_ stream: HTTPStream, limit: Int, cuts: Bool) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in stream {
            bytes += chunk
            guard bytes.count > limit else { continue }
            guard cuts else { throw ToolError("RuntimeError", "the answer has more than \(limit) bytes") }
            return Array(bytes.prefix(limit))
        }
        return bytes
    }
}
