/// What became of one request, as far as its limiter cares.
package enum CallOutcome: Sendable, Hashable {
    /// It was answered.
    case answered
    /// The provider asks for fewer requests, and perhaps for a wait of so many seconds.
    case rateLimited(retryAfter: Double?)
    /// The provider failed, or did not answer in time.
    case troubled
    /// It tells nothing: it was cancelled, or refused for what it asked.
    case neutral
}
