import Synchronization
package import Transport

/// A transport that answers by a rule, and keeps what it was asked.
package final class RuleTransport: HTTPTransport {
    private let asked = Mutex<[HTTPRequest]>([])
    private let answer: @Sendable (HTTPRequest) async throws -> HTTPResponse

    /// A transport.
    package init(_ answer: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) { self.answer = answer }

    /// The requests so far.
    package var requests: [HTTPRequest] { asked.withLock { $0 } }

    /// Answers by the rule.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        asked.withLock { $0.append(request) }
        return try await answer(request)
    }

    /// Carries no streams.
    package func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        throw HTTPError(.unavailable, "no streams here")
    }
}
