/// How fast requests may follow each other.
package struct CallPace: Sendable, Hashable {
    /// How many requests may be under way at once.
    package var bounds: ClosedRange<Int>
    /// How many at first.
    package var start: Int
    /// Requests each minute; nil when that is not limited.
    package var requestsPerMinute: Double?
    /// Tokens each minute; nil when that is not limited.
    package var tokensPerMinute: Double?
    /// The longest wait in seconds that a provider may ask for; requests that would wait longer fail.
    package var longestWait: Double

    /// A pace; without arguments, one that is learnt.
    package init(
        bounds: ClosedRange<Int> = 1...200, start: Int = 20, requestsPerMinute: Double? = nil,
        tokensPerMinute: Double? = nil, longestWait: Double = 600
    ) {
        self.bounds = bounds
        self.start = start
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.longestWait = longestWait
    }
}
