/// The items of a streamed program, in the order they happen; each walk runs the program once.
///
/// The program waits while the reader is behind. Ending the walk early ends the run.
public struct ProgramStream: AsyncSequence, Sendable {
    let start: @Sendable () -> StreamRun

    /// Walks the items of one run.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let run: StreamRun

        /// The next item; nil after the prediction.
        ///
        /// - Throws: what the program throws, once, after the items before it.
        public mutating func next() async throws -> StreamItem? { try await run.next() }
    }

    /// Starts a run.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(run: start()) }

    /// The same for a thread that may wait; not for use inside a task.
    public var blocking: BlockingStream { BlockingStream(start: start) }
}

/// The items of a streamed program for a thread that waits for each of them.
///
/// - Source: dspy/streaming/streamify.py (3.4.1), `apply_sync_streaming`.
public struct BlockingStream: Sequence, Sendable {
    let start: @Sendable () -> StreamRun

    /// Walks the items of one run.
    public struct Iterator: IteratorProtocol {
        let run: StreamRun

        /// The next item, or the failure of the program; nil at the end.
        @available(*, noasync, message: "walk the stream itself")
        public mutating func next() -> Result<StreamItem, any Error>? {
            let run = run
            do {
                return try BlockingBridge.run { try await run.next() }.map { .success($0) }
            } catch {
                return .failure(error)
            }
        }
    }

    /// Starts a run.
    public func makeIterator() -> Iterator { Iterator(run: start()) }
}

/// One run whose items are read; it ends when nobody holds it any more.
final class StreamRun: Sendable {
    private let channel: StreamChannel<StreamItem>
    private let task: Task<Void, Never>

    /// Starts the body as a task; what it sends is what `next` gives.
    init(_ body: @escaping @Sendable (StreamChannel<StreamItem>) async throws -> Void) {
        let channel = StreamChannel<StreamItem>()
        self.channel = channel
        task = Task {
            do {
                try await body(channel)
                channel.finish(.success(()))
            } catch {
                channel.finish(.failure(error))
            }
        }
    }

    deinit {
        task.cancel()
        channel.close()
    }

    func next() async throws -> StreamItem? { try await channel.next() }
}
