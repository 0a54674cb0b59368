/// An exchange that came to no answer.
package struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    package enum Reason: Sendable, Hashable, CaseIterable {
        /// No answer, or nothing more of it, in time.
        case timeout
        /// The server cannot be reached: its name, its port, or a proxy.
        case unreachable
        /// The server was reached, and no attempt will fare better: its certificate, another protocol, a proxy's refusal.
        case refused
        /// The connection, or what came through it, broke; the request may have been served.
        case broken
        /// The answer is longer than allowed.
        case tooLarge
        /// The request cannot be sent as it is.
        case malformed
        /// This machine lacks what sending takes: libcurl, a thread, a descriptor.
        case unavailable
    }

    /// What went wrong.
    package var reason: Reason
    /// What was found and what to do; one line, without secrets.
    package var message: String

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { message }
}
