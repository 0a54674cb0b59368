/// The rate limits of a mock model server, and the header fields that tell them, as OpenAI writes them.
package struct MockRateLimits: Sendable {
    /// A quota that flows back steadily, as OpenAI's do.
    private struct Quota {
        let limit: Double
        var left: Double
        var time = 0.0

        init(_ limit: Int) { (self.limit, left) = (Double(limit), Double(limit)) }

        mutating func fill(_ now: Double) {
            left = min(limit, left + max(0, now - time) * limit / 60)
            time = now
        }

        mutating func take(_ amount: Double) { left = max(0, left - amount) }

        /// Until all of it is there again, in seconds.
        var reset: Double { (limit - left) * 60 / limit }
    }

    private var requests: Quota?
    private var tokens: Quota?
    /// Whether what is beyond the limits is refused.
    private let refuses: Bool

    /// Limits each minute.
    package init(requests: Int? = nil, tokens: Int? = nil, refuses: Bool = true) {
        self.requests = requests.map(Quota.init)
        self.tokens = tokens.map(Quota.init)
        self.refuses = refuses
    }

    /// Counts a request.
    ///
    /// - Parameter now: Seconds since the server started.
    /// - Returns: Whether it is let in, and the header fields of its answer.
    mutating func take(tokens amount: Int, at now: Double) -> (isIn: Bool, headers: [(name: String, value: String)]) {
        requests?.fill(now)
        tokens?.fill(now)
        let fits = (requests?.left ?? 1) >= 1 && (tokens?.left ?? Double(amount)) >= Double(amount)
        let isIn = fits || !refuses
        if isIn {
            requests?.take(1)
            tokens?.take(Double(amount))
        }
        var headers: [(name: String, value: String)] = []
        for (name, quota) in [("requests", requests), ("tokens", tokens)] {
            guard let quota else { continue }
            headers += [
                ("x-ratelimit-limit-\(name)", String(Int(quota.limit))),
                ("x-ratelimit-remaining-\(name)", String(Int(quota.left))),
                ("x-ratelimit-reset-\(name)", Self.duration(quota.reset)),
            ]
        }
        return (isIn, headers)
    }

    /// A time as Go writes it: `6m0s`, `1.25s`, `12ms`.
    static func duration(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded(.up))
        guard milliseconds >= 1000 else { return "\(milliseconds)ms" }
        let (minutes, rest) = (milliseconds / 60_000, milliseconds % 60_000)
        var text = "\(rest / 1000)"
        if rest % 1000 > 0 {
            let digits = String(1000 + rest % 1000).dropFirst()
            text += "." + digits.prefix(digits.count - digits.reversed().prefix { $0 == "0" }.count)
        }
        return (minutes > 0 ? "\(minutes)m" : "") + text + "s"
    }
}
