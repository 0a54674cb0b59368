import Basics
extension AsyncSequence where Element == StreamItem, Self: Sendable {
    /// DSPy's `streaming_response`: the items as server-sent events, for the body of an HTTP answer.
    ///
    /// - Parameter isStrict: As DSPy does: only predictions, chunks and lines that begin with `data:` are taken, and an error
    ///   is thrown instead of `[DONE]`. Otherwise all items are written, an error too, and `[DONE]` always comes.
    /// - Source: dspy/streaming/streamify.py (3.4.1), `streaming_response`.
    public func streamingResponse(isStrict: Bool = false) -> StreamingResponse<Self> {
        StreamingResponse(items: self, isStrict: isStrict)
    }
}

/// The items of a streamed program as server-sent events.
public struct StreamingResponse<Items: AsyncSequence>: AsyncSequence where Items.Element == StreamItem {
    let items: Items
    let isStrict: Bool

    /// Walks the events.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var items: Items.AsyncIterator
        let isStrict: Bool
        private var hasFailed = false
        private var isDone = false

        init(items: Items.AsyncIterator, isStrict: Bool) {
            self.items = items
            self.isStrict = isStrict
        }

        /// The next event with its empty line; the last one is `data: [DONE]`.
        public mutating func next() async throws -> String? {
            guard !isDone else { return nil }
            do {
                if !hasFailed, let item = try await items.next(isolation: #isolation) {
                    return try item.serverSentEvent(isStrict: isStrict)
                }
            } catch {
                guard !isStrict else { throw error }
                hasFailed = true
                return StreamItem.serverSentEvent(of: error)
            }
            isDone = true
            return ServerSentEvent.done.text
        }
    }

    /// Starts the walk.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(items: items.makeAsyncIterator(), isStrict: isStrict)
    }
}
