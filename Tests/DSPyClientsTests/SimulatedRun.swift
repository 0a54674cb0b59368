@testable import DSPyClients

/// A generator that gives the same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let mixed = (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return mixed ^ (mixed >> 33)
    }
}

/// A run against a server that takes so many calls at once and refuses the others, in simulated time.
struct SimulatedRun {
    var pace = CallPace()
    var latency = 0.8...1.2
    var refusalAfter = 0.02
    /// The part of calls that the server fails.
    var trouble = 0.0
    var tokens = 0
    var seed: UInt64 = 1

    /// What happened.
    struct Report {
        /// When calls started.
        var starts: [Double] = []
        /// When calls were answered.
        var answers: [Double] = []
        /// When calls were refused.
        var refusals: [Double] = []
        /// The limit after each call.
        var limits: [(time: Double, limit: Int)] = []

        /// Answers in a span of time as a part of what a full server gives.
        func throughput(_ span: Range<Double>, capacity: Int, latency: Double) -> Double {
            let count = answers.count { span.contains($0) }
            return Double(count) * latency / (Double(capacity) * (span.upperBound - span.lowerBound))
        }

        /// The part of calls in a span of time that was refused.
        func refused(_ span: Range<Double>) -> Double {
            let (bad, good) = (refusals.count { span.contains($0) }, answers.count { span.contains($0) })
            return Double(bad) / Double(max(1, bad + good))
        }

        /// The limit at a time.
        func limit(at time: Double) -> Int { limits.last { $0.time <= time }?.limit ?? 0 }
    }

    /// Runs for so many seconds, with work without end.
    func run(until end: Double, capacity: (Double) -> Int) -> Report {
        var numbers = SeededNumbers(seed)
        var gate = CallGate(pace, now: 0)
        var report = Report()
        var events: [(time: Double, permit: CallGate.Permit, outcome: CallOutcome)] = []
        var (now, busy) = (0.0, 0)
        while now < end {
            var wake = Double.infinity
            filling: while true {
                switch gate.start(tokens: tokens, at: now) {
                case .started(let permit):
                    report.starts.append(now)
                    if busy < capacity(now) {
                        busy += 1
                        let fails = Double.random(in: 0..<1, using: &numbers) < trouble
                        let time = now + Double.random(in: latency, using: &numbers)
                        events.append((time, permit, fails ? .troubled : .answered))
                    } else {
                        events.append((now + refusalAfter, permit, .rateLimited(retryAfter: nil)))
                    }
                case .later(let time):
                    wake = time
                    break filling
                case .whenOneEnds, .tooLate: break filling
                }
            }
            let next = events.indices.min { events[$0].time < events[$1].time }
            guard let next, events[next].time <= wake else {
                now = wake
                continue
            }
            let event = events.remove(at: next)
            now = max(now, event.time)
            switch event.outcome {
            case .rateLimited: report.refusals.append(now)
            case .answered:
                busy -= 1
                report.answers.append(now)
            default: busy -= 1
            }
            gate.end(event.permit, event.outcome, tokens: nil, at: now)
            report.limits.append((now, gate.adaptive.limit))
        }
        return report
    }
}
