/// Finds out whether more calls at once bring more answers; a server that lets them queue brings none.
///
/// The rate of answers is taken over one round of them, at a limit and again at twice that limit.
struct GrowthCheck: Sendable {
    /// What a growing limit is to do.
    enum Verdict: Sendable, Hashable {
        /// Grow.
        case grow
        /// Stay, while the rate is taken.
        case wait
        /// Go back: more brought nothing.
        case undo(Int)
    }

    private var base: (limit: Int, rate: Double)?
    private var round: (answers: Int, since: Double)?

    /// Notes an answer at a limit that is used up.
    mutating func verdict(limit: Int, at now: Double) -> Verdict {
        guard limit >= Self.least else { return .grow }
        if let base, limit < base.limit * 2 { return .grow }
        guard let begun = round else {
            round = (0, now)
            return .wait
        }
        guard begun.answers + 1 >= limit else {
            round = (begun.answers + 1, begun.since)
            return .wait
        }
        let rate = Double(limit) / max(now - begun.since, 1e-6)
        round = nil
        if let base, rate < base.rate * Self.gain {
            self.base = nil
            return .undo(base.limit)
        }
        base = (limit, rate)
        return .grow
    }

    /// Below this limit a round is too short to tell anything.
    private static let least = 20
    /// By how much the rate has to rise when the limit doubles.
    private static let gain = 1.25
}
