extension Int {
    /// The nearest whole number to one from outside: nearest to zero for what lies between, the ends of the range for what
    /// lies beyond, 0 for what is no number.
    package init(saturating number: Double) {
        if number.isNaN {
            self = 0
        } else {
            self = Int(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max)
        }
    }

    /// The sum, or the end of the range that it would go beyond.
    package func adding(saturating other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}

extension Duration {
    /// So many seconds from outside, between none and thirty years; none for what is no number.
    package static func bounded(seconds: Double) -> Duration {
        .seconds(seconds.isNaN ? 0 : Swift.min(Swift.max(seconds, 0), longestSeconds))
    }

    /// The longest time that anybody waits, in seconds: about thirty years.
    package static let longestSeconds = 1e9
}
