import Transport
import Testing

@testable import DSPyClients

@Suite("What providers say about waiting")
struct RateLimitTextTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT.
    private let now = 784_111_777.0

    @Test(
        "a wait is read in all its spellings",
        arguments: [
            ("0", 0), ("1", 1), ("3", 3), ("0.5", 0.5), ("3600", 3600), ("1e2", 100), ("20s", 20), ("12ms", 0.012),
            ("1.5s", 1.5), ("6m0s", 360), ("1m30s", 90), ("1h", 3600), ("1h0m0s", 3600), ("2d", 172_800),
            ("17m3.5s", 1023.5), ("500us", 0.0005), ("784111787", 784_111_787), ("1000000000", 215_888_223),
            ("1000000000000", 215_888_223), ("1994-11-06T08:49:47Z", 10), ("1994-11-06T08:50:37.5Z", 60.5),
            ("1994-11-06T09:49:47+01:00", 10), ("1994-11-06T03:49:47-05:00", 10), ("1994-11-06 08:49:47", 10),
            ("1990-01-01T00:00:00Z", 0), ("Sun, 06 Nov 1994 08:49:40 GMT", 3), ("Sunday, 06-Nov-94 08:49:47 GMT", 10),
            ("Sun Nov  6 08:50:37 1994", 60), ("-1", nil), ("inf", nil), ("nan", nil), ("soon", nil), ("", nil),
            ("5x", nil), ("s", nil), ("1994-13-06T08:49:47Z", nil), ("1994-11-06", nil),
        ] as [(String, Double?)])
    func waits(text: String, seconds: Double?) {
        let found = RetryAfter.wait(text, now: now)
        #expect((found == nil) == (seconds == nil))
        #expect(abs((found ?? 0) - (seconds ?? 0)) < 1e-6)
    }

    @Test(
        "what is used up holds back, what is left does not",
        arguments: [
            ([("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "6m0s")], 60, 360),
            ([("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "12ms")], 0.012, 0.012),
            (
                [
                    ("X-RateLimit-Limit-Requests", "600"), ("X-RateLimit-Remaining-Requests", "0"),
                    ("X-RateLimit-Reset-Requests", "1m0s"),
                ], 3, 60
            ),
            ([("x-ratelimit-remaining-requests", "5"), ("x-ratelimit-reset-requests", "1s")], nil, nil),
            (
                [
                    ("x-ratelimit-remaining-requests", "5"), ("x-ratelimit-remaining-tokens", "0"),
                    ("x-ratelimit-reset-tokens", "2s"),
                ], 2, 2
            ),
            (
                [
                    ("anthropic-ratelimit-requests-remaining", "0"),
                    ("anthropic-ratelimit-requests-reset", "1994-11-06T08:49:47Z"),
                ], 10, 10
            ),
            (
                [
                    ("anthropic-ratelimit-input-tokens-limit", "100000"),
                    ("anthropic-ratelimit-input-tokens-remaining", "100"),
                    ("anthropic-ratelimit-input-tokens-reset", "1994-11-06T08:49:57Z"),
                ], 1, nil
            ),
            ([("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "784111782000")], 5, 5),
            ([("x-ratelimit-reset", "7")], nil, 7),
            ([("x-request-id", "7"), ("content-type", "text/html")], nil, nil),
        ] as [([(name: String, value: String)], Double?, Double?)])
    func headers(fields: [(name: String, value: String)], hold: Double?, refusal: Double?) {
        let headers = RateLimitHeaders(HTTPHeaders(fields), now: now)
        #expect(headers.hold == hold)
        #expect(headers.refusal == refusal)
    }
}
