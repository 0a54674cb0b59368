import Basics
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes whole lines to a descriptor, those of one call in one write(2), and syncs them as asked.
///
/// Writing to a full pipe or a device, and syncing, may take long and happens on a thread of its own; a regular file, or a
/// pipe with room, takes a line at once.
package final class LineWriter: Sendable {
    /// When written lines are forced to the disk.
    package enum Durability: String, Sendable, CaseIterable {
        /// After every line.
        case record
        /// Every 200 ms.
        case interval
        /// Never; the system decides.
        case none
    }

    private struct Job {
        let bytes: ArraySlice<UInt8>
        let done: CheckedContinuation<Int32, Never>
    }

    private struct State {
        var jobs: [Job] = []
        var isClosed = false
        var failure: Int32 = 0
        var isSleeping = true
        /// Whether something was written since the last sync.
        var isDirty = false
    }

    private let descriptor: Int32
    private let durability: Durability
    private let writesAtOnce: Bool
    private let isPipe: Bool
    /// What is done to lines for a terminal; nil elsewhere.
    private let escape: (@Sendable ([UInt8]) -> [UInt8])?
    private let state = Mutex(State())
    private let wake = BlockingSignal()
    private let ended = BlockingSignal()

    /// Starts the thread; the descriptor stays the caller's.
    ///
    /// - Parameter escape: What lines go through, where they go to a terminal.
    package init(
        descriptor: Int32, durability: Durability = .none, escape: (@Sendable ([UInt8]) -> [UInt8])? = nil
    ) {
        self.descriptor = descriptor
        self.escape = escape
        self.durability = durability
        writesAtOnce = durability != .record && Self.kind(of: descriptor) == S_IFREG
        isPipe = durability != .record && Self.kind(of: descriptor) == S_IFIFO
        let code = SystemThread.start { [self] in run() }
        if code != 0 { state.withLock { $0.failure = code } }
    }

    /// Writes lines and comes back once the system has them.
    ///
    /// - Throws: `OutputError`, the same one for every call after the first failure.
    package func write(_ bytes: [UInt8]) async throws(OutputError) {
        if writesAtOnce {
            let code = putAtOnce(bytes)
            if code != 0 { throw Self.failure(code) }
            return
        }
        var bytes = (escape?(bytes) ?? bytes)[...]
        while isPipe, let code = putIfReady(bytes.prefix(Self.readyRoom)) {
            if code != 0 { throw Self.failure(code) }
            bytes = bytes.dropFirst(Self.readyRoom)
            if bytes.isEmpty { return }
        }
        let rest = bytes
        let code = await withCheckedContinuation { (continuation: CheckedContinuation<Int32, Never>) in
            let (failure, wasSleeping) = state.withLock { state -> (Int32, Bool) in
                guard state.failure == 0 else { return (state.failure, false) }
                state.jobs.append(Job(bytes: rest, done: continuation))
                defer { state.isSleeping = false }
                return (0, state.isSleeping)
            }
            if failure != 0 { continuation.resume(returning: failure) }
            if wasSleeping { wake.signal() }
        }
        if code != 0 { throw Self.failure(code) }
    }

    private func putAtOnce(_ bytes: [UInt8]) -> Int32 {
        let (code, mustWake) = state.withLock { state -> (Int32, Bool) in
            guard state.failure == 0 else { return (state.failure, false) }
            state.failure = put(bytes[...])
            defer { state.isDirty = true }
            return (state.failure, durability == .interval && !state.isDirty)
        }
        if mustWake { wake.signal() }
        return code
    }

    /// A pipe that is ready has room for so much: pipe(7), PIPE_BUF.
    private static let readyRoom = 4096

    /// Writes a piece to a pipe that has room; nil when it has none, or others wait already.
    private func putIfReady(_ bytes: ArraySlice<UInt8>) -> Int32? {
        state.withLock { state in
            guard state.failure == 0 else { return state.failure }
            var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard state.isSleeping, poll(&poller, 1, 0) == 1 else { return nil }
            state.failure = put(bytes)
            return state.failure
        }
    }

    private static func kind(of descriptor: Int32) -> mode_t {
        var info = stat()
        return fstat(descriptor, &info) == 0 ? info.st_mode & S_IFMT : 0
    }

    /// Syncs what was written and ends the thread.
    package func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
        _ = ended.wait(milliseconds: 10_000)
    }

    private static func failure(_ code: Int32) -> OutputError { OutputError(SystemCall.Failure(code: code)) }

    private func run() {
        while true {
            let (jobs, isDirty) = state.withLock { state -> ([Job]?, Bool) in
                if state.jobs.isEmpty {
                    state.isSleeping = true
                    return (state.isClosed ? nil : [], state.isDirty)
                }
                defer { state.jobs = [] }
                state.isDirty = true
                return (state.jobs, true)
            }
            guard let jobs else { break }
            if jobs.isEmpty {
                if durability == .interval, isDirty {
                    if !wake.wait(milliseconds: 200) { syncAgain() }
                } else {
                    wake.wait()
                }
                continue
            }
            for job in jobs {
                var code = state.withLock { $0.failure }
                if code == 0 { code = put(job.bytes) }
                if code == 0, durability == .record, !sync() { code = errno }
                if code != 0 { state.withLock { $0.failure = code } }
                job.done.resume(returning: code)
            }
        }
        if durability != .none, state.withLock({ $0.isDirty }) { _ = sync() }
        ended.signal()
    }

    /// Syncs; what is written meanwhile, or could not be synced, is synced another time.
    private func syncAgain() {
        state.withLock { $0.isDirty = false }
        if !sync() { state.withLock { $0.isDirty = true } }
    }

    private func sync() -> Bool {
        #if canImport(Glibc)
            let code = fdatasync(descriptor)
        #else
            let code = fsync(descriptor)
        #endif
        // Pipes and devices have nothing to sync.
        return code == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP
    }

    /// Writes all bytes; 0, or the errno.
    ///
    /// A full disk leaves no half line behind.
    private func put(_ bytes: ArraySlice<UInt8>) -> Int32 {
        guard let (sent, code) = SystemCall.write(bytes, to: descriptor) else { return 0 }
        removeHalfLine(bytes.prefix(sent))
        return code
    }

    private func removeHalfLine(_ sent: ArraySlice<UInt8>) {
        let half = sent.endIndex - (sent.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? sent.startIndex)
        var info = stat()
        guard half > 0, Self.kind(of: descriptor) == S_IFREG, fstat(descriptor, &info) == 0 else { return }
        _ = ftruncate(descriptor, info.st_size - off_t(half))
    }
}
