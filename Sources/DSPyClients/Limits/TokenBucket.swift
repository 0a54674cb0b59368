/// What a rate allows: it fills steadily, and each request takes from it.
package struct TokenBucket: Sendable {
    /// What flows in each second.
    package let rate: Double
    private let capacity: Double
    private var level: Double
    private var filled: Double

    /// A bucket that holds what flows in in one second, and starts with that.
    ///
    /// - Parameters:
    ///   - perMinute: What flows in each minute.
    ///   - now: The time in seconds.
    package init(perMinute: Double, now: Double) {
        rate = max(perMinute, 0.001) / 60
        capacity = max(rate, 1)
        level = rate
        filled = now
    }

    /// The time from which on so much may be taken; `now` or earlier when it may be taken at once.
    ///
    /// What is more than the bucket can hold may be taken from a full one, which then owes the rest.
    package mutating func time(for amount: Double, now: Double) -> Double {
        fill(now)
        let missing = min(amount, capacity) - level
        return missing <= 1e-9 ? now : now + missing / rate
    }

    /// Takes so much, even when that is not there.
    package mutating func take(_ amount: Double, now: Double) {
        fill(now)
        level -= amount
    }

    /// Gives back what was taken and not used; a negative amount takes more.
    package mutating func refund(_ amount: Double, now: Double) {
        fill(now)
        level = min(level + amount, capacity)
    }

    private mutating func fill(_ now: Double) {
        guard now > filled else { return }
        level = min(level + (now - filled) * rate, capacity)
        filled = now
    }
}
