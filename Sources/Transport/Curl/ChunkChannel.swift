/// The reader's end of a stream of chunks: dropping it ends the exchange.
final class ChunkChannel: Sendable {
    private let buffer: ChunkBuffer
    private let cancel: @Sendable () -> Void
    private let hurry: @Sendable (Duration) -> Void
    private let isLeft = Locked(false)

    /// A channel on a buffer.
    ///
    /// - Parameters:
    ///   - hurry: Lets the exchange go on for no longer than a time.
    ///   - cancel: Ends it, once nobody can read any more.
    init(
        buffer: ChunkBuffer, hurry: @escaping @Sendable (Duration) -> Void, cancel: @escaping @Sendable () -> Void
    ) {
        self.buffer = buffer
        self.hurry = hurry
        self.cancel = cancel
    }

    deinit {
        if !isLeft.withLock({ $0 }) { cancel() }
    }

    /// Lets the exchange go on for no longer than a time from now.
    func hurry(within time: Duration) { hurry(time) }

    /// Reads no further; the exchange may still come to its end.
    func leave(within time: Duration) {
        isLeft.withLock { $0 = true }
        buffer.finish(.success(()), dropping: true)
        hurry(time)
    }

    /// The next chunk, or nil at the end.
    func next() async throws -> ChunkBuffer.Chunk? {
        try await withTaskCancellationHandler {
            try await buffer.next()
        } onCancel: {
            buffer.finish(.failure(CancellationError()), dropping: true)
            cancel()
        }
    }
}
