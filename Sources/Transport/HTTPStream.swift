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
        /// When the network brought the last chunk, which may be long before it is taken.
        package private(set) var arrival = ContinuousClock.now

        init(_ channel: ChunkChannel) { self.channel = channel }

        /// The next chunk, or nil at the end.
        package mutating func next() async throws -> [UInt8]? {
            let chunk = try await channel.next()
            arrival = chunk?.arrival ?? .now
            return chunk?.bytes
        }
    }

    /// Reads no further, and gives the server a moment to end the answer, so that the connection can serve another exchange.
    package func leave() { channel.leave(within: .seconds(1)) }

    /// Lets the server go on for no longer than a time from now; then the walk ends with a timeout.
    package func hurry(within time: Duration) { channel.hurry(within: time) }

    /// Starts the walk.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(channel) }
}
