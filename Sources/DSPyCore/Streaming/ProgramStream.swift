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
