import Basics
import OrderedJSON
import TestSupport

@testable import DSPyTools

/// A way to no server: it keeps what is sent, and the test answers.
final class FakeChannel: MCPChannel {
    private let kept = Shared<[JSON]>([])
    private let agreed = Shared<String?>(nil)
    private let closed = Shared(false)
    private let counter = Gate(isOpen: true)
    private let rule: @Sendable (JSON) async throws -> Bool

    /// - Parameter rule: What to do with a message; whether its answer has been handed over.
    init(_ rule: @escaping @Sendable (JSON) async throws -> Bool) { self.rule = rule }

    /// A channel that opens its session, and leaves the rest to a rule.
    convenience init(
        to session: MCPSession, version: JSON = "2025-06-18",
        _ rule: @escaping @Sendable (JSON) async throws -> Bool = { _ in false }
    ) {
        self.init { message in
            guard message["method"] == "initialize" else { return try await rule(message) }
            session.answer(message["id"], ["protocolVersion": version])
            return false
        }
    }

    var sent: [JSON] { kept.withLock { $0 } }
    var version: String? { agreed.withLock { $0 } }
    var isClosed: Bool { closed.withLock { $0 } }

    /// What was sent, once it is so many messages.
    func sent(_ count: Int) async -> [JSON] {
        await counter.reached(by: count)
        return sent
    }

    func send(_ message: JSON) async throws -> Bool {
        kept.withLock { $0.append(message) }
        // Also a cancelled task counts.
        try? await counter.pass()
        return try await rule(message)
    }

    func agree(on version: String) { agreed.withLock { $0 = version } }
    func close() async { closed.withLock { $0 = true } }
}

extension MCPSession {
    /// Takes a message as the server would send it.
    func take(_ message: JSON) { receive(Array(message.text().utf8)) }

    /// Takes the answer to a request.
    func answer(_ id: JSON?, _ result: JSON) { take(["jsonrpc": "2.0", "id": id ?? .null, "result": result]) }
}
