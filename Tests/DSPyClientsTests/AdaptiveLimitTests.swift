import Basics
import TestSupport
import TestTraits
import Testing

@testable import DSPyClients

@Suite("The learnt limit")
struct AdaptiveLimitTests {
    @Test("a steady server is used to nine tenths and more, at less than one refusal in twenty", arguments: 1...3)
    func steady(seed: Int) {
        let run = SimulatedRun(seed: UInt64(seed))
        for capacity in [1, 2, 4, 16, 64, 150] {
            let report = run.run(until: 120) { _ in capacity }
            let span = (capacity > 100 ? 20.0 : 10.0)..<120.0
            #expect(report.throughput(span, capacity: capacity, latency: 1) >= 0.9, "\(capacity)")
            #expect(report.refused(span) < 0.05, "\(capacity)")
        }
    }

    @Test(
        "within 20 seconds of a change four fifths of the new capacity are used", arguments: 1...3,
        [(0.8...1.2, 0.02), (0.8...1.2, 0.2), (0.2...0.3, 0.01)] as [(ClosedRange<Double>, Double)])
    func changes(seed: Int, server: (latency: ClosedRange<Double>, refusal: Double)) {
        let run = SimulatedRun(latency: server.latency, refusalAfter: server.refusal, seed: UInt64(seed))
        let mean = (server.latency.lowerBound + server.latency.upperBound) / 2
        let report = run.run(until: 180) { $0 < 60 ? 16 : $0 < 120 ? 4 : 32 }
        #expect(report.throughput(10..<60, capacity: 16, latency: mean) >= 0.9)
        #expect(report.throughput(80..<120, capacity: 4, latency: mean) >= 0.8)
        #expect(report.throughput(140..<180, capacity: 32, latency: mean) >= 0.8)
        for span in [10.0..<60, 80.0..<120, 140.0..<180] { #expect(report.refused(span) < 0.05) }
        #expect(report.limits.allSatisfy { $0.limit >= 1 })
    }

    @Test("refusals by chance, one in fifty, leave the limit well above one", arguments: [0.05, 0.25, 1, 2])
    func chance(latency: Double) {
        var sum = 0.0
        for seed in 1...10 {
            let run = SimulatedRun(latency: latency * 0.8...latency * 1.2, refusal: 0.02, seed: UInt64(seed))
            let report = run.run(until: 120) { _ in .max }
            sum += Double(report.answers.count { $0 > 20 }) * latency / 1000
        }
        // Calls under way on average.
        #expect(sum > 3.5, "\(sum)")
    }

    /// Where a change comes in the limit's own rhythm is chance, so many are taken together.
    @Test(
        "a loss of three quarters is met with few refusals, and a new capacity is found soon", .ownThread,
        arguments: [
            // Of the calls in the 20 seconds after 16 → 4, in the 20 seconds after 4 → 32, and the 40 after those.
            (0.05, 0.07, 0.75, 0.95), (0.25, 0.2, 0.75, 0.95), (1, 0.26, 0.55, 0.95), (2, 0.31, 0.25, 0.95),
            (5, 0.31, 0.1, 0.8),
        ])
    func drop(latency: Double, refused: Double, soon: Double, later: Double) {
        var sum = (refused: 0.0, least: 0.0, soon: 0.0, later: 0.0)
        for seed in 1...20 {
            let (down, up) = (80 + Double(seed % 8) * 0.61, 160 + Double(seed) * 0.37 + Double(seed % 5) * 2.1)
            let run = SimulatedRun(latency: latency * 0.8...latency * 1.2, seed: UInt64(seed))
            let report = run.run(until: up + 65) { $0 < down ? 16 : $0 < up ? 4 : 32 }
            sum.refused += report.refused(down..<down + 20) / 20
            sum.least += report.throughput(down + latency..<down + 20, capacity: 4, latency: latency) / 20
            sum.soon += report.throughput(up..<up + 20, capacity: 32, latency: latency) / 20
            sum.later += report.throughput(up + 20 + latency * 3..<up + 65, capacity: 32, latency: latency) / 20
            for span in [20..<down, down + 20..<up, up + 20..<up + 65] { #expect(report.refused(span) < 0.07) }
        }
        #expect(sum.refused < refused && sum.least > 0.8 && sum.soon > soon && sum.later > later, "\(sum)")
    }

    @Test("a server that refused everything for a while is used again, from a limit of one")
    func outage() {
        let report = SimulatedRun().run(until: 150) { $0 < 40 ? 0 : 50 }
        #expect(report.limit(at: 40) == 1)
        #expect(report.refusals.count < 150)
        #expect(report.throughput(120..<150, capacity: 50, latency: 1) >= 0.9)
    }

    @Test("the limit rises from one, also when one call in twenty fails")
    func recovers() {
        let run = SimulatedRun(pace: CallPace(start: 1), trouble: 0.05)
        let report = run.run(until: 60) { _ in 50 }
        #expect(report.limit(at: 12) > 30)
        #expect(report.throughput(15..<60, capacity: 50, latency: 1) >= 0.85)
    }

    @Test("failures of the server and late answers cut nothing")
    func trouble() {
        var limit = AdaptiveLimit()
        for time in 0..<100 {
            let mark = limit.start()
            limit.end(.troubled, mark: mark, at: Double(time))
            #expect(limit.limit == 20)
        }
    }

    @Test("refusals of one burst cut once")
    func once() {
        var limit = AdaptiveLimit()
        let marks = (0..<20).map { _ in limit.start() }
        for mark in marks.prefix(10) { limit.end(.rateLimited(retryAfter: nil), mark: mark, at: 1) }
        #expect(limit.limit == 14)
        #expect(!limit.mayStart(at: 1) && limit.trend == -1)
        #expect(limit.mayStart(at: 1.2))
    }

    @Test("a limit that is not used up does not rise")
    func unused() {
        var limit = AdaptiveLimit()
        for time in 0..<100 {
            let mark = limit.start()
            limit.end(.answered, mark: mark, at: Double(time))
        }
        #expect(limit.limit == 20)
    }

    @Test("a fixed limit stays, whatever happens")
    func fixed() {
        let report = SimulatedRun(pace: CallPace(bounds: 8...8)).run(until: 30) { _ in 4 }
        #expect(report.limits.allSatisfy { $0.limit == 8 })
    }

    @Test("whatever happens, the limit is within its bounds and calls under way within the limit", arguments: 1...20)
    func anything(seed: Int) {
        var numbers = SeededGenerator(seed: UInt64(seed))
        let low = Int.random(in: 1...5, using: &numbers)
        let bounds = low...Int.random(in: low...60, using: &numbers)
        var limit = AdaptiveLimit(bounds: bounds, start: Int.random(in: 0...100, using: &numbers))
        var marks: [AdaptiveLimit.Mark] = []
        var now = 0.0
        for _ in 0..<2000 {
            now += Double.random(in: 0...0.3, using: &numbers)
            while limit.mayStart(at: now), Bool.random(using: &numbers) { marks.append(limit.start()) }
            #expect(bounds.contains(limit.limit) && limit.inFlight == marks.count)
            guard let place = marks.indices.randomElement(using: &numbers) else { continue }
            let outcomes: [CallOutcome] = [.answered, .answered, .rateLimited(retryAfter: nil), .troubled, .neutral]
            limit.end(
                outcomes.randomElement(using: &numbers) ?? .answered, mark: marks.remove(at: place), at: now)
        }
        // A hold ends within four seconds.
        #expect(limit.heldUntil <= now + 4)
    }

    /// The limit at each whole second, on a server with so many workers that lets the others queue.
    private func limits(workers: Int, seed: Int) -> [Int] {
        var numbers = SeededGenerator(seed: UInt64(seed))
        var gate = CallGate(CallPace(), now: 0)
        var free = [Double](repeating: 0, count: workers)
        var calls = SimulatedCalls()
        var now = 0.0
        var limits: [Int] = []
        while now < 200 {
            while case .started(let permit) = gate.start(tokens: 0, at: now) {
                let time = Double.random(in: 0.5...1.5, using: &numbers)
                let worker = free.indices.min { free[$0] < free[$1] } ?? 0
                free[worker] = max(free[worker], now) + time
                calls.add(permit, .answered, end: free[worker])
            }
            guard let call = calls.pop() else { break }
            now = call.end
            gate.end(call.permit, .answered, tokens: nil, at: now)
            while limits.count < Int(now) { limits.append(gate.adaptive.limit) }
        }
        return limits
    }

    @Test("a server without limits is given all that is allowed")
    func unlimited() {
        let report = SimulatedRun(latency: 0.1...3).run(until: 40) { _ in .max }
        #expect(report.limit(at: 39) == 200)
    }

    @Test("a server that lets calls queue is not given ever more of them", arguments: 1...5)
    func queueing(seed: Int) {
        let few = limits(workers: 4, seed: seed)
        #expect((few.max() ?? 0) <= 90)
        #expect(few.count { $0 <= 45 } * 10 > few.count * 8)
    }
}
