import Basics
@testable import DSPyClients
import TestSupport

/// Calls that end some time, the next one first.
struct SimulatedCalls {
    /// One of them.
    struct Call {
        var end: Double
        var permit: CallGate.Permit
        var outcome: CallOutcome
    }

    /// The latest first, so that the next one is cheap to take out.
    private var calls: [Call] = []

    /// When the next one ends.
    var next: Double? { calls.last?.end }

    mutating func add(_ permit: CallGate.Permit, _ outcome: CallOutcome, end: Double) {
        var (low, high) = (0, calls.count)
        while low < high {
            let middle = (low + high) / 2
            if calls[middle].end > end { low = middle + 1 } else { high = middle }
        }
        calls.insert(Call(end: end, permit: permit, outcome: outcome), at: low)
    }

    mutating func pop() -> Call? { calls.popLast() }
}

/// A run against a server that takes so many calls at once and refuses the others, in simulated time.
struct SimulatedRun {
    var pace = CallPace()
    var latency = 0.8...1.2
    var refusalAfter = 0.02
    /// The part of calls that the server fails.
    var trouble = 0.0
    /// The part of calls that the server refuses by chance.
    var refusal = 0.0
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

        /// How many calls started in a span of time.
        func starts(in span: Range<Double>) -> Int { place(span.upperBound) - place(span.lowerBound) }

        private func place(_ time: Double) -> Int {
            var (low, high) = (0, starts.count)
            while low < high {
                let middle = (low + high) / 2
                if starts[middle] < time { low = middle + 1 } else { high = middle }
            }
            return low
        }

        /// The limit at a time.
        func limit(at time: Double) -> Int { limits.last { $0.time <= time }?.limit ?? 0 }
    }

    /// Runs for so many seconds, with work without end.
    func run(until end: Double, capacity: (Double) -> Int) -> Report {
        var numbers = SeededGenerator(seed: seed)
        var gate = CallGate(pace, now: 0)
        var report = Report()
        var calls = SimulatedCalls()
        var (now, busy) = (0.0, 0)
        while now < end {
            var wake = Double.infinity
            filling: while true {
                switch gate.start(tokens: tokens, at: now) {
                case .started(let permit):
                    report.starts.append(now)
                    let isRefused = refusal > 0 && Double.random(in: 0..<1, using: &numbers) < refusal
                    if busy < capacity(now), !isRefused {
                        busy += 1
                        let fails = Double.random(in: 0..<1, using: &numbers) < trouble
                        let time = now + Double.random(in: latency, using: &numbers)
                        calls.add(permit, fails ? .troubled : .answered, end: time)
                    } else {
                        calls.add(permit, .rateLimited(retryAfter: nil), end: now + refusalAfter)
                    }
                case .later(let time):
                    wake = time
                    break filling
                case .whenOneEnds, .tooLate: break filling
                }
            }
            guard let next = calls.next, next <= wake, let event = calls.pop() else {
                now = wake
                continue
            }
            now = max(now, event.end)
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
