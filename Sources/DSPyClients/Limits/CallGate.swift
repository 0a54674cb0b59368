/// Decides when the next request may start: the learnt limit, the given rates, and pauses that the provider asks for.
///
/// It does nothing by itself; time is passed in, in seconds.
package struct CallGate: Sendable {
    /// Leave to make one request.
    package struct Permit: Sendable, Hashable {
        let mark: AdaptiveLimit.Mark
        let tokens: Int
    }

    /// Whether a request may start.
    package enum Answer: Sendable, Hashable {
        /// It has started.
        case started(Permit)
        /// Not before this time.
        case later(Double)
        /// Not before another one has ended.
        case whenOneEnds
        /// Not within the longest wait; so many seconds are left.
        case tooLate(Double)
    }

    /// The learnt limit.
    package private(set) var adaptive: AdaptiveLimit
    /// Nothing starts before this time, because the provider said so.
    package private(set) var pausedUntil = -Double.infinity
    /// How many requests were refused.
    package private(set) var refusals = 0
    private var requests: TokenBucket?
    private var tokens: TokenBucket?
    private let longestWait: Double
    /// After a pause, requests start one by one: the time between two, and until when.
    private var spread = (gap: 0.0, until: -Double.infinity)
    private var next = -Double.infinity

    /// More tokens than any model takes in one call.
    private static let mostTokens = 10_000_000

    /// A gate of this pace.
    package init(_ pace: CallPace, now: Double) {
        adaptive = AdaptiveLimit(bounds: pace.bounds, start: pace.start)
        requests = pace.requestsPerMinute.map { TokenBucket(perMinute: $0, now: now) }
        tokens = pace.tokensPerMinute.map { TokenBucket(perMinute: $0, now: now) }
        longestWait = pace.longestWait
    }

    /// Starts a request that will use about so many tokens, if it may start.
    package mutating func start(tokens amount: Int, at now: Double) -> Answer {
        if pausedUntil - now > longestWait { return .tooLate(pausedUntil - now) }
        var time = max(pausedUntil, adaptive.heldUntil, next)
        if let free = requests?.time(for: 1, now: now) { time = max(time, free) }
        if let free = tokens?.time(for: Double(amount), now: now) { time = max(time, free) }
        guard adaptive.inFlight < adaptive.limit else { return .whenOneEnds }
        if time > now { return .later(time) }
        requests?.take(1, now: now)
        tokens?.take(Double(amount), now: now)
        if now < spread.until { next = now + spread.gap }
        return .started(Permit(mark: adaptive.start(), tokens: amount))
    }

    /// Notes what became of a request, and how many tokens it really used.
    package mutating func end(_ permit: Permit, _ outcome: CallOutcome, tokens used: Int?, at now: Double) {
        adaptive.end(outcome, mark: permit.mark, at: now)
        if let used {
            // A count that no model can have used must not block the bucket for years.
            tokens?.refund(Double(permit.tokens) - Double(min(max(used, 0), Self.mostTokens)), now: now)
        }
        guard case .rateLimited(let seconds) = outcome else { return }
        refusals += 1
        // What was refused used nothing.
        if used == nil { tokens?.refund(Double(permit.tokens), now: now) }
        if let seconds, seconds > 0 { pause(for: seconds, at: now) }
    }

    /// Lets nothing start for so many seconds, and then one request after the other over a tenth of that time.
    package mutating func pause(for seconds: Double, at now: Double) {
        guard now + seconds > pausedUntil else { return }
        pausedUntil = now + seconds
        let length = min(seconds / 10, 5)
        spread = (length / Double(adaptive.limit), pausedUntil + length)
    }
}
