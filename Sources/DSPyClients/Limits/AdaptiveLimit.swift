/// How many requests may be under way at once, learnt from what the provider says to them.
///
/// The limit grows by one for each answer until the first refusal (429). A refusal cuts it to a part; then it rises
/// quickly to the last number that was known to work, stays there, and now and then tries one more. Refusals of requests
/// that started before a cut belong to the same episode and cut nothing. A limit whose doubling brought no more answers goes
/// back. Time is passed in, in seconds.
package struct AdaptiveLimit: Sendable {
    /// Where the limit may be.
    package let bounds: ClosedRange<Int>
    /// How many requests may be under way.
    package private(set) var limit: Int
    /// How many are under way.
    package private(set) var inFlight = 0
    /// No request starts before this time.
    package private(set) var heldUntil = -Double.infinity
    /// Which way the limit went last: 1, 0 or -1.
    package private(set) var trend = 0

    /// The fewest requests under way at which the provider refused one; nil when that is not known.
    private var ceiling: Int?
    /// Counts bursts of refusals; a request knows during which one it started.
    private var epoch = 0
    private var startsInEpoch = 0
    private var lastCut = -Double.infinity
    /// Bursts of refusals in a row.
    private var streak = 0
    /// Parts of the next step up.
    private var credit = 0.0
    /// What a whole round of answers adds to the limit beyond the old ceiling.
    private var step = 1.0
    /// Answers since the limit reached its ceiling, and when it did.
    private var quiet = (answers: 0, since: -Double.infinity)
    private var check = GrowthCheck()
    /// For how many seconds the limit stays at its ceiling.
    private var patience = Self.shortQuiet

    package init(bounds: ClosedRange<Int> = 1...200, start: Int = 20) {
        self.bounds = max(1, bounds.lowerBound)...max(1, bounds.upperBound)
        limit = min(max(start, self.bounds.lowerBound), self.bounds.upperBound)
    }

    /// Whether another request may start.
    package func mayStart(at now: Double) -> Bool { inFlight < limit && now >= heldUntil }

    /// What a request knows of the time when it started.
    package struct Mark: Sendable, Hashable {
        fileprivate let epoch: Int
        /// Which start since the last burst of refusals it was, from 0.
        fileprivate let place: Int
    }

    /// Notes that a request starts.
    ///
    /// - Returns: What `end` wants to know about it.
    package mutating func start() -> Mark {
        inFlight += 1
        startsInEpoch += 1
        return Mark(epoch: epoch, place: startsInEpoch - 1)
    }

    /// Notes what became of a request that started with this mark.
    package mutating func end(_ outcome: CallOutcome, mark: Mark, at now: Double) {
        let running = inFlight
        inFlight = max(0, inFlight - 1)
        switch outcome {
        case .answered:
            // A burst of which some were let in is no reason to wait for long.
            if mark.epoch == epoch { streak = 0 } else if mark.epoch == epoch - 1 { streak = min(streak, 1) }
            // A limit that is not used up is not what holds the work back.
            if running >= limit { grow(at: now) }
        case .rateLimited: refuse(running, mark, at: now)
        case .troubled: credit = max(0, credit - 4 * rate)
        case .neutral: break
        }
    }

    // MARK: Up

    private var isStarting: Bool { ceiling == nil }

    /// The highest limit that is known to work.
    private var plateau: Int { ceiling.map { $0 - 1 } ?? bounds.upperBound }

    /// What one answer adds.
    private var rate: Double {
        guard let ceiling else { return 1 }
        return limit < ceiling ? 0.5 : min(step, Double(limit) / 2) / Double(limit)
    }

    private mutating func grow(at now: Double) {
        if limit == plateau {
            quiet.answers += 1
            guard quiet.answers >= Self.quietAnswers || now - quiet.since > Self.longQuiet,
                now - quiet.since > patience
            else { return }
            credit = 1
            step = 1
        } else if limit < plateau, !isStarting {
            credit += rate
        } else if limit < bounds.upperBound {
            switch check.verdict(limit: limit, at: now) {
            case .grow: credit += rate
            case .wait: return
            case .undo(let before): return goBack(to: before, at: now)
            }
        }
        while credit >= 1, limit < bounds.upperBound {
            credit -= 1
            limit += 1
            trend = 1
            if let ceiling, limit > ceiling { step = min(step * 2, 64) }
            if limit == plateau { rest(at: now) }
        }
    }

    /// Returns to a limit that brought as many answers.
    private mutating func goBack(to before: Int, at now: Double) {
        limit = min(max(before, bounds.lowerBound), limit)
        ceiling = limit + 1
        patience = min(max(patience * 2, 30), 480)
        rest(at: now)
    }

    /// Stays for a while where all is well.
    private mutating func rest(at now: Double) {
        credit = 0
        quiet = (0, now)
        trend = 0
    }

    /// One refusal in so many answers is what trying one more may cost.
    private static let quietAnswers = 24
    private static let shortQuiet = 5.0
    private static let longQuiet = 30.0

    // MARK: Down

    private mutating func refuse(_ running: Int, _ mark: Mark, at now: Double) {
        guard mark.epoch == epoch else {
            // Late refusals of one burst tell how many others the provider let in.
            if let ceiling { self.ceiling = max(limit + 1, min(ceiling, running)) }
            return
        }
        epoch += 1
        startsInEpoch = 0
        streak += 1
        heldUntil = max(heldUntil, now + min(0.1 * Double(1 << min(streak - 1, 6)), 4))
        credit = 0
        // Where one of the first two that dare again is refused, the first cut was not enough; a refusal among many that
        // are let in may be chance.
        let goesOn = streak > 1 && mark.place < 2
        guard now - lastCut >= (goesOn ? Self.shortCoolDown : Self.coolDown) else { return }
        lastCut = now
        check = GrowthCheck()
        patience = Self.shortQuiet
        let level = max(min(limit, running), limit / 2)
        // One more than what worked is a question; its answer costs little.
        let wasQuestion = ceiling.map { limit == $0 && running >= limit } ?? false
        let target = Int(Double(level) * (wasQuestion ? 0.9 : 0.7))
        ceiling = max(level, bounds.lowerBound + 1)
        step = 1
        limit = min(max(target, bounds.lowerBound), limit)
        trend = -1
        if limit >= plateau { rest(at: now) }
    }

    /// The least time between two cuts, in seconds.
    private static let coolDown = 1.0
    /// The same while refusals go on.
    private static let shortCoolDown = 0.3
}
