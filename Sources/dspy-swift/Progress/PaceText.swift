import Platform
import DSPyClients

/// What progress says about limits.
struct PaceText {
    private let snapshot: CallLimiter.Snapshot?

    init(_ snapshot: CallLimiter.Snapshot?) { self.snapshot = snapshot }

    /// `48/64↑`: calls under way, how many may be, and which way that goes; without limits, the rows under way.
    func inFlight(rows: Int) -> String {
        guard let snapshot else { return String(rows) }
        let arrow = snapshot.trend > 0 ? "↑" : snapshot.trend < 0 ? "↓" : ""
        return "\(snapshot.inFlight)/\(snapshot.limit)\(arrow)"
    }

    /// How many calls were refused.
    var refusals: Int { snapshot?.refusals ?? 0 }

    /// `wait 0.8s`, and how long pauses end; nil when nothing is held up.
    var wait: String? {
        guard let seconds = snapshot?.pause, seconds > 0 else { return nil }
        return pause ?? "wait \(FigureText.decimal(max(0.1, seconds)))s"
    }

    /// `rate limit, resumes 14:02:10`; nil when nothing is paused for longer than a moment.
    var pause: String? {
        guard let seconds = snapshot?.pause, seconds > 1 else { return nil }
        let end = SystemClock.seconds + Int(min(seconds, 1e9).rounded(.up))
        return "rate limit, resumes \(SystemClock.timeOfDay(end))"
    }
}
