import Basics
/// Which keys the file may hold, so that a long run of new requests need not look into it for each.
///
/// After some lookups the reading thread loads all keys, and from then on now and then those that other processes added.
/// What such a process added in the last tenth of a second may be asked again; nothing else is lost.
final class KnownKeys: Sendable {
    /// Whether to look into the file.
    enum Verdict: Sendable {
        case look
        case lookAndLoad
        case absent
        case absentAndRefresh
    }

    private struct State {
        var lookups = 0
        /// The first eight bytes of each key; nil before they are loaded, and when there are too many.
        var keys: Set<UInt64>?
        var isTooLarge = false
        var newest = 0
        var nextRefresh = ContinuousClock.now
    }

    /// A run this short is not worth loading the keys.
    static let lookupsBeforeLoading = 64
    private static let maximumCount = 500_000
    private let state = Locked(State())

    /// What to do about a key.
    func verdict(on key: CacheKey) -> Verdict {
        state.withLock { state in
            guard let keys = state.keys else {
                state.lookups += 1
                return state.lookups == Self.lookupsBeforeLoading ? .lookAndLoad : .look
            }
            if keys.contains(key.prefix) { return .look }
            let now = ContinuousClock.now
            guard now >= state.nextRefresh else { return .absent }
            state.nextRefresh = now + .milliseconds(100)
            return .absentAndRefresh
        }
    }

    /// Notes a key that this process adds itself.
    func note(_ key: CacheKey) {
        state.withLock { state in
            if state.keys != nil { state.keys?.insert(key.prefix) }
        }
    }

    /// Reads the keys that are new since the last time.
    func refresh(from file: CacheFile) throws(SQLiteError) {
        let (newest, isLoaded, isTooLarge) = state.withLock { ($0.newest, $0.keys != nil, $0.isTooLarge) }
        if isTooLarge { return }
        let last = try file.connection.int("SELECT max(id) FROM entries")
        // A file that was cleared or made anew counts from the start.
        let from = isLoaded && last >= newest ? newest : 0
        if isLoaded && last == from { return }
        let prefixes = try file.prefixes(after: from, limit: Self.maximumCount)
        state.withLock { state in
            state.newest = last
            var keys = state.keys ?? []
            keys.formUnion(prefixes)
            state.isTooLarge = keys.count >= Self.maximumCount
            state.keys = state.isTooLarge ? nil : keys
        }
    }
}
