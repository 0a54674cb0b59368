import Transport
/// What a provider tells about its limits with each answer.
///
/// OpenAI's `x-ratelimit-remaining-requests`, Anthropic's `anthropic-ratelimit-requests-remaining`, and the plain
/// `x-ratelimit-remaining` of others.
struct RateLimitHeaders {
    private struct Quota {
        var limit: Double?
        var remaining: Double?
        var reset: Double?
    }

    private var quotas: [Substring: Quota] = [:]

    /// Reads the fields.
    init(_ headers: HTTPHeaders, now: Double) {
        for (name, value) in headers.ofRateLimits {
            let parts = name.lowercased().split(separator: "-")
            guard parts.count >= 3, parts[1] == "ratelimit", parts[0] == "x" || parts[0] == "anthropic" else {
                continue
            }
            var rest = parts.dropFirst(2)
            // The word that says what the value is stands first or last.
            guard let key = rest.first.flatMap({ Self.keys.contains($0) ? $0 : nil }) ?? rest.last,
                Self.keys.contains(key), let place = rest.firstIndex(of: key)
            else { continue }
            rest.remove(at: place)
            let kind = rest.first ?? ""
            switch key {
            case "limit": quotas[kind, default: Quota()].limit = Double(value)
            case "remaining": quotas[kind, default: Quota()].remaining = Double(value)
            default: quotas[kind, default: Quota()].reset = RetryAfter.wait(value, now: now)
            }
        }
    }

    private static let keys: Set<Substring> = ["limit", "remaining", "reset"]

    /// Whether there is nothing to read.
    var isEmpty: Bool { quotas.isEmpty }

    /// How many seconds to hold back after an answer; nil when something is left.
    ///
    /// A quota whose size is known flows back steadily: a twentieth of it is enough to go on with.
    var hold: Double? {
        quotas.values.compactMap { quota -> Double? in
            guard let remaining = quota.remaining, let reset = quota.reset, reset > 0 else { return nil }
            guard remaining < max(1, (quota.limit ?? 0) / 200) else { return nil }
            return min(quota.limit == nil ? reset : reset / 20, 60)
        }.max()
    }

    /// How many seconds a refusal (429) means: until what is used up is there again; nil when it does not say.
    var refusal: Double? {
        let spent = quotas.values.filter { $0.remaining.map { $0 < 1 } ?? false }
        return spent.compactMap(\.reset).max() ?? (spent.isEmpty ? quotas[""]?.reset : nil)
    }
}
