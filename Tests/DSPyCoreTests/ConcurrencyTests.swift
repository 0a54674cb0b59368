import DSPyCore
import OrderedJSON
import TestModels
import Synchronization
import Testing

/// How many run now, how many did at most, and how many are done.
private final class Gauge: Sendable {
    private let counts = Mutex((now: 0, most: 0, done: 0))

    func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.done) } }
    func leave() { counts.withLock { $0 = ($0.now - 1, $0.most, $0.done + 1) } }
    var most: Int { counts.withLock { $0.most } }
    var done: Int { counts.withLock { $0.done } }
}

@Suite struct ConcurrencyTests {
    @Test("a limiter lets no more run at once than it is told, and all in the end")
    func limit() async throws {
        let limiter = WorkerLimiter()
        let gauge = Gauge()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await limiter.run(limit: 3) {
                        gauge.enter()
                        for _ in 0..<5 { await Task.yield() }
                        gauge.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(gauge.most <= 3)
        #expect(gauge.done == 40)
    }

    @Test("a cancelled waiter leaves the queue, and a failed operation its place")
    func cancellation() async throws {
        struct Broken: Error {}
        let limiter = WorkerLimiter()
        await #expect(throws: Broken.self) { try await limiter.run(limit: 1) { throw Broken() } }
        let gate = AsyncStream<Void>.makeStream()
        let holder = Task { try await limiter.run(limit: 1) { for await _ in gate.stream {} } }
        let waiters = (0..<20).map { _ in Task { try await limiter.run(limit: 1) { Issue.record("must not run") } } }
        for waiter in waiters { waiter.cancel() }
        for waiter in waiters { await #expect(throws: CancellationError.self) { try await waiter.value } }
        gate.continuation.finish()
        try await holder.value
        #expect(try await limiter.run(limit: 1) { 7 } == 7)
    }

    @Test("asyncify bounds the programs in flight by async_max_workers")
    func asyncMaxWorkers() async throws {
        let gauge = Gauge()
        let lm = RuleModel { _, _ in
            gauge.enter()
            for _ in 0..<5 { await Task.yield() }
            gauge.leave()
            return LMResponse(outputs: [.init(text: "[[ ## a ## ]]\nx")])
        }
        var settings = Settings()
        settings.asyncMaxWorkers = 2
        let program = asyncify(Predict(try Signature("q -> a")), limiter: WorkerLimiter())
        let context = RunContext(lm: lm, settings: settings)
        try await withThrowingTaskGroup(of: Prediction.self) { group in
            for place in 0..<12 { group.addTask { try await program(["q": .int(place)], context) } }
            for try await prediction in group { #expect(prediction["a"] == "x") }
        }
        #expect(gauge.most <= 2)
        #expect(lm.requests.count == 12)
    }

    @Test("syncify blocks until the answer is there")
    func syncified() async throws {
        let program = syncify(Predict(try Signature("q -> a")))
        let lm = RuleModel(replies: ["[[ ## a ## ]]\nx"])
        let prediction = try await onThread { try program(["q": "y"], RunContext(lm: lm)) }
        #expect(prediction["a"] == "x")
    }

    @Test("usage is summed by model, nested counts too, and cached answers add none")
    func usage() {
        let tracker = UsageTracker()
        let usage: JSONObject = ["prompt_tokens": 10, "cost": 0.5, "details": ["cached": 1], "note": .null]
        tracker.add(LMResponse(outputs: [], usage: usage), model: "a")
        tracker.add(
            LMResponse(
                outputs: [], usage: ["prompt_tokens": 5, "cost": 1, "details": ["cached": 2, "new": 3], "note": 1],
                attempts: 3), model: "a")
        tracker.add(LMResponse(outputs: [], isCached: true), model: "b")
        #expect(
            tracker.byModel == [
                "a": ["prompt_tokens": 15, "cost": 1.5, "details": ["cached": 3, "new": 3], "note": 1]
            ])
        #expect(tracker.totals == (calls: 3, attempts: 5, cached: 1))
    }

    @Test("a run carries its usage only when track_usage is on, and only its own")
    func trackUsage() async throws {
        let lm = RuleModel { _, _ in
            LMResponse(outputs: [.init(text: "[[ ## a ## ]]\nx")], usage: ["total_tokens": 7])
        }
        let program = Predict(try Signature("q -> a"))
        var context = RunContext(lm: lm)
        #expect(try await program.acall(["q": "x"], in: context).usage == nil)
        context.settings.trackUsage = true
        for _ in 0..<2 {
            #expect(try await program.acall(["q": "x"], in: context).usage == ["test/model": ["total_tokens": 7]])
        }
    }
}
