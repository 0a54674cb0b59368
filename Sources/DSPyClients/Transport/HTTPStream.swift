/// An answer that is still coming in: its head, and its body in chunks as the network delivers them.
///
/// Chunks that nobody takes are held back at the sender once a few hundred kilobytes wait. Dropping the stream ends the
/// exchange.
package struct HTTPStream: AsyncSequence, Sendable {
    /// The status code.
    package let status: Int
    /// The header fields.
    package let headers: HTTPHeaders
    let channel: ChunkChannel

    /// Walks the chunks; one walk per stream.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let channel: ChunkChannel

        /// The next chunk, or nil at the end.
        package mutating func next() async throws -> [UInt8]? {
            try await channel.next()
        }
    }

    /// Starts the walk.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(channel: channel) }
}
