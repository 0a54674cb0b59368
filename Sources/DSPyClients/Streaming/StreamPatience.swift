import Transport
import DSPyCore

/// How long a streamed answer may be silent: what says nothing (comments, empty pieces, half an event) does not break the
/// silence, and an answer that is no stream after all may take that long as a whole.
///
/// libcurl ends a connection on which no byte comes; this looks at the bytes that do.
struct StreamPatience {
    private let limit: Duration
    private let server: String
    private var since = ContinuousClock.now

    /// Patience from now on.
    init(_ request: HTTPRequest) {
        limit = request.timeout
        server = request.server
    }

    /// Whether the silence had been too long when a chunk came.
    func isOver(at arrival: ContinuousClock.Instant) -> Bool { arrival - since > limit }

    /// Something was said.
    mutating func renew() { since = .now }

    /// Looks at a chunk in which nothing was said.
    ///
    /// - Throws: `LMError` (`timeout`) when the silence had been too long when it came.
    func check(at arrival: ContinuousClock.Instant) throws(LMError) {
        guard isOver(at: arrival) else { return }
        throw LMError(
            .timeout,
            "\(server) keeps the connection open but sent nothing of an answer within \(limit); "
                + "allow more time or try later")
    }
}
