/// One connection of a client, and the request on it.
///
/// - Important: Only the server's thread touches it.
final class ServerConnection {
    /// What is waited for.
    enum Phase {
        /// A request.
        case idle
        /// The rest of a head.
        case head
        /// The rest of a body.
        case body
        /// The answer, and a client that takes it.
        case answer
    }

    let id: UInt64
    let pointer: MicroHTTPD.Connection
    let socket: Int32
    var phase = Phase.head
    /// When what is waited for has to be there.
    var deadline: ContinuousClock.Instant?
    /// The request on it.
    var exchange: Exchange?
    /// Whether bytes came while its request was being answered.
    var hasMore = false
    /// Whether its client sends nothing more.
    var hasEnded = false
    /// Whether libmicrohttpd looks away from it.
    var isSuspended = false

    init(id: UInt64, pointer: MicroHTTPD.Connection, socket: Int32) {
        self.id = id
        self.pointer = pointer
        self.socket = socket
    }
}
