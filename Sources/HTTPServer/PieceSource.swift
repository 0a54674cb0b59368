import CMicroHTTPD

/// Where libmicrohttpd gets the pieces of one answer.
///
/// - Important: Only the server's thread touches it.
final class PieceSource {
    private let listener: HTTPListener
    private let connection: ServerConnection
    private let exchange: Exchange
    private let pipe: AnswerPipe

    init(_ listener: HTTPListener, _ connection: ServerConnection, _ exchange: Exchange, _ pipe: AnswerPipe) {
        self.listener = listener
        self.connection = connection
        self.exchange = exchange
        self.pipe = pipe
    }

    /// Fills the buffer; with nothing to send the connection is suspended until there is.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch pipe.take(into: buffer) {
        case .bytes(let count):
            exchange.bytesOut += count
            exchange.lastPiece = .now
            return count
        case .nothing:
            listener.suspend(connection)
            return 0
        case .end: return -1
        case .broken: return -2
        }
    }
}
