import Basics
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
