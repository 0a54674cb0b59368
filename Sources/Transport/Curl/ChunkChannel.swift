/// The reader's end of a stream of chunks: dropping it ends the exchange.
final class ChunkChannel: Sendable {
    private let buffer: ChunkBuffer
    private let cancel: @Sendable () -> Void

    /// A channel on a buffer; `cancel` runs once nobody can read any more.
    init(buffer: ChunkBuffer, cancel: @escaping @Sendable () -> Void) {
        self.buffer = buffer
        self.cancel = cancel
    }

    deinit { cancel() }

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
