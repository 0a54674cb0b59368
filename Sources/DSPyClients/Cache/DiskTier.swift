import Basics
import Platform
import DSPyCore
import Dispatch

/// The answers in the file: one thread reads, one writes what came together as one commit.
final class DiskTier: Sendable {
    private enum Write: Sendable {
        case insert(CacheEntry)
        case touch(CacheKey)
        case remove(CacheKey)
        case flush(CheckedContinuation<Void, Never>)
    }

    private enum Read: Sendable {
        case find(CacheKey, CheckedContinuation<[UInt8]?, Never>)
        case learnKeys
    }

    private let door: CacheOpener
    private let limits: LMCache.Limits
    private let writes: WorkQueue<Write>
    private let reads = WorkQueue<Read>()
    private let known = KnownKeys()
    /// Keys whose removal is not committed yet.
    private let removed = Locked<Set<CacheKey>>([])
    private let isStarted = Locked(false)

    init(_ door: CacheOpener, limits: LMCache.Limits) {
        self.door = door
        self.limits = limits
        writes = WorkQueue(limit: limits.waitingEntries)
    }

    /// Whether there may be an entry; mostly that is known without a look into the file.
    func mayHold(_ key: CacheKey) -> Bool {
        guard start() else { return false }
        switch known.verdict(on: key) {
        case .look: return !isRemoved(key)
        case .lookAndLoad:
            reads.add(.learnKeys)
            return !isRemoved(key)
        case .absent: return false
        case .absentAndRefresh:
            reads.add(.learnKeys)
            return false
        }
    }

    /// The bytes of an entry; nil when there is none.
    func bytes(for key: CacheKey) async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            if !reads.add(.find(key, continuation)) { continuation.resume(returning: nil) }
        }
    }

    /// Adds an entry with the next commit; when too many wait already, it is left out.
    func insert(_ entry: CacheEntry) {
        guard start() else { return }
        if writes.add(.insert(entry)) { known.note(entry.key) }
    }

    /// Lets go of an entry with the next commit; it is not found from now on.
    func remove(_ key: CacheKey) {
        guard start() else { return }
        removed.withLock { _ = $0.insert(key) }
        // Never left out for want of room: the answer would come back with the next run.
        if !writes.add(.remove(key), isUrgent: true) { removed.withLock { _ = $0.remove(key) } }
    }

    private func isRemoved(_ key: CacheKey) -> Bool { removed.withLock { $0.contains(key) } }

    /// Waits until everything added so far is in the file.
    func flush() async {
        guard isStarted.withLock({ $0 }) else { return }
        await withCheckedContinuation { continuation in
            if !writes.add(.flush(continuation), isUrgent: true) { continuation.resume() }
        }
    }

    /// Lets both threads end once they have done what they have.
    func close() {
        reads.close()
        writes.close()
    }

    private func start() -> Bool {
        guard !door.isOff else { return false }
        return isStarted.withLock { isStarted in
            if isStarted { return true }
            let (door, limits, reads, writes, known, removed) = (door, limits, reads, writes, known, removed)
            // The threads hold the queues and not this object, so that letting go of the cache ends them.
            guard SystemThread.start({ Self.write(writes, door, limits, removed) }) == 0 else { return false }
            guard SystemThread.start({ Self.read(reads, door, known, touches: writes) }) == 0 else {
                reads.close()
                return false
            }
            isStarted = true
            return true
        }
    }

    private static func read(
        _ queue: WorkQueue<Read>, _ door: CacheOpener, _ known: KnownKeys, touches: WorkQueue<Write>
    ) {
        let session = CacheSession(door)
        while queue.wait(for: 1, until: .distantFuture) {
            let group = queue.takeAll()
            let found = session.use { file throws(SQLiteError) in try look(for: group, in: file, known) } ?? [:]
            for (place, read) in group.enumerated() {
                guard case .find(let key, let answer) = read else { continue }
                if found[place]?.isStale == true { touches.add(.touch(key)) }
                answer.resume(returning: found[place]?.response)
            }
            // The tasks that go on now may ask for more: cheaper than to fall asleep and be woken for each.
            SystemThread.yield()
        }
    }

    private static func look(
        for group: [Read], in file: CacheFile, _ known: KnownKeys
    ) throws(SQLiteError) -> [Int: CacheFile.Found] {
        let now = SystemClock.seconds
        var found: [Int: CacheFile.Found] = [:]
        func look() throws(SQLiteError) {
            for (place, read) in group.enumerated() {
                switch read {
                case .find(let key, _): found[place] = try file.entry(for: key, now: now)
                case .learnKeys: try known.refresh(from: file)
                }
            }
        }
        if group.count > 1 { try file.reading(look) } else { try look() }
        return found
    }

    private static func write(
        _ queue: WorkQueue<Write>, _ door: CacheOpener, _ limits: LMCache.Limits, _ removed: Locked<Set<CacheKey>>
    ) {
        let session = CacheSession(door)
        var next = DispatchTime.now()
        // The first entry after a pause is committed at once, further ones together.
        while queue.wait(for: 1, until: .distantFuture) {
            queue.wait(for: limits.groupSize, until: next)
            let group = queue.takeAll()
            var flushes: [CheckedContinuation<Void, Never>] = []
            for case .flush(let continuation) in group { flushes.append(continuation) }
            if flushes.count < group.count {
                _ = session.use { file throws(SQLiteError) in try commit(group, to: file, limits) }
            }
            for case .remove(let key) in group { removed.withLock { _ = $0.remove(key) } }
            next = .now() + limits.groupSeconds
            for continuation in flushes { continuation.resume() }
        }
    }

    private static func commit(
        _ group: [Write], to file: CacheFile, _ limits: LMCache.Limits
    ) throws(SQLiteError) {
        let now = SystemClock.seconds
        try file.connection.transaction { () throws(SQLiteError) in
            for write in group {
                switch write {
                case .insert(let entry): try file.insert(entry)
                case .touch(let key): try file.touch(key, now: now)
                case .remove(let key): try file.remove(key)
                case .flush: break
                }
            }
        }
        try file.shrink(to: limits.fileBytes)
    }
}
