/// How fast a batch is: rows and tokens of the last minutes, those of earlier runs left out.
///
/// Time is passed in, in seconds.
struct ProgressRate {
    private struct Sample {
        var time: Double
        var rows: Int
        var tokens: Int
    }

    /// The span that the rate of now is taken from, and the longest that is kept.
    private static let (short, long) = (60.0, 300.0)

    /// Two in each second, and the latest.
    private var samples: [Sample] = []
    private var latest = Sample(time: 0, rows: 0, tokens: 0)

    /// Notes what this run has done by now.
    mutating func note(rows: Int, tokens: Int = 0, at time: Double) {
        latest = Sample(time: time, rows: rows, tokens: tokens)
        if samples.last.map({ time - $0.time > 0.5 }) ?? true { samples.append(latest) }
        samples.removeAll { time - $0.time > Self.long }
    }

    /// Rows per second of the last minute; 0 while that is not known.
    var rows: Double { perSecond(within: Self.short, of: \.rows) }
    /// Tokens per second of the last minute.
    var tokens: Double { perSecond(within: Self.short, of: \.tokens) }
    /// Rows per second of the last five minutes; nil while they are hardly more than the last one.
    var rowsOfFiveMinutes: Double? {
        guard let first = samples.first, latest.time - first.time > 1.5 * Self.short else { return nil }
        return perSecond(within: Self.long, of: \.rows)
    }

    private func perSecond(within span: Double, of count: KeyPath<Sample, Int>) -> Double {
        guard let first = samples.first(where: { latest.time - $0.time <= span }), latest.time - first.time > 0.2
        else { return 0 }
        return Double(latest[keyPath: count] - first[keyPath: count]) / (latest.time - first.time)
    }
}
