import Basics
import DSPyCore

/// The limiters of a run: one for each provider, address and key.
package final class CallLimits: Sendable {
    /// The pace of each limiter.
    package let pace: CallPace
    private let clock: CallClock
    private let limiters = Locked<[String: CallLimiter]>([:])

    /// Limiters of this pace; each is made when it is first asked for.
    package init(_ pace: CallPace, clock: CallClock = .system) {
        self.pace = pace
        self.clock = clock
    }

    /// The limiter of a provider at an address; the key is kept as its hash only.
    package func limiter(provider: String, address: String, key: String) -> CallLimiter {
        let name = "\(provider) \(address) \(SHA256.digest(of: Array(key.utf8)))"
        return limiters.withLock { limiters in
            if let limiter = limiters[name] { return limiter }
            let limiter = CallLimiter(pace, clock: clock)
            limiters[name] = limiter
            return limiter
        }
    }

    /// All limiters together; the longest pause counts.
    ///
    /// Nil when no model has one.
    package var snapshot: CallLimiter.Snapshot? {
        let all = limiters.withLock { Array($0.values) }
        guard let first = all.first?.snapshot else { return nil }
        return all.dropFirst().map(\.snapshot).reduce(into: first) { sum, next in
            sum.limit += next.limit
            sum.inFlight += next.inFlight
            sum.waiting += next.waiting
            sum.refusals += next.refusals
            sum.pause = max(sum.pause, next.pause)
            if next.trend != 0 { sum.trend = next.trend }
        }
    }
}
