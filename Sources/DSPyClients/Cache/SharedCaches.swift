import Basics
/// The caches of this process, one for each file: its threads, and what it holds in memory, are there once.
enum SharedCaches {
    private static let known = Locked<[String: LMCache]>([:])

    /// The cache of a file, made at its first use; the file is opened later, when something is looked up or kept.
    ///
    /// - Parameters:
    ///   - path: The file; nil for answers that stay in memory.
    ///   - warn: Hears of trouble with the file, if this is its first use.
    static func cache(at path: String?, warn: @escaping @Sendable (String) -> Void) -> LMCache {
        known.withLock { known in
            let name = path ?? ""
            if let cache = known[name] { return cache }
            let cache = LMCache(path: path, warn: warn)
            known[name] = cache
            return cache
        }
    }
}
