/// One answer on its way to the file.
struct CacheEntry: Sendable {
    var key: CacheKey
    var model: String
    /// The answer as JSON.
    var bytes: [UInt8]
    /// When it came, in seconds since 1970.
    var time: Int
}
