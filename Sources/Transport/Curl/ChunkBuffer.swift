import Basics
/// Chunks between the network thread and one reader, bounded: a full buffer takes nothing more until it is read.
final class ChunkBuffer: Sendable {
    /// A part of a body, and when the network brought it.
    struct Chunk: Sendable {
        let bytes: [UInt8]
        let arrival = ContinuousClock.now
    }

    private struct State {
        var chunks: [Chunk] = []
        var bytes = 0
        var end: Result<Void, any Error>?
        var isPaused = false
        var waiter: CheckedContinuation<Chunk?, any Error>?
        var resume: (@Sendable () -> Void)?
    }

    /// How many bytes may wait before the sender is paused.
    private let limit: Int
    private let state = Locked(State())

    /// An empty buffer.
    init(limit: Int = 256 * 1024) {
        self.limit = limit
    }

    /// Says how a paused sender is told to go on.
    func onDrain(_ resume: @escaping @Sendable () -> Void) {
        state.withLock { $0.resume = resume }
    }

    /// Takes a chunk.
    ///
    /// False when the buffer is full: the sender keeps the chunk and pauses until told to go on.
    func offer(_ bytes: [UInt8]) -> Bool {
        let chunk = Chunk(bytes: bytes)
        let (isTaken, waiter): (Bool, CheckedContinuation<Chunk?, any Error>?) = state.withLock { state in
            if state.end != nil { return (true, nil) }
            if let waiter = state.waiter {
                state.waiter = nil
                return (true, waiter)
            }
            if state.bytes >= limit {
                state.isPaused = true
                return (false, nil)
            }
            state.chunks.append(chunk)
            state.bytes += bytes.count
            return (true, nil)
        }
        waiter?.resume(returning: chunk)
        return isTaken
    }

    /// Ends the stream, once; chunks that wait are still read unless dropped.
    func finish(_ result: Result<Void, any Error>, dropping: Bool = false) {
        let waiter: CheckedContinuation<Chunk?, any Error>? = state.withLock { state in
            if state.end == nil { state.end = result }
            if dropping {
                state.chunks = []
                state.bytes = 0
            }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: result.map { nil })
    }

    /// The next chunk, or nil at the end; one reader at a time.
    func next() async throws -> Chunk? {
        try await withCheckedThrowingContinuation { continuation in
            enum Step {
                case wait
                case give(Result<Chunk?, any Error>, resume: (@Sendable () -> Void)?)
            }
            let step: Step = state.withLock { state in
                if !state.chunks.isEmpty {
                    let chunk = state.chunks.removeFirst()
                    state.bytes -= chunk.bytes.count
                    guard state.isPaused, state.bytes < limit / 2 else { return .give(.success(chunk), resume: nil) }
                    state.isPaused = false
                    return .give(.success(chunk), resume: state.resume)
                }
                if let end = state.end { return .give(end.map { nil }, resume: nil) }
                state.waiter = continuation
                return .wait
            }
            if case .give(let result, let resume) = step {
                resume?()
                continuation.resume(with: result)
            }
        }
    }
}
