import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Retries")
struct RetryingModelTests {
    private let request = LMRequest(messages: [LMMessage(role: "user", text: "q")])

    private func run(
        _ replies: [Script.Reply], retries: Int = 3, jitter: @escaping @Sendable (Double) -> Double = { $0 }
    ) async -> (result: Result<LMResponse, any Error>, delays: [Double], requests: Int) {
        let script = ScriptedModel(Script(replies: replies))
        let delays = Delays()
        let model = RetryingModel(script, retries: retries, jitter: jitter, sleep: { delays.add($0) })
        do {
            return (.success(try await model.complete(request)), delays.seconds, script.requests.count)
        } catch {
            return (.failure(error), delays.seconds, script.requests.count)
        }
    }

    @Test(
        "only what may pass is tried again",
        arguments: LMError.Code.allCases)
    func kinds(code: LMError.Code) async {
        let (result, delays, count) = await run([.failure(LMError(code, "no")), .text("yes")])
        let mayPass: Set<LMError.Code> = [.rateLimited, .timeout, .serverError, .transport]
        #expect((try? result.get().outputs[0].text) == (mayPass.contains(code) ? "yes" : nil))
        #expect(delays == (mayPass.contains(code) ? [1] : []))
        #expect(count == (mayPass.contains(code) ? 2 : 1))
    }

    @Test("the waits double up to a minute, and the attempts are counted")
    func waits() async {
        let failures = (0..<9).map { _ in Script.Reply.failure(LMError(.serverError, "down")) }
        let (result, delays, _) = await run(failures, retries: 8)
        #expect(delays == [1, 2, 4, 8, 16, 32, 60, 60])
        #expect(throws: LMError.self) { try result.get() }
        if case .failure(let error as LMError) = result { #expect(error.attempts == 9) }
        let good = await run([failures[0], .text("yes")])
        #expect((try? good.result.get().attempts) == 2)
    }

    @Test("a wait that the provider asks for is taken as it is; another one may be shortened by chance")
    func jitter() async {
        let asked = Script.Reply.failure(LMError(.rateLimited, "slow", retryAfter: 7.5))
        let down = Script.Reply.failure(LMError(.serverError, "down"))
        let (_, delays, _) = await run([asked, down, .text("yes")]) { $0 / 4 }
        #expect(delays == [7.5, 0.5])
    }

    @Test("R11: waits of a batch are spread over all of the longest one, at every attempt", arguments: 1...10)
    func spread(seed: Int) async {
        let numbers = Locked(SeededGenerator(seed: UInt64(seed)))
        let failures = (0..<7).map { _ in Script.Reply.failure(LMError(.serverError, "down")) }
        var parts: [[Double]] = Array(repeating: [], count: 6)
        for _ in 0..<200 {
            let (_, delays, _) = await run(failures, retries: 6) { seconds in
                numbers.withLock { RetryJitter.full(seconds, using: &$0) }
            }
            for (attempt, delay) in delays.enumerated() { parts[attempt].append(delay / Double(1 << attempt)) }
        }
        for part in parts {
            #expect(part.count == 200 && part.allSatisfy { (0...1).contains($0) })
            #expect(UniformTest.statistic(part) < 1.95)
        }
        #expect(UniformTest.statistic(parts.flatMap { $0 }) < 1.95)
        // A wait says nothing about the next one of the same call.
        let sums = zip(parts[0], parts[1]).map { ($0 + $1).truncatingRemainder(dividingBy: 1) }
        #expect(UniformTest.statistic(sums) < 1.95)
        // What is not spread is found out.
        #expect(UniformTest.statistic(parts[0].map { 0.5 + $0 / 2 }) > 3)
    }

    @Test("a page instead of JSON is worth another attempt in a batch, as DSPy has it in no other case")
    func garbage() async throws {
        for retriesGarbage in [true, false] {
            let script = ScriptedModel(
                Script(replies: [.failure(LMError(.badReply, "a page", status: 200)), .text("yes")]))
            let model = RetryingModel(script, retriesGarbage: retriesGarbage, sleep: { _ in })
            let text = try? await model.complete(request).outputs[0].text
            #expect(text == (retriesGarbage ? "yes" : nil))
        }
        let script = ScriptedModel(Script(replies: [.failure(LMError(.badReply, "moved", status: 302)), .text("yes")]))
        let model = RetryingModel(script, retriesGarbage: true, sleep: { _ in })
        await #expect(throws: LMError.self) { try await model.complete(request) }
    }

    @Test("a provider that asks for an hour gets no further attempt")
    func longWait() async {
        let (result, delays, count) = await run([
            .failure(LMError(.rateLimited, "slow", retryAfter: 3600)), .text("yes"),
        ])
        #expect(throws: LMError.self) { try result.get() }
        #expect(delays.isEmpty && count == 1)
    }

    @Test("a cancelled wait ends at once")
    func cancelled() async {
        let script = ScriptedModel(Script(replies: [.failure(LMError(.serverError, "down")), .text("yes")]))
        let model = RetryingModel(script, sleep: { _ in throw CancellationError() })
        await #expect(throws: CancellationError.self) { try await model.complete(request) }
    }

    @Test("several generations are several requests, with usage and attempts summed")
    func generations() async throws {
        let script = ScriptedModel(["a", "b", "c"])
        var several = request
        several.options["n"] = 3
        let response = try await RepeatingModel(script).complete(several)
        #expect(response.outputs.map(\.text) == ["a", "b", "c"])
        #expect(response.attempts == 3)
        #expect(script.requests.count == 3)
        let one: JSONObject = ["a": 1, "d": ["x": 1], "e": nil]
        let other: JSONObject = ["a": 2, "b": 3, "d": ["x": 2, "y": 1], "e": 4]
        let sum: JSONObject = ["a": 3, "d": ["x": 3, "y": 1], "e": 4, "b": 3]
        #expect(UsageTracker.sum(one, other) == sum)
    }
}
