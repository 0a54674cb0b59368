import Transport
import DSPyCore
import OrderedJSON
import Testing

@testable import DSPyClients

@Suite("Numbers that providers send")
struct HostileNumberTests {
    @Test(
        "an impossible date is none, and no wait is longer than thirty years",
        arguments: [
            ("Sun, 06 Nov 9223372036854775807 08:49:37 GMT", nil),
            ("Sun, 9223372036854775807 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 9223372036854775807:49:37 GMT", nil), ("Sun, 32 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 08:-9223372036854775808:37 GMT", nil), ("99999999999999-01-27T00:00:00Z", nil),
            ("2026-01-9223372036854775807T00:00:00Z", nil), ("2026-01-27T1e300:00:00Z", nil),
            ("2026-01-27T00:00:00+9223372036854775807:00", nil), ("Fri, 31 Dec 9999 23:59:60 GMT", 1e9),
            ("9999-12-31T23:59:60Z", 1e9), ("1e308", 1e9), ("9223372036854775807", 1e9), ("1e300h", nil),
            ("99999999999999999999d", 1e9), ("999999999999999999999999999999ms", 1e9),
        ] as [(String, Double?)])
    func waits(text: String, seconds: Double?) {
        #expect(RetryAfter.wait(text, now: 784_111_777) == seconds)
        let headers = HTTPHeaders([
            ("retry-after-ms", text), ("x-ratelimit-reset", text), ("x-ratelimit-remaining", text),
        ])
        #expect(RetryAfter.seconds(in: headers, now: 0) ?? 0 <= 1e9)
        #expect(RateLimitHeaders(headers, now: 0).refusal ?? 0 <= 1e9)
    }

    @Test("token counts near the ends of the range are read, added and given back", arguments: [Int.max, .min, -1])
    func counts(count: Int) async throws {
        let usage: JSON = [
            "completion_tokens": .int(count), "output_tokens_details": ["reasoning_tokens": .int(count)],
        ]
        #expect(!OpenAIUsage.read(usage, countsReasoningApart: true).isEmpty)
        var gate = CallGate(CallPace(tokensPerMinute: 60_000), now: 0)
        guard case .started(let permit) = gate.start(tokens: 1000, at: 0) else {
            Issue.record("no start")
            return
        }
        gate.end(permit, .answered, tokens: count, at: 0)
        // Whatever a server says, the next call is not put off for years.
        switch gate.start(tokens: 1, at: 0) {
        case .later(let time): #expect(time < 20_000)
        case .started: break
        default: Issue.record("never")
        }
    }

    @Test("a schema's bounds do not make an echo crash or grow without end")
    func echo() async throws {
        let schemas: [JSON] = [
            ["type": "integer", "minimum": 1e300], ["type": "integer", "exclusiveMaximum": -1e300],
            ["type": "array", "maxItems": -1], ["type": "array", "minItems": 9_000_000_000_000_000_000],
            ["type": "string", "minLength": 9_000_000_000_000_000_000], ["type": "string", "maxLength": -1],
            ["type": "integer", "multipleOf": 1e19],
        ]
        for schema in schemas { #expect(EchoValue(schema: schema, echo: "x").value.text().utf8.count < 100_000) }
    }

    @Test("an option that takes seconds takes any number", arguments: [1e308, -1e308, .nan, .infinity, 0, 1e16])
    func timeouts(seconds: Double) async {
        let factory = LMFactory(environment: ["OPENAI_API_KEY": "sk-x"])
        let request = LMRequest(messages: [LMMessage(role: "user", text: "q")], options: ["timeout": .double(seconds)])
        // Nobody listens there.
        let model = try? factory.make("openai/gpt", apiBase: "http://127.0.0.1:9/v1", retries: 0)
        await #expect(throws: LMError.self) { _ = try await model?.complete(request) }
        await #expect(throws: LMError.self) { _ = try await model?.stream(request) { _ in } }
    }
}
