/// How the waits of many calls that failed at once are spread.
package enum RetryJitter {
    /// Anything from no wait to the whole one, each as likely: what failed together does not come back together.
    ///
    /// - Source: Marc Brooker, "Exponential Backoff And Jitter" (2015), "full jitter".
    package static func full(_ seconds: Double, using generator: inout some RandomNumberGenerator) -> Double {
        .random(in: 0...max(seconds, 0), using: &generator)
    }

    /// Anything from no wait to the whole one, by the system's chance.
    package static func full(_ seconds: Double) -> Double {
        var generator = SystemRandomNumberGenerator()
        return full(seconds, using: &generator)
    }
}
