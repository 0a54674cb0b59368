import Testing

@testable import DSPyClients

@Suite("Rates and pauses")
struct CallGateTests {
    private func started(_ answer: CallGate.Answer) -> CallGate.Permit? {
        if case .started(let permit) = answer { permit } else { nil }
    }

    @Test("requests keep to their rate in every minute, start without a burst, and lose no time", arguments: 1...3)
    func requestRate(seed: Int) {
        let run = SimulatedRun(
            pace: CallPace(bounds: 200...200, requestsPerMinute: 600), latency: 0.1...2, seed: UInt64(seed))
        let report = run.run(until: 300) { _ in 1000 }
        for start in stride(from: 0.0, to: 240, by: 0.5) {
            #expect(report.starts(in: start..<start + 60) <= 630)
        }
        #expect(report.starts.count { $0 < 1 } <= 20)
        #expect(Double(report.starts.count) >= 3000 / 1.1)
    }

    @Test("tokens keep to their rate, also when one call needs more than a second's worth")
    func tokenRate() {
        let run = SimulatedRun(pace: CallPace(bounds: 200...200, tokensPerMinute: 60_000), tokens: 1500)
        let report = run.run(until: 300) { _ in 1000 }
        for start in stride(from: 0.0, to: 240, by: 0.5) {
            #expect(report.starts(in: start..<start + 60) * 1500 <= 66_000)
        }
        #expect(Double(report.starts.count * 1500) >= 300_000 / 1.1)
    }

    @Test("what was estimated too high is given back, and what was too low is taken")
    func refund() {
        var gate = CallGate(CallPace(tokensPerMinute: 60_000), now: 0)
        let first = started(gate.start(tokens: 1000, at: 0))
        #expect(gate.start(tokens: 500, at: 0) == .later(0.5))
        if let first { gate.end(first, .answered, tokens: 200, at: 0) }
        let second = started(gate.start(tokens: 500, at: 0))
        #expect(second != nil)
        if let second { gate.end(second, .answered, tokens: 2800, at: 0) }
        // 1000 − 200 − 2800 are owed now.
        #expect(gate.start(tokens: 0, at: 0) == .later(2))
    }

    @Test("a Retry-After holds all, and they come back one by one within a tenth of it")
    func pause() {
        var gate = CallGate(CallPace(), now: 0)
        let permits = (0..<20).compactMap { _ in started(gate.start(tokens: 0, at: 0)) }
        gate.end(permits[0], .rateLimited(retryAfter: 3), tokens: nil, at: 1)
        for permit in permits.dropFirst() { gate.end(permit, .answered, tokens: nil, at: 1.5) }
        var (now, starts) = (1.5, [Double]())
        while starts.count < 14 {
            switch gate.start(tokens: 0, at: now) {
            case .started: starts.append(now)
            case .later(let time): now = time
            default:
                Issue.record("stuck")
                return
            }
        }
        #expect(starts.first == 4)
        #expect(Set(starts).count > 10 && starts.allSatisfy { $0 <= 4.6 })
        #expect(gate.refusals == 1)
    }

    @Test("a wait longer than allowed is told at once")
    func tooLate() {
        var gate = CallGate(CallPace(longestWait: 600), now: 0)
        if let permit = started(gate.start(tokens: 0, at: 0)) {
            gate.end(permit, .rateLimited(retryAfter: 3600), tokens: nil, at: 0)
        }
        #expect(gate.start(tokens: 0, at: 10) == .tooLate(3590))
        #expect(gate.start(tokens: 0, at: 3100) == .later(3600))
        #expect(started(gate.start(tokens: 0, at: 3600)) != nil)
    }

    @Test("a bucket starts with one second's worth and never owes time for nothing")
    func bucket() {
        var bucket = TokenBucket(perMinute: 120, now: 10)
        #expect(bucket.time(for: 2, now: 10) == 10)
        bucket.take(2, now: 10)
        #expect(bucket.time(for: 1, now: 10) == 10.5)
        #expect(bucket.time(for: 1, now: 1000) == 1000)
        // A slow rate holds one request all the same.
        var slow = TokenBucket(perMinute: 6, now: 0)
        #expect(abs(slow.time(for: 1, now: 0) - 9) < 1e-9)
    }
}
