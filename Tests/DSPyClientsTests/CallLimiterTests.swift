import Basics
import DSPyCore
import Synchronization
import TestSupport
import Testing

@testable import DSPyClients

/// A clock that stands still until it is moved.
final class ManualClock: Sendable {
    private struct State {
        var now = 0.0
        var due: [(time: Double, body: @Sendable () -> Void)] = []
    }

    private let state = Mutex(State())

    var clock: CallClock {
        CallClock(now: { self.state.withLock { $0.now } }) { seconds, body in
            self.state.withLock { $0.due.append(($0.now + seconds, body)) }
        }
    }

    func advance(to time: Double) {
        while let body = next(until: time) { body() }
        state.withLock { $0.now = time }
    }

    private func next(until time: Double) -> (@Sendable () -> Void)? {
        state.withLock { state in
            let first = state.due.indices.min { state.due[$0].time < state.due[$1].time }
            guard let first, state.due[first].time <= time else { return nil }
            state.now = max(state.now, state.due[first].time)
            return state.due.remove(at: first).body
        }
    }
}

@Suite("The limiter that tasks share")
struct CallLimiterTests {
    private let time = ManualClock()

    private func limiter(_ pace: CallPace) -> CallLimiter { CallLimiter(pace, clock: time.clock) }

    private func waits(_ limiter: CallLimiter, _ count: Int) async {
        while limiter.snapshot.waiting != count { await Task.yield() }
    }

    @Test("callers wait in the order they came, and those that try again go first")
    func order() async throws {
        let limiter = limiter(CallPace(bounds: 1...1))
        let first = try await limiter.acquire()
        let order = Locked<[String]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (name, isRetry, count) in [("a", false, 1), ("b", false, 2), ("again", true, 3)] {
                group.addTask {
                    let permit = try await limiter.acquire(isRetry: isRetry)
                    order.withLock { $0.append(name) }
                    limiter.release(permit, .answered)
                }
                await waits(limiter, count)
            }
            #expect(limiter.snapshot.inFlight == 1)
            limiter.release(first, .answered)
            try await group.waitForAll()
        }
        #expect(order.withLock { $0 } == ["again", "a", "b"])
        #expect(limiter.snapshot.inFlight == 0 && limiter.snapshot.waiting == 0)
    }

    @Test("a cancelled caller leaves the queue, and the next one gets its turn")
    func cancelled() async throws {
        let limiter = limiter(CallPace(bounds: 1...1))
        let first = try await limiter.acquire()
        let gone = Task { try await limiter.acquire() }
        await waits(limiter, 1)
        let stays = Task { try await limiter.acquire() }
        await waits(limiter, 2)
        gone.cancel()
        await #expect(throws: CancellationError.self) { try await gone.value }
        #expect(limiter.snapshot.waiting == 1)
        limiter.release(first, .answered)
        limiter.release(try await stays.value, .answered)
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await limiter.acquire()
        }
        await #expect(throws: CancellationError.self) { try await late.value }
        #expect(limiter.snapshot.inFlight == 0)
    }

    @Test("a Retry-After lets nobody start before it is over")
    func pause() async throws {
        let limiter = limiter(CallPace())
        limiter.release(try await limiter.acquire(), .rateLimited(retryAfter: 3))
        let waiting = (0..<5).map { _ in Task { try await limiter.acquire() } }
        await waits(limiter, 5)
        time.advance(to: 2.9)
        #expect(limiter.snapshot.inFlight == 0 && abs(limiter.snapshot.pause - 0.1) < 1e-9)
        time.advance(to: 3.6)
        for task in waiting { limiter.release(try await task.value, .answered) }
        #expect(limiter.snapshot.refusals == 1 && limiter.snapshot.pause == 0)
    }

    @Test("callers that would wait too long fail at once, those that wait already too")
    func tooLong() async throws {
        let limiter = limiter(CallPace(bounds: 1...1, longestWait: 60))
        let first = try await limiter.acquire()
        let second = Task { try await limiter.acquire() }
        await waits(limiter, 1)
        limiter.release(first, .rateLimited(retryAfter: 3600))
        let error = await #expect(throws: LMError.self) { try await second.value }
        #expect(error?.code == .rateLimited && error?.retryAfter == 3600 && error?.attempts == 0)
        await #expect(throws: LMError.self) { try await limiter.acquire() }
    }

    @Test("many callers at once never exceed the limit, and all come through")
    func crowd() async throws {
        let limiter = CallLimiter(CallPace(bounds: 7...7))
        let state = Locked((now: 0, most: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2000 {
                group.addTask {
                    let permit = try await limiter.acquire()
                    state.withLock {
                        $0.now += 1
                        $0.most = max($0.most, $0.now)
                    }
                    await Task.yield()
                    state.withLock { $0.now -= 1 }
                    limiter.release(permit, .answered)
                }
            }
            try await group.waitForAll()
        }
        #expect(state.withLock { $0.most } <= 7)
        #expect(limiter.snapshot.inFlight == 0 && limiter.snapshot.waiting == 0)
    }

    @Test("one provider with one key has one limiter")
    func registry() {
        let limits = CallLimits(CallPace())
        #expect(limits.snapshot == nil)
        let one = limits.limiter(provider: "openai", address: "https://a", key: "k")
        #expect(one === limits.limiter(provider: "openai", address: "https://a", key: "k"))
        #expect(one !== limits.limiter(provider: "openai", address: "https://a", key: "l"))
        #expect(one !== limits.limiter(provider: "openai", address: "https://b", key: "k"))
        #expect(limits.snapshot?.limit == 60)
    }

    @Test("each attempt of a model takes its turn, and a refusal is counted")
    func model() async throws {
        let limiter = CallLimiter(CallPace())
        let script = ScriptedModel(
            Script(replies: [
                .failure(LMError(.rateLimited, "slow", retryAfter: 0)), .failure(LMError(.invalidRequest, "no")),
                .text("yes"),
            ]))
        let model = RetryingModel(LimitedModel(script, limiter), jitter: { _ in 0 })
        let request = LMRequest(messages: [LMMessage(role: "user", text: "q")])
        await #expect(throws: LMError.self) { try await model.complete(request) }
        #expect(try await model.complete(request).outputs[0].text == "yes")
        #expect(limiter.snapshot.refusals == 1 && limiter.snapshot.inFlight == 0)
        #expect(script.requests.count == 3)
    }

    @Test("an answer that says nothing is left holds the next request back; models of one key share that")
    func headers() async throws {
        let fields = [
            (name: "x-ratelimit-remaining-requests", value: "0"), (name: "x-ratelimit-reset-requests", value: "6m0s"),
        ]
        let server = try LoopbackServer { _, _ in
            .init(headers: fields, #"{"choices":[{"message":{"content":"hi"}}]}"#)
        }
        defer { server.stop() }
        let limits = CallLimits(CallPace(longestWait: 30), clock: time.clock)
        let factory = LMFactory(environment: ["OPENAI_API_KEY": "k1234567"], limits: limits)
        let request = LMRequest(messages: [LMMessage(role: "user", text: "q")])
        _ = try await factory.make("openai/one", apiBase: server.address).complete(request)
        #expect(limits.snapshot?.pause == 30)
        let next = Task { try await factory.make("openai/two", apiBase: server.address).complete(request) }
        while limits.snapshot?.waiting != 1 { await Task.yield() }
        #expect(server.requests.count == 1)
        time.advance(to: 36)
        _ = try await next.value
        #expect(server.requests.count == 2)
    }

    @Test("a queue gives in order what was not taken out of it")
    func queue() {
        var queue = WaitQueue<Int>()
        for id in 1...1000 { queue.append(id, id: id) }
        for id in stride(from: 2, through: 1000, by: 2) { #expect(queue.remove(id) == id) }
        #expect(queue.remove(2) == nil && queue.count == 500)
        for id in stride(from: 1, through: 999, by: 2) { #expect(queue.popFirst() == id) }
        #expect(queue.popFirst() == nil && queue.remove(1) == nil && queue.count == 0)
    }
}
