/// How fast a batch is: rows of the last minute, those of earlier runs left out.
///
/// Time is passed in, in seconds.
struct ProgressRate {
    private var recent: [(time: Double, finished: Int)] = []

    /// Rows per second.
    ///
    /// - Parameter finished: How many rows this run has finished.
    mutating func perSecond(finished: Int, at time: Double) -> Double {
        if recent.last.map({ time - $0.time > 0.5 }) ?? true { recent.append((time, finished)) }
        recent.removeAll { time - $0.time > 60 }
        guard let first = recent.first, time - first.time > 0.2 else { return 0 }
        return Double(finished - first.finished) / (time - first.time)
    }

    /// The seconds that the rest takes at a rate; nil when that is not known, or nothing is left.
    ///
    /// - Parameters:
    ///   - done: How many rows are finished, those of earlier runs included.
    ///   - total: How many rows there are.
    static func rest(done: Int, total: Int?, perSecond: Double) -> Double? {
        guard let total, done < total, perSecond > 0 else { return nil }
        return Double(total - done) / perSecond
    }
}
