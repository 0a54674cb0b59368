import DSPy

/// One answer on its way to the file.
struct CacheEntry: Sendable {
    var key: CacheKey
    var model: String
    var response: LMResponse
    /// When it came, in seconds since 1970.
    var time: Int
}
